package dev.mayfly.fakecloud;

import com.google.protobuf.DoubleValue;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import yandex.cloud.api.dataproc.v1.CancelJobRequest;
import yandex.cloud.api.dataproc.v1.Cluster;
import yandex.cloud.api.dataproc.v1.ClusterServiceGrpc;
import yandex.cloud.api.dataproc.v1.CreateClusterRequest;
import yandex.cloud.api.dataproc.v1.CreateJobMetadata;
import yandex.cloud.api.dataproc.v1.CreateJobRequest;
import yandex.cloud.api.dataproc.v1.DeleteClusterRequest;
import yandex.cloud.api.dataproc.v1.GetClusterRequest;
import yandex.cloud.api.dataproc.v1.GetJobRequest;
import yandex.cloud.api.dataproc.v1.Job;
import yandex.cloud.api.dataproc.v1.JobServiceGrpc;
import yandex.cloud.api.dataproc.v1.ListClustersRequest;
import yandex.cloud.api.dataproc.v1.ListClustersResponse;
import yandex.cloud.api.dataproc.v1.ListJobLogRequest;
import yandex.cloud.api.dataproc.v1.ListJobLogResponse;
import yandex.cloud.api.dataproc.v1.ListJobsRequest;
import yandex.cloud.api.dataproc.v1.ListJobsResponse;
import yandex.cloud.api.iam.v1.IamTokenServiceGrpc;
import yandex.cloud.api.iam.v1.IamTokenServiceOuterClass;
import yandex.cloud.api.lockbox.v1.GetPayloadRequest;
import yandex.cloud.api.lockbox.v1.Payload;
import yandex.cloud.api.lockbox.v1.PayloadServiceGrpc;
import yandex.cloud.api.operation.GetOperationRequest;
import yandex.cloud.api.operation.Operation;
import yandex.cloud.api.operation.OperationServiceGrpc;
import yandex.cloud.api.quotamanager.v1.ListQuotaLimitsRequest;
import yandex.cloud.api.quotamanager.v1.ListQuotaLimitsResponse;
import yandex.cloud.api.quotamanager.v1.QuotaLimit;
import yandex.cloud.api.quotamanager.v1.QuotaLimitServiceGrpc;

/**
 * The gRPC services in front of {@link Cloud} and {@link Jobs}: every call may fail before it has an effect, or lose
 * its answer.
 */
final class Services {

    private static final Context.Key<String> KEY = Context.keyWithDefault("idempotency-key", "");

    private final Cloud cloud;
    private final Jobs jobs;
    private final Tokens tokens;
    private final Secrets secrets;

    Services(Cloud cloud, Jobs jobs, Tokens tokens, Secrets secrets) {
        this.cloud = cloud;
        this.jobs = jobs;
        this.tokens = tokens;
        this.secrets = secrets;
    }

    List<BindableService> all() {
        return List.of(
                new Clusters(), new JobCalls(), new Operations(), new Quotas(), new TokenCalls(), new Payloads());
    }

