package dev.mayfly.cluster.yandex;

import dev.mayfly.capacity.Quota;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.cluster.ProviderUnavailable;
import io.grpc.StatusRuntimeException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import yandex.cloud.api.quotamanager.v1.ListQuotaLimitsRequest;
import yandex.cloud.api.quotamanager.v1.ListQuotaLimitsResponse;
import yandex.cloud.api.quotamanager.v1.QuotaLimit;
import yandex.cloud.api.quotamanager.v1.QuotaLimitServiceGrpc;
import yandex.cloud.api.quotamanager.v1.Resource;

/** The cloud's quotas of Compute, which clusters use; Data Processing has none of its own. */
final class YandexQuota {

    private static final Map<String, Unit> UNITS = Map.of(
            "compute.instanceCores.count", Unit.CORES,
            "compute.instanceMemory.size", Unit.MEMORY,
            "compute.ssdDisks.size", Unit.SSD,
            "compute.hddDisks.size", Unit.HDD,
            "compute.instances.count", Unit.INSTANCES);

    private final YandexConfig config;
    private final YandexClient calls;

    YandexQuota(YandexConfig config, YandexClient calls) {
        this.config = config;
        this.calls = calls;
    }

    Optional<Quota> read() {
        return config.place().cloud().map(this::read);
    }

    private Quota read(String cloud) {
        Map<Unit, Long> limit = new EnumMap<>(Unit.class);
        Map<Unit, Long> use = new EnumMap<>(Unit.class);
        String token = "";
        do {
            ListQuotaLimitsResponse page = page(cloud, token);
            for (QuotaLimit quota : page.getQuotaLimitsList()) {
                Unit unit = UNITS.get(quota.getQuotaId());
                if (unit != null && quota.hasLimit()) {
                    limit.put(unit, (long) quota.getLimit().getValue());
                    use.put(unit, (long) quota.getUsage().getValue());
                }
            }
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return new Quota(new Resources(limit), new Resources(use));
    }

    private ListQuotaLimitsResponse page(String cloud, String token) {
        try {
            return YandexClient.call(
                    "quotas",
                    () -> calls.stub("quota-manager", QuotaLimitServiceGrpc::newBlockingStub)
                            .list(ListQuotaLimitsRequest.newBuilder()
                                    .setResource(
                                            Resource.newBuilder().setId(cloud).setType("resource-manager.cloud"))
                                    .setService("compute")
                                    .setPageSize(1_000)
                                    .setPageToken(token)
                                    .build()));
        } catch (StatusRuntimeException e) {
            throw new ProviderUnavailable("quotas of cloud " + cloud + ": " + e.getStatus(), e);
        }
    }
}
