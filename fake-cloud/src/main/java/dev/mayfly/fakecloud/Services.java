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
import yandex.cloud.api.operation.GetOperationRequest;
import yandex.cloud.api.operation.Operation;
import yandex.cloud.api.operation.OperationServiceGrpc;
import yandex.cloud.api.quotamanager.v1.ListQuotaLimitsRequest;
import yandex.cloud.api.quotamanager.v1.ListQuotaLimitsResponse;
import yandex.cloud.api.quotamanager.v1.QuotaLimit;
import yandex.cloud.api.quotamanager.v1.QuotaLimitServiceGrpc;

/** The gRPC services in front of {@link Cloud} and {@link Jobs}: every call may be struck before its effect, or its answer lost. */
final class Services {

    private static final Context.Key<String> KEY = Context.keyWithDefault("idempotency-key", "");

    private final Cloud cloud;
    private final Jobs jobs;

    Services(Cloud cloud, Jobs jobs) {
        this.cloud = cloud;
        this.jobs = jobs;
    }

    List<BindableService> all() {
        return List.of(new Clusters(), new JobCalls(), new Operations(), new Quotas(), new Tokens());
    }

    /** Takes the idempotency key from the headers, and refuses whoever bears no token. */
    static ServerInterceptor headers() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                boolean needsToken =
                        !call.getMethodDescriptor().getServiceName().equals(IamTokenServiceGrpc.SERVICE_NAME);
                String bearer = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
                if (needsToken && (bearer == null || !bearer.startsWith("Bearer "))) {
                    call.close(Status.UNAUTHENTICATED.withDescription("no token"), new Metadata());
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

    private <A> void answer(StreamObserver<A> observer, Act<A> act) {
        try {
            cloud.faults().strike(cloud.now());
            A answer = act.act();
            cloud.faults().strike(cloud.now());
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
            answer(observer, () -> cloud.create(request, KEY.get()));
        }

        @Override
        public void get(GetClusterRequest request, StreamObserver<Cluster> observer) {
            answer(
                    observer,
                    () -> cloud.get(request.getClusterId())
                            .orElseThrow(() -> Cloud.refused(Status.NOT_FOUND, "cluster " + request.getClusterId())));
        }

        @Override
        public void list(ListClustersRequest request, StreamObserver<ListClustersResponse> observer) {
            answer(
                    observer,
                    () -> ListClustersResponse.newBuilder()
                            .addAllClusters(cloud.list(request.getFolderId()).stream()
                                    .filter(cluster -> matches(request.getFilter(), cluster.getName()))
                                    .toList())
                            .build());
        }

        @Override
        public void delete(DeleteClusterRequest request, StreamObserver<Operation> observer) {
            answer(observer, () -> cloud.delete(request.getClusterId()));
        }
    }

    private final class JobCalls extends JobServiceGrpc.JobServiceImplBase {
        @Override
        public void create(CreateJobRequest request, StreamObserver<Operation> observer) {
            answer(observer, () -> jobs.create(request, KEY.get()));
        }

        @Override
        public void get(GetJobRequest request, StreamObserver<Job> observer) {
            answer(
                    observer,
                    () -> jobs.get(request.getClusterId(), request.getJobId())
                            .orElseThrow(() -> Cloud.refused(Status.NOT_FOUND, "job " + request.getJobId())));
        }

        @Override
        public void list(ListJobsRequest request, StreamObserver<ListJobsResponse> observer) {
            answer(
                    observer,
                    () -> ListJobsResponse.newBuilder()
                            .addAllJobs(jobs.list(request.getClusterId()).stream()
                                    .filter(job -> matches(request.getFilter(), job.getName()))
                                    .toList())
                            .build());
        }

        @Override
        public void listLog(ListJobLogRequest request, StreamObserver<ListJobLogResponse> observer) {
            answer(observer, () -> jobs.log(request.getJobId(), request.getPageToken()));
        }

        @Override
        public void cancel(CancelJobRequest request, StreamObserver<Operation> observer) {
            answer(observer, () -> {
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
            answer(observer, () -> cloud.operation(request.getOperationId()));
        }
    }

    private final class Quotas extends QuotaLimitServiceGrpc.QuotaLimitServiceImplBase {
        @Override
        public void list(ListQuotaLimitsRequest request, StreamObserver<ListQuotaLimitsResponse> observer) {
            Amounts limit = cloud.quota();
            Amounts use = cloud.use();
            answer(
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

    private final class Tokens extends IamTokenServiceGrpc.IamTokenServiceImplBase {
        @Override
        public void create(
                IamTokenServiceOuterClass.CreateIamTokenRequest request,
                StreamObserver<IamTokenServiceOuterClass.CreateIamTokenResponse> observer) {
            answer(
                    observer,
                    () -> IamTokenServiceOuterClass.CreateIamTokenResponse.newBuilder()
                            .setIamToken("t1.fake." + cloud.now().getEpochSecond())
                            .setExpiresAt(Cloud.timestamp(cloud.now().plusSeconds(600)))
                            .build());
        }
    }

    /** The one filter there is: {@code name="..."}. */
    private static boolean matches(String filter, String name) {
        return filter.isEmpty() || filter.equals("name=\"" + name + "\"");
    }
}
