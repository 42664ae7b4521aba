package dev.mayfly.artifact;

import dev.mayfly.configuration.Section;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where bytes are kept.
 *
 * @param place empty for a folder of this machine
 * @param s3 how S3 is reached, for artifacts and whatever else is kept there
 */
public record ArtifactConfig(Optional<S3Location> place, S3Connection s3) {

    public static ArtifactConfig read(Section root) {
        return new ArtifactConfig(
                root.value(
                        "artifacts",
                        "where artifacts, packages and logs are kept, s3://bucket/prefix; absent: in the data folder",
                        S3Location::parse),
                connection(root.section("s3")));
    }

    private static S3Connection connection(Section s3) {
        Optional<URI> endpoint = s3.value("endpoint", "the address of an S3 service that is not Amazon's", URI::create);
        String region = s3.text("region", "us-east-1", "its region");
        Optional<String> accessKey =
                s3.secret("access_key", "a reference such as env:NAME; absent: what the AWS SDK finds");
        Optional<String> secretKey = s3.secret("secret_key", "a reference such as env:NAME");
        if (accessKey.isPresent() != secretKey.isPresent()) {
            throw new IllegalArgumentException("s3: one of access_key and secret_key (expected: both or neither)");
        }
        return new S3Connection(
                endpoint, region, accessKey.map(key -> new S3Connection.Keys(key, secretKey.orElseThrow())));
    }

    /** The store; in a folder if no other place is configured. */
    public ArtifactStore open(Path folder) {
        return place.<ArtifactStore>map(this::open).orElseGet(() -> new FolderArtifacts(folder));
    }

    /** A store at another place of the same service. */
    public ArtifactStore open(S3Location location) {
        return new S3Artifacts(s3, location);
    }
}
