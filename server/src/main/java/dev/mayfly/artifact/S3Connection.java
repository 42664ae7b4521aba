package dev.mayfly.artifact;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * The connection to an S3 service.
 *
 * @param endpoint the address of a service that is not Amazon's; empty for Amazon's
 * @param region its region, such as {@code ru-central1}
 * @param keys empty for those that the AWS SDK finds ({@code AWS_ACCESS_KEY_ID}, a profile, the machine's role)
 */
public record S3Connection(Optional<URI> endpoint, String region, Optional<Keys> keys) {

    /** A static access key. */
    public record Keys(String id, String secret) {
        @Override
        public String toString() {
            return "Keys[id=" + id + "]";
        }
    }

    /** Omits the checksums that the protocol does not require: most services other than Amazon's refuse them. */
    S3Client client() {
        var builder = S3Client.builder()
                .region(Region.of(region))
                .forcePathStyle(endpoint.isPresent())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(UrlConnectionHttpClient.builder());
        endpoint.ifPresent(builder::endpointOverride);
        return builder.credentialsProvider(credentials()).build();
    }

    /** Signs addresses that are valid for a while, without a call to the service. */
    S3Presigner presigner() {
        var builder = S3Presigner.builder()
                .region(Region.of(region))
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(endpoint.isPresent())
                        .build());
        endpoint.ifPresent(builder::endpointOverride);
        return builder.credentialsProvider(credentials()).build();
    }

    private AwsCredentialsProvider credentials() {
        return keys.isPresent()
                ? StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(keys.get().id(), keys.get().secret()))
                : DefaultCredentialsProvider.builder().build();
    }
}
