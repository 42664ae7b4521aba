package dev.mayfly.cluster.yandex;

import dev.mayfly.cluster.ProviderUnavailable;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import yandex.cloud.api.lockbox.v1.GetPayloadRequest;
import yandex.cloud.api.lockbox.v1.Payload;
import yandex.cloud.api.lockbox.v1.PayloadServiceGrpc;

/** Reads secrets from Lockbox. Caches nothing. Thread-safe. */
final class YandexLockbox {

    private static final List<Status.Code> NEVER =
            List.of(Status.Code.NOT_FOUND, Status.Code.PERMISSION_DENIED, Status.Code.INVALID_ARGUMENT);

    private final YandexClient calls;

    YandexLockbox(YandexClient calls) {
        this.calls = calls;
    }

    /**
     * The value of one entry of a secret's current version.
     *
     * @throws IllegalArgumentException if there is no such entry, or we may not read it
     */
    String read(String secret, String key) {
        return payload(secret).getEntriesList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .findFirst()
                .map(entry -> entry.hasBinaryValue()
                        ? entry.getBinaryValue().toString(StandardCharsets.UTF_8)
                        : entry.getTextValue())
                .orElseThrow(() -> new IllegalArgumentException(
                        "lockbox:" + secret + "/" + key + " (expected: an entry that the secret has)"));
    }

    private Payload payload(String secret) {
        try {
            return calls.stub("payload.lockbox", PayloadServiceGrpc::newBlockingStub)
                    .get(GetPayloadRequest.newBuilder().setSecretId(secret).build());
        } catch (StatusRuntimeException e) {
            if (NEVER.contains(e.getStatus().getCode())) {
                throw new IllegalArgumentException(
                        "lockbox:" + secret + " (expected: a secret that this server may read): "
                                + e.getStatus().getDescription(),
                        e);
            }
            throw new ProviderUnavailable("lockbox " + secret + ": " + e.getStatus(), e);
        }
    }
}
