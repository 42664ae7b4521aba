package dev.mayfly.cluster.yandex;

import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.cluster.OutOfCapacity;
import dev.mayfly.cluster.ProviderUnavailable;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import yandex.cloud.sdk.auth.Auth;
import yandex.cloud.sdk.auth.provider.ComputeEngineCredentialProvider;
import yandex.cloud.sdk.auth.provider.CredentialProvider;

/** Calls the cloud: channels, credentials, deadlines, and the meaning of its errors. Thread-safe. */
final class YandexClient implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(8);
    private static final Metadata.Key<String> IDEMPOTENCY =
            Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final YandexConfig config;
    private volatile CredentialProvider credentials;
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    YandexClient(YandexConfig config) {
        this.config = config;
        this.credentials = credentials(config);
    }

    private static CredentialProvider credentials(YandexConfig config) {
        YandexConfig.Account account = config.account();
        if (account.token() != null) {
            return Auth.iamTokenBuilder().token(account.token()).build();
        }
        if (account.keyFile() != null) {
            return Auth.apiKeyBuilder()
                    .fromFile(account.keyFile())
                    .enableCache()
                    .build();
        }
        ComputeEngineCredentialProvider.Builder builder = Auth.computeEngineBuilder();
        account.metadata().ifPresent(builder::metadataServerUrl);
        return builder.enableCache().build();
    }

    /** A stub for one service, with a deadline for the next call. */
    <S extends AbstractBlockingStub<S>> S stub(String service, Function<Channel, S> factory) {
        S stub = factory.apply(channel(service)).withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        return stub.withCallCredentials(new Bearer()).withInterceptors(new Renewal());
    }

    /** The stub with the idempotency key by which the cloud recognises a repeated call. */
    static <S extends AbstractBlockingStub<S>> S repeatable(S stub, UUID key) {
        Metadata metadata = new Metadata();
        metadata.put(IDEMPOTENCY, key.toString());
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /** Makes a call; a failure becomes one of the exceptions of {@code ClusterProvider}. */
    static <T> T call(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            String words =
                    what + ": " + e.getStatus().getCode() + " " + e.getStatus().getDescription();
            throw switch (e.getStatus().getCode()) {
                case RESOURCE_EXHAUSTED -> new OutOfCapacity(words);
                case INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED, OUT_OF_RANGE -> new ClusterRefused(words);
                case NOT_FOUND, ALREADY_EXISTS -> e;
                default -> new ProviderUnavailable(words, e);
            };
        }
    }

    static boolean is(StatusRuntimeException failure, Status.Code code) {
        return failure.getStatus().getCode() == code;
    }

    private ManagedChannel channel(String service) {
        String target = config.place().endpoint().orElse(service + ".api.cloud.yandex.net:443");
        return channels.computeIfAbsent(target, address -> {
            ManagedChannelBuilder<?> builder = ManagedChannelBuilder.forTarget(address);
            return (config.place().endpoint().isPresent() ? builder.usePlaintext() : builder.useTransportSecurity())
                    .keepAliveTime(30, TimeUnit.SECONDS)
                    .build();
        });
    }

    /** Drops a token that the cloud refuses, even if it has not expired. */
    private synchronized void renew(CredentialProvider refused) {
        if (credentials == refused) {
            credentials = credentials(config);
            refused.close();
        }
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        credentials.close();
    }

    /** Notices that a token was refused; the caller retries the call itself later, like any other that failed. */
    private final class Renewal implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            CredentialProvider used = credentials;
            return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    super.start(
                            new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(listener) {
                                @Override
                                public void onClose(Status status, Metadata trailers) {
                                    if (status.getCode() == Status.Code.UNAUTHENTICATED) {
                                        renew(used);
                                    }
                                    super.onClose(status, trailers);
                                }
                            },
                            headers);
                }
            };
        }
    }

    private final class Bearer extends CallCredentials {
        @Override
        public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
            executor.execute(() -> {
                try {
                    Metadata headers = new Metadata();
                    headers.put(AUTHORIZATION, "Bearer " + credentials.get().getToken());
                    applier.apply(headers);
                } catch (RuntimeException e) {
                    applier.fail(Status.UNAVAILABLE
                            .withDescription("no IAM token is available: " + e.getMessage())
                            .withCause(e));
                }
            });
        }
    }
}
