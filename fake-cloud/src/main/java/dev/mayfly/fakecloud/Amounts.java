package dev.mayfly.fakecloud;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import yandex.cloud.api.dataproc.v1.CreateClusterRequest;
import yandex.cloud.api.dataproc.v1.CreateSubclusterConfigSpec;

/** Amounts of what Compute's quotas count. Sizes are in bytes. */
record Amounts(long instances, long cores, long memory, long ssd, long hdd) {

    static final Amounts NONE = new Amounts(0, 0, 0, 0, 0);

    /** The defaults of a new cloud. */
    static final Amounts USUAL_QUOTA = new Amounts(12, 32, 128L << 30, 200L << 30, 500L << 30);

    private static final Pattern PRESET = Pattern.compile(".*-c(\\d+)-m(\\d+)");

    static Amounts of(CreateClusterRequest request) {
        Amounts sum = NONE;
        for (CreateSubclusterConfigSpec part : request.getConfigSpec().getSubclustersSpecList()) {
            Matcher preset = PRESET.matcher(part.getResources().getResourcePresetId());
            long cores = preset.matches() ? Long.parseLong(preset.group(1)) : 2;
            long memory = (preset.matches() ? Long.parseLong(preset.group(2)) : 8) << 30;
            long disk = part.getResources().getDiskSize();
            boolean ssd = part.getResources().getDiskTypeId().equals("network-ssd");
            long hosts =
                    Math.max(part.getHostsCount(), part.getAutoscalingConfig().getMaxHostsCount());
            sum = sum.plus(
                    new Amounts(hosts, hosts * cores, hosts * memory, ssd ? hosts * disk : 0, ssd ? 0 : hosts * disk));
        }
        return sum;
    }

    Amounts plus(Amounts other) {
        return new Amounts(
                instances + other.instances,
                cores + other.cores,
                memory + other.memory,
                ssd + other.ssd,
                hdd + other.hdd);
    }

    boolean fitsIn(Amounts limit) {
        return instances <= limit.instances
                && cores <= limit.cores
                && memory <= limit.memory
                && ssd <= limit.ssd
                && hdd <= limit.hdd;
    }
}