    /** Reads the idempotency key from the headers, and refuses calls without a token, or with an expired one. */
    ServerInterceptor headers() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                boolean needsToken =
                        !call.getMethodDescriptor().getServiceName().equals(IamTokenServiceGrpc.SERVICE_NAME);
                String bearer = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
                try {
                    if (needsToken) {
                        tokens.check(bearer == null ? "" : bearer, cloud.now());
                    }
                } catch (StatusRuntimeException e) {
                    call.close(e.getStatus(), new Metadata());
                    return new ServerCall.Listener<>() {};
                }
                String key = headers.get(Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER));
                return Contexts.interceptCall(
                        Context.current().withValue(KEY, key == null ? "" : key), call, headers, next);
            }
        };
    }

    private interface Act<A> {
        A act() throws IOException;
    }

    private <A> void answer(String call, StreamObserver<A> observer, Act<A> act) {
        try {
            boolean lost = cloud.faults().before(call, cloud.now());
            A answer = act.act();
            cloud.faults().after(lost, cloud.now());
            observer.onNext(answer);
            observer.onCompleted();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
        } catch (IOException | RuntimeException e) {
            observer.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
        }
    }

    private final class Clusters extends ClusterServiceGrpc.ClusterServiceImplBase {
        @Override
        public void create(CreateClusterRequest request, StreamObserver<Operation> observer) {
            answer("clusters.create", observer, () -> cloud.create(request, KEY.get()));
        }

        @Override
        public void get(GetClusterRequest request, StreamObserver<Cluster> observer) {
            answer(
                    "clusters.get",
                    observer,
                    () -> cloud.get(request.getClusterId())
                            .orElseThrow(() -> Cloud.refused(Status.NOT_FOUND, "cluster " + request.getClusterId())));
        }

        @Override
        public void list(ListClustersRequest request, StreamObserver<ListClustersResponse> observer) {
            answer(
                    "clusters.list",
                    observer,
                    () -> ListClustersResponse.newBuilder()
                            .addAllClusters(cloud.list(request.getFolderId()).stream()
                                    .filter(cluster -> matches(request.getFilter(), cluster.getName()))
                                    .toList())
                            .build());
        }

        @Override
        public void delete(DeleteClusterRequest request, StreamObserver<Operation> observer) {
            answer("clusters.delete", observer, () -> cloud.delete(request.getClusterId()));
        }
    }

    private final class JobCalls extends JobServiceGrpc.JobServiceImplBase {
        @Override
        public void create(CreateJobRequest request, StreamObserver<Operation> observer) {
            answer("jobs.create", observer, () -> jobs.create(request, KEY.get()));
        }

        @Override
        public void get(GetJobRequest request, StreamObserver<Job> observer) {
            answer(
                    "jobs.get",
                    observer,
                    () -> jobs.get(request.getClusterId(), request.getJobId())
                            .orElseThrow(() -> Cloud.refused(Status.NOT_FOUND, "job " + request.getJobId())));
        }

        @Override
        public void list(ListJobsRequest request, StreamObserver<ListJobsResponse> observer) {
            answer(
                    "jobs.list",
                    observer,
                    () -> ListJobsResponse.newBuilder()
                            .addAllJobs(jobs.list(request.getClusterId()).stream()
                                    .filter(job -> matches(request.getFilter(), job.getName()))
                                    .toList())
                            .build());
        }

        @Override
        public void listLog(ListJobLogRequest request, StreamObserver<ListJobLogResponse> observer) {
            answer("jobs.log", observer, () -> jobs.log(request.getJobId(), request.getPageToken()));
        }

        @Override
        public void cancel(CancelJobRequest request, StreamObserver<Operation> observer) {
            answer("jobs.cancel", observer, () -> {
                jobs.cancel(request.getJobId());
                return cloud.newOperation(CreateJobMetadata.newBuilder()
                        .setClusterId(request.getClusterId())
                        .setJobId(request.getJobId())
                        .build());
            });
        }
    }

    private final class Operations extends OperationServiceGrpc.OperationServiceImplBase {
        @Override
        public void get(GetOperationRequest request, StreamObserver<Operation> observer) {
            answer("operations.get", observer, () -> cloud.operation(request.getOperationId()));
        }
    }

    private final class Quotas extends QuotaLimitServiceGrpc.QuotaLimitServiceImplBase {
        @Override
        public void list(ListQuotaLimitsRequest request, StreamObserver<ListQuotaLimitsResponse> observer) {
            Amounts limit = cloud.quota();
            Amounts use = cloud.use();
            answer(
                    "quotas.list",
                    observer,
                    () -> ListQuotaLimitsResponse.newBuilder()
                            .addQuotaLimits(quota("compute.instances.count", limit.instances(), use.instances()))
                            .addQuotaLimits(quota("compute.instanceCores.count", limit.cores(), use.cores()))
                            .addQuotaLimits(quota("compute.instanceMemory.size", limit.memory(), use.memory()))
                            .addQuotaLimits(quota("compute.ssdDisks.size", limit.ssd(), use.ssd()))
                            .addQuotaLimits(quota("compute.hddDisks.size", limit.hdd(), use.hdd()))
                            .build());
        }

        private static QuotaLimit quota(String id, long limit, long use) {
            return QuotaLimit.newBuilder()
                    .setQuotaId(id)
                    .setLimit(DoubleValue.of((double) limit))
                    .setUsage(DoubleValue.of((double) use))
                    .build();
        }
    }

    private final class TokenCalls extends IamTokenServiceGrpc.IamTokenServiceImplBase {
        @Override
        public void create(
                IamTokenServiceOuterClass.CreateIamTokenRequest request,
                StreamObserver<IamTokenServiceOuterClass.CreateIamTokenResponse> observer) {
            answer(
                    "tokens.create",
                    observer,
                    () -> IamTokenServiceOuterClass.CreateIamTokenResponse.newBuilder()
                            .setIamToken(tokens.give(cloud.now()))
                            .setExpiresAt(Cloud.timestamp(cloud.now().plus(tokens.lifetime())))
                            .build());
        }
    }

    private final class Payloads extends PayloadServiceGrpc.PayloadServiceImplBase {
        @Override
        public void get(GetPayloadRequest request, StreamObserver<Payload> observer) {
            answer("secrets.get", observer, () -> {
                Payload.Builder payload = Payload.newBuilder();
                secrets.entries(request.getSecretId())
                        .forEach((key, value) -> payload.addEntries(
                                Payload.Entry.newBuilder().setKey(key).setTextValue(value)));
                return payload.build();
            });
        }
    }

    /** The one filter there is: {@code name="..."}. */
    private static boolean matches(String filter, String name) {
        return filter.isEmpty() || filter.equals("name=\"" + name + "\"");
    }
}
