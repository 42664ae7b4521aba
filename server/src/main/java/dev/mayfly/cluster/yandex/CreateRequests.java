package dev.mayfly.cluster.yandex;

import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.cluster.ClusterProvider.ClusterRequest;
import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.cluster.ClusterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import yandex.cloud.api.dataproc.v1.AutoscalingConfig;
import yandex.cloud.api.dataproc.v1.CreateClusterConfigSpec;
import yandex.cloud.api.dataproc.v1.CreateClusterRequest;
import yandex.cloud.api.dataproc.v1.CreateSubclusterConfigSpec;
import yandex.cloud.api.dataproc.v1.HadoopConfig;
import yandex.cloud.api.dataproc.v1.InitializationAction;
import yandex.cloud.api.dataproc.v1.Role;

/** Converts a cluster spec to the cloud's request: presets, disks, subclusters, labels. Immutable. */
final class CreateRequests {

    static final String OWNER = "mayfly-owner";
    static final String RUN = "mayfly-run";
    static final String EXPIRES = "mayfly-expires";

    private static final Set<String> OPTIONS = new TreeSet<>(Set.of(
            "image",
            "max_workers",
            "preemptible",
            "data_nodes",
            "initialization_actions",
            "properties",
            SelfDestruct.OPTION));

    private final YandexConfig config;

    CreateRequests(YandexConfig config) {
        this.config = config;
    }

    /** Throws {@link ClusterRefused} if a spec is wrong; the message says how. */
    void check(ClusterSpec spec) {
        for (String option : spec.options().keySet()) {
            if (!OPTIONS.contains(option)) {
                throw new ClusterRefused("option '" + option + "' (expected: one of " + OPTIONS + ")");
            }
        }
        preset(spec.master());
        preset(spec.worker());
        number(spec, "max_workers", spec.workers());
        number(spec, "data_nodes", 0);
        SelfDestruct.check(spec);
    }

    /** All machines in their preset sizes; autoscaling subclusters count with their maximum. */
    Resources demand(ClusterSpec spec) {
        Resources demand = demand(spec.master())
                .plus(demand(spec.worker())
                        .times(Math.max(spec.workers(), number(spec, "max_workers", spec.workers()))));
        int dataNodes = number(spec, "data_nodes", 0);
        return dataNodes == 0 ? demand : demand.plus(demand(spec.worker()).times(dataNodes));
    }

    private Resources demand(ClusterSpec.Node node) {
        YandexConfig.Preset preset = config.presets().get(preset(node));
        return preset == null
                ? node.demand()
                : node.demand()
                        .with(Unit.CORES, preset.cores())
                        .with(Unit.MEMORY, preset.memory().bytes());
    }

    /** {@code selfDestruct}: the address of the script that limits the cluster's age from inside. */
    CreateClusterRequest of(ClusterRequest request, Optional<String> selfDestruct) {
        ClusterSpec spec = request.spec();
        YandexConfig.Place place = config.place();
        CreateClusterRequest.Builder builder = CreateClusterRequest.newBuilder()
                .setFolderId(place.folder())
                .setName(request.name())
                .setDescription("Made by Mayfly for one run; deleted when that is over.")
                .putLabels(OWNER, request.labels().owner().value())
                .putLabels(RUN, request.labels().run())
                .putLabels(EXPIRES, Long.toString(request.labels().expires().getEpochSecond()))
                .setZoneId(place.zone())
                .setServiceAccountId(config.account().serviceAccount())
                .setBucket(config.image().bucket())
                .addAllSecurityGroupIds(place.securityGroups())
                .setDeletionProtection(false)
                .setConfigSpec(CreateClusterConfigSpec.newBuilder()
                        .setVersionId(text(spec, "image", config.image().version()))
                        .setHadoop(hadoop(spec, selfDestruct))
                        .addAllSubclustersSpec(subclusters(spec)));
        config.image().logGroup().ifPresent(builder::setLogGroupId);
        if (number(spec, "max_workers", spec.workers()) > spec.workers()) {
            builder.setAutoscalingServiceAccountId(config.account().serviceAccount());
        }
        return builder.build();
    }

