package dev.mayfly.artifact;

import dev.mayfly.configuration.Section;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where artifacts are stored.
 *
 * @param place the location in S3; empty for a folder of this machine
 * @param s3 the connection to S3, for artifacts and whatever else is stored there
 */
public record ArtifactConfig(Optional<S3Location> place, S3Connection s3) {

    public static ArtifactConfig read(Section root) {
        return new ArtifactConfig(
                root.value(
                        "artifacts",
                        "where artifacts, packages and logs are stored, s3://bucket/prefix; absent: in the data folder",
                        S3Location::parse),
                connection(root.section("s3")));
    }

    private static S3Connection connection(Section s3) {
        Optional<URI> endpoint = s3.value("endpoint", "the address of an S3 service that is not Amazon's", URI::create);
        String region = s3.text("region", "us-east-1", "the region of the S3 service");
        Optional<String> accessKey = s3.secret(
                "access_key", "the access key, as a reference such as env:NAME; absent: what the AWS SDK finds");
        Optional<String> secretKey = s3.secret("secret_key", "the secret key, as a reference such as env:NAME");
        if (accessKey.isPresent() != secretKey.isPresent()) {
            throw new IllegalArgumentException("s3: one of access_key and secret_key (expected: both or neither)");
        }
        return new S3Connection(
                endpoint, region, accessKey.map(key -> new S3Connection.Keys(key, secretKey.orElseThrow())));
    }

    /** Opens the configured store, which is in {@code folder} unless S3 is configured. */
    public ArtifactStore open(Path folder) {
        return place.<ArtifactStore>map(this::open).orElseGet(() -> new FolderArtifacts(folder));
    }

    /** Opens a store at another location of the same S3 service. */
    public ArtifactStore open(S3Location location) {
        return new S3Artifacts(s3, location);
    }
}
