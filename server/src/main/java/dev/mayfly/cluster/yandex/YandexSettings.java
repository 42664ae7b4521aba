package dev.mayfly.cluster.yandex;

import dev.mayfly.capacity.DataSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where clusters are made, as whom, and with what. Absent values have defaults or are not needed.
 *
 * @param presets the machine sizes to choose from, by preset id
 */
public record YandexSettings(Place place, Account account, Image image, Map<String, Preset> presets) {

    static final Map<String, Preset> USUAL_PRESETS = Map.of(
            "s3-c2-m8", new Preset(2, DataSize.parse("8 GB")),
            "s3-c4-m16", new Preset(4, DataSize.parse("16 GB")),
            "s3-c8-m32", new Preset(8, DataSize.parse("32 GB")),
            "s3-c16-m64", new Preset(16, DataSize.parse("64 GB")),
            "s3-c32-m128", new Preset(32, DataSize.parse("128 GB")),
            "m3-c2-m16", new Preset(2, DataSize.parse("16 GB")),
            "m3-c4-m32", new Preset(4, DataSize.parse("32 GB")),
            "m3-c8-m64", new Preset(8, DataSize.parse("64 GB")));

    public YandexSettings {
        presets = presets.isEmpty() ? USUAL_PRESETS : Map.copyOf(presets);
    }

    /**
     * Where.
     *
     * @param cloud needed to read quotas; empty: they are not read
     * @param endpoint the address of one server that speaks for all services, without TLS; empty: Yandex Cloud's own
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
    }

    /**
     * As whom.
     *
     * @param serviceAccount the account of the clusters, by which jobs reach object storage without keys
     * @param keyFile the key of the account that we call as
     * @param token an IAM token; without key file and token the virtual machine's own account is used
     * @param metadata where a virtual machine asks for the token of its account; empty: the usual address
     */
    public record Account(
            String serviceAccount,
            @Nullable Path keyFile,
            @Nullable String token,
            Optional<String> metadata) {

        /** Without the token. */
        @Override
        public String toString() {
            return "Account[" + serviceAccount + ", keyFile=" + keyFile + ", token=" + (token == null ? "none" : "***")
                    + "]";
        }
    }

    /**
     * With what.
     *
     * @param version the image, such as 2.1
     * @param bucket where clusters put the output of jobs
     */
    public record Image(String version, String bucket, Optional<String> logGroup) {}

    /** A size of machine that is sold. */
    public record Preset(int cores, DataSize memory) {}
}