    private static HadoopConfig hadoop(ClusterSpec spec, Optional<String> selfDestruct) {
        HadoopConfig.Builder hadoop = HadoopConfig.newBuilder()
                .addServices(HadoopConfig.Service.YARN)
                .addServices(HadoopConfig.Service.SPARK);
        if (number(spec, "data_nodes", 0) > 0) {
            hadoop.addServices(HadoopConfig.Service.HDFS);
        }
        if (spec.options().get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((key, value) -> hadoop.putProperties(String.valueOf(key), String.valueOf(value)));
        }
        if (spec.options().get("initialization_actions") instanceof List<?> actions) {
            actions.forEach(action -> hadoop.addInitializationActions(
                    InitializationAction.newBuilder().setUri(String.valueOf(action))));
        }
        selfDestruct.ifPresent(script -> hadoop.addInitializationActions(InitializationAction.newBuilder()
                .setUri(script)
                .addArgs(Long.toString(spec.lifetime().maxAge().toMinutes()))));
        return hadoop.build();
    }

    private List<CreateSubclusterConfigSpec> subclusters(ClusterSpec spec) {
        List<CreateSubclusterConfigSpec> subclusters = new ArrayList<>();
        subclusters.add(subcluster("master", Role.MASTERNODE, spec.master(), 1).build());
        int dataNodes = number(spec, "data_nodes", 0);
        if (dataNodes > 0) {
            subclusters.add(
                    subcluster("data", Role.DATANODE, spec.worker(), dataNodes).build());
        }
        CreateSubclusterConfigSpec.Builder compute =
                subcluster("compute", Role.COMPUTENODE, spec.worker(), spec.workers());
        int most = number(spec, "max_workers", spec.workers());
        boolean preemptible = Boolean.TRUE.equals(spec.options().get("preemptible"));
        if (most > spec.workers() || preemptible) {
            compute.setAutoscalingConfig(
                    AutoscalingConfig.newBuilder().setMaxHostsCount(most).setPreemptible(preemptible));
        }
        subclusters.add(compute.build());
        return subclusters;
    }

    private CreateSubclusterConfigSpec.Builder subcluster(String name, Role role, ClusterSpec.Node node, int hosts) {
        return CreateSubclusterConfigSpec.newBuilder()
                .setName(name)
                .setRole(role)
                .setSubnetId(config.place().subnet())
                .setHostsCount(hosts)
                .setResources(yandex.cloud.api.dataproc.v1.Resources.newBuilder()
                        .setResourcePresetId(preset(node))
                        .setDiskTypeId(
                                switch (node.diskType()) {
                                    case HDD -> "network-hdd";
                                    case SSD -> "network-ssd";
                                })
                        .setDiskSize(node.disk().bytes()));
    }

    /** The smallest preset that is large enough. */
    private String preset(ClusterSpec.Node node) {
        return config.presets().entrySet().stream()
                .filter(entry -> entry.getValue().cores() >= node.cores()
                        && entry.getValue().memory().bytes() >= node.memory().bytes())
                .min(Comparator.comparing((Map.Entry<String, YandexConfig.Preset> entry) ->
                                entry.getValue().cores())
                        .thenComparing(entry -> entry.getValue().memory().bytes())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .orElseThrow(() -> new ClusterRefused("machine of " + node.cores() + " cores and " + node.memory()
                        + " (expected: no more than one of the presets has, "
                        + new TreeSet<>(config.presets().keySet())
                        + ")"));
    }

    private static String text(ClusterSpec spec, String option, String otherwise) {
        Object value = spec.options().get(option);
        return value == null ? otherwise : String.valueOf(value);
    }

    private static int number(ClusterSpec spec, String option, int otherwise) {
        Object value = spec.options().get(option);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Integer number && number >= 1 && number <= 100) {
            return number;
        }
        throw new ClusterRefused("option '" + option + "': " + value + " (expected: 1 to 100)");
    }
}
