package dev.mayfly.cluster.yandex;

import dev.mayfly.capacity.DataSize;
import dev.mayfly.configuration.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where clusters are made, as whom, and with what. Absent values have defaults or are not needed.
 *
 * @param presets the machine sizes to choose from, by preset id
 * @param staging where clusters find files: s3://bucket/prefix, or a folder that they see under the same path
 * @param poll the pause between two polls of a cluster or job
 */
public record YandexConfig(
        Place place, Account account, Image image, Map<String, Preset> presets, String staging, Duration poll) {

    static final Map<String, Preset> USUAL_PRESETS = Map.of(
            "s3-c2-m8", new Preset(2, DataSize.parse("8 GB")),
            "s3-c4-m16", new Preset(4, DataSize.parse("16 GB")),
            "s3-c8-m32", new Preset(8, DataSize.parse("32 GB")),
            "s3-c16-m64", new Preset(16, DataSize.parse("64 GB")),
            "s3-c32-m128", new Preset(32, DataSize.parse("128 GB")),
            "m3-c2-m16", new Preset(2, DataSize.parse("16 GB")),
            "m3-c4-m32", new Preset(4, DataSize.parse("32 GB")),
            "m3-c8-m64", new Preset(8, DataSize.parse("64 GB")));

    public YandexConfig {
        presets = presets.isEmpty() ? USUAL_PRESETS : Map.copyOf(presets);
    }

    /** The section {@code yandex}; empty if there is none. */
    public static Optional<YandexConfig> read(Section root) {
        Section yandex = root.section("yandex");
        if (yandex.isEmpty() && !yandex.has("folder")) {
            return Optional.empty();
        }
        Map<String, Preset> presets = new HashMap<>();
        yandex.sections("presets").forEach((name, size) -> {
            long cores = size.whole("cores", "virtual CPUs of this size").orElse(0L);
            DataSize memory = size.value("memory", "0 GB", "memory of this size, such as 8 GB", DataSize::parse);
            presets.put(name, new Preset((int) cores, memory));
        });
        return Optional.of(new YandexConfig(
                Place.read(yandex),
                Account.read(yandex),
                Image.read(yandex),
                presets,
                yandex.required(
                        "staging", "where clusters find files: s3://bucket/prefix, or a folder that they share"),
                yandex.value("poll_seconds", "10", "seconds between two polls of a cluster", YandexConfig::seconds)));
    }

    private static Duration seconds(String text) {
        if (!text.matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
            throw new IllegalArgumentException(text + " (expected: a number of seconds)");
        }
        return Duration.ofMillis((long) (Double.parseDouble(text) * 1_000));
    }

    /**
     * Where clusters are made.
     *
     * @param cloud needed to read quotas; empty if they are not read
     * @param endpoint the address of one server for all services, without TLS; empty for Yandex Cloud's own
     */
    public record Place(
            String folder,
            Optional<String> cloud,
            String zone,
            String subnet,
            List<String> securityGroups,
            Optional<String> endpoint) {

        public Place {
            securityGroups = List.copyOf(securityGroups);
        }

        private static Place read(Section yandex) {
            return new Place(
                    yandex.required("folder", "the id of the folder in which clusters are made"),
                    yandex.text("cloud", "the id of the cloud, to read quotas; absent: they are not read"),
                    yandex.text("zone", "ru-central1-a", "the availability zone"),
                    yandex.required("subnet", "the id of the subnet"),
                    yandex.texts("security_groups", "ids of security groups"),
                    yandex.text(
                            "endpoint", "host and port of one server for all services; absent: Yandex Cloud's own"));
        }
    }

    /**
     * The accounts of Mayfly and of the clusters.
     *
     * @param serviceAccount the account of the clusters, by which jobs reach object storage without keys
     * @param keyFile the key file of the account that we call as
     * @param token an IAM token; without key file and token the virtual machine's own account is used
     * @param metadata the address where a virtual machine gets its account's token; empty for the usual one
     */
    public record Account(
            String serviceAccount,
            @Nullable Path keyFile,
            @Nullable String token,
            Optional<String> metadata) {

        private static Account read(Section yandex) {
            return new Account(
                    yandex.required("service_account", "the id of the clusters' own account"),
                    yandex.value("key_file", "the key file of the account that Mayfly calls as", Path::of)
                            .orElse(null),
                    yandex.secret(
                                    "token",
                                    "an IAM token, as a reference such as env:NAME; absent: the key file, or the machine's own account")
                            .orElse(null),
                    yandex.text(
                            "metadata",
                            "the address where the machine gets its account's token; absent: the usual one"));
        }

        /** Omits the token. */
        @Override
        public String toString() {
            return "Account[" + serviceAccount + ", keyFile=" + keyFile + ", token=" + (token == null ? "none" : "***")
                    + "]";
        }
    }

    /**
     * The image of the clusters, and where their output goes.
     *
     * @param version the image, such as 2.1
     * @param bucket where clusters put the output of jobs
     */
    public record Image(String version, String bucket, Optional<String> logGroup) {

        private static Image read(Section yandex) {
            return new Image(
                    yandex.text("image", "2.1", "the version of the cluster image"),
                    yandex.required("bucket", "the bucket for the output of jobs"),
                    yandex.text("log_group", "the id of a log group for the logs of clusters"));
        }
    }

    /** A machine size that the cloud sells. */
    public record Preset(int cores, DataSize memory) {}
}
