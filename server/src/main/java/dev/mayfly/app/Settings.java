package dev.mayfly.app;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.artifact.S3Artifacts;
import dev.mayfly.artifact.S3Connection;
import dev.mayfly.artifact.S3Location;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.capacity.DataSize;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.cluster.yandex.Staging;
import dev.mayfly.cluster.yandex.YandexClusters;
import dev.mayfly.cluster.yandex.YandexSettings;
import dev.mayfly.retention.Age;
import dev.mayfly.webhook.Targets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The configuration file: what of an installation is too much for variables. Absent keys mean their defaults; an unknown key or
 * a value that is none keeps the server from starting.
 *
 * @param pools how much there is for clusters, by provider
 * @param artifacts where artifacts are kept: {@code s3://bucket/prefix}; absent: in the data folder
 * @param s3 how S3 is reached, for artifacts and for staging
 * @param retention how long what is deleted can be restored, such as {@code 30d}; absent: until it is purged by hand
 * @param webhooks the origins that webhooks may call, such as {@code https://hooks.example.com}; absent: none
 * @param yandex where clusters of Yandex Data Processing are made
 */
record Settings(
        @Nullable Map<String, Pool> pools,
        @Nullable String artifacts,
        @Nullable S3 s3,
        @Nullable Yandex yandex,
        @Nullable String retention,
        @Nullable List<String> webhooks) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** An S3 service; see {@link S3Connection}. Keys are references ({@code env:NAME}). */
    record S3(
            @Nullable String endpoint,
            @Nullable String region,
            @Nullable String accessKey,
            @Nullable String secretKey) {

        S3Connection connection(Map<String, String> variables) {
            if ((accessKey == null) != (secretKey == null)) {
                throw new IllegalArgumentException("s3: one of access_key and secret_key (expected: both or neither)");
            }
            return new S3Connection(
                    Optional.ofNullable(endpoint).map(URI::create),
                    region == null ? "us-east-1" : region,
                    Optional.ofNullable(accessKey)
                            .map(id -> new S3Connection.Keys(
                                    secret("s3.access_key", id, variables),
                                    secret("s3.secret_key", String.valueOf(secretKey), variables))));
        }
    }

    /** Yandex Data Processing; see {@link YandexSettings} for what the values mean. */
    record Yandex(
            @Nullable String folder,
            @Nullable String cloud,
            @Nullable String zone,
            @Nullable String subnet,
            @Nullable List<String> securityGroups,
            @Nullable String endpoint,
            @Nullable String serviceAccount,
            @Nullable String keyFile,
            @Nullable String token,
            @Nullable String metadata,
            @Nullable String image,
            @Nullable String bucket,
            @Nullable String logGroup,
            @Nullable String staging,
            @Nullable Map<String, Pool> presets,
            @Nullable Double pollSeconds) {

        YandexClusters clusters(Map<String, String> variables, Staging place) {
            YandexSettings settings = new YandexSettings(
                    new YandexSettings.Place(
                            required("folder", folder),
                            Optional.ofNullable(cloud),
                            zone == null ? "ru-central1-a" : zone,
                            required("subnet", subnet),
                            securityGroups == null ? List.of() : securityGroups,
                            Optional.ofNullable(endpoint)),
                    new YandexSettings.Account(
                            required("service_account", serviceAccount),
                            keyFile == null ? null : Path.of(keyFile),
                            token == null ? null : secret("yandex.token", token, variables),
                            Optional.ofNullable(metadata)),
                    new YandexSettings.Image(
                            image == null ? "2.1" : image, required("bucket", bucket), Optional.ofNullable(logGroup)),
                    sizes());
            double poll = pollSeconds == null ? 10 : pollSeconds;
            return new YandexClusters(settings, place, Duration.ofMillis((long) (poll * 1_000)));
        }

        private Map<String, YandexSettings.Preset> sizes() {
            Map<String, YandexSettings.Preset> sizes = new HashMap<>();
            if (presets != null) {
                presets.forEach((name, size) -> sizes.put(
                        name,
                        new YandexSettings.Preset(
                                (int) size.resources().of(Unit.CORES),
                                new DataSize(size.resources().of(Unit.MEMORY)))));
            }
            return sizes;
        }

        private static String required(String key, @Nullable String value) {
            if (value == null) {
                throw new IllegalArgumentException("yandex has no '" + key + "' (expected: a value)");
            }
            return value;
        }
    }

    /** The limits of a pool; what is absent is without limit. */
    record Pool(
            @Nullable Long cores,
            @Nullable String memory,
            @Nullable String ssd,
            @Nullable String hdd,
            @Nullable Long instances,
            @Nullable Long operations) {

        Resources resources() {
            Map<Unit, Long> amounts = new EnumMap<>(Unit.class);
            put(amounts, Unit.CORES, cores);
            put(amounts, Unit.MEMORY, bytes(memory));
            put(amounts, Unit.SSD, bytes(ssd));
            put(amounts, Unit.HDD, bytes(hdd));
            put(amounts, Unit.INSTANCES, instances);
            put(amounts, Unit.OPERATIONS, operations);
            return new Resources(amounts);
        }

        private static void put(Map<Unit, Long> amounts, Unit unit, @Nullable Long amount) {
            if (amount != null) {
                amounts.put(unit, amount);
            }
        }

        private static @Nullable Long bytes(@Nullable String size) {
            return size == null ? null : Long.valueOf(DataSize.parse(size).bytes());
        }
    }

    static Settings none() {
        return new Settings(null, null, null, null, null, null);
    }

    /** Throws {@link IllegalArgumentException} that says what is wrong where. */
    static Settings read(Path file) {
        try {
            Object yaml = new Load(
                            LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
            Settings settings = JSON.convertValue(yaml == null ? new LinkedHashMap<>() : yaml, Settings.class);
            settings.capacity();
            settings.keepsDeleted();
            settings.webhookTargets();
            return settings;
        } catch (IOException e) {
            throw new IllegalArgumentException("configuration file " + file + " can't be read: " + e.getMessage(), e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("configuration file " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("configuration file " + file + ": " + words(e), e);
        }
    }

    /** The cloud, if one is configured; {@code staging} is where its clusters find files. */
    Optional<YandexClusters> cloud(Map<String, String> variables, Staging staging) {
        return Optional.ofNullable(yandex).map(some -> some.clusters(variables, staging));
    }

    /** Where the artifacts are; in a folder if nothing else is said. */
    ArtifactStore artifactStore(Map<String, String> variables, Path folder) {
        return artifacts == null ? new FolderArtifacts(folder) : objects("artifacts", artifacts, variables);
    }

    /** Where clusters of the cloud find files: in a bucket, or in a folder that they see under the same path. */
    Optional<StoredStaging> staging(Map<String, String> variables) {
        return Optional.ofNullable(yandex).map(some -> {
            String place = Yandex.required("staging", some.staging());
            return S3Location.isOne(place)
                    ? new StoredStaging(
                            objects("yandex.staging", place, variables),
                            place.replaceFirst("^s3:", "s3a:").replaceFirst("/$", "") + "/")
                    : StoredStaging.inFolder(Path.of(place));
        });
    }

    private S3Artifacts objects(String key, String address, Map<String, String> variables) {
        try {
            S3 service = s3 == null ? new S3(null, null, null, null) : s3;
            return new S3Artifacts(service.connection(variables), S3Location.parse(address));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static String secret(String key, String reference, Map<String, String> variables) {
        String value = reference.startsWith("env:") ? variables.get(reference.substring("env:".length())) : null;
        if (value == null) {
            throw new IllegalArgumentException(
                    key + ": a value (expected: env:NAME, the name of a variable that is set)");
        }
        return value;
    }

    /** The pools; that of local clusters has by default the memory of this machine. */
    Capacity capacity() {
        Map<String, Resources> limits = new HashMap<>();
        limits.put("local", Resources.of(Unit.MEMORY, memoryOfThisMachine()));
        if (pools != null) {
            pools.forEach((name, pool) -> limits.put(name, pool.resources()));
        }
        return new Capacity(limits);
    }

    /** For how long what is deleted is kept; empty: until somebody purges it. */
    Optional<Duration> keepsDeleted() {
        return Optional.ofNullable(retention).map(Age::parse);
    }

    /** Where webhooks may go. */
    Targets webhookTargets() {
        return new Targets(webhooks == null ? List.of() : webhooks);
    }

    private static long memoryOfThisMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    private static String words(IllegalArgumentException failure) {
        if (failure.getCause() instanceof UnrecognizedPropertyException unknown) {
            return "unknown key '" + place(unknown) + "' (expected: one of "
                    + new TreeSet<>(unknown.getKnownPropertyIds()) + ")";
        }
        if (failure.getCause() instanceof JsonMappingException wrong) {
            return "'" + place(wrong) + "': " + wrong.getOriginalMessage();
        }
        return String.valueOf(failure.getMessage());
    }

    private static String place(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .collect(Collectors.joining("."));
    }
}
