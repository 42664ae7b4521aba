package dev.mayfly.fakecloud;

import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import yandex.cloud.api.dataproc.v1.CreateJobMetadata;
import yandex.cloud.api.dataproc.v1.CreateJobRequest;
import yandex.cloud.api.dataproc.v1.Job;
import yandex.cloud.api.dataproc.v1.ListJobLogResponse;
import yandex.cloud.api.operation.Operation;

/** The jobs of all clusters: simulated, or run for real on this machine's Spark. Thread-safe. */
final class Jobs {

    private final Cloud cloud;
    private final @Nullable LocalSpark spark;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final Map<String, String> jobOfKey = new HashMap<>();
    private int numbers;

    /** @param spark what runs jobs; null if they are simulated */
    Jobs(Cloud cloud, @Nullable LocalSpark spark) {
        this.cloud = cloud;
        this.spark = spark;
    }

    private static final class Run {
        final String id;
        final CreateJobRequest request;
        final Instant created;
        final Instant ends;
        final Faults.Work fate;
        final LocalSpark.@Nullable Submitted submitted;
        boolean cancelled;

        Run(
                String id,
                CreateJobRequest request,
                Instant created,
                Instant ends,
                Faults.Work fate,
                LocalSpark.@Nullable Submitted submitted) {
            this.id = id;
            this.request = request;
            this.created = created;
            this.ends = ends;
            this.fate = fate;
            this.submitted = submitted;
        }
    }

    synchronized Operation create(CreateJobRequest request, String key) throws IOException {
        String known = jobOfKey.get(key);
        if (known == null || key.isEmpty()) {
            if (!cloud.isUp(request.getClusterId())) {
                throw Cloud.refused(
                        Status.FAILED_PRECONDITION, "cluster " + request.getClusterId() + " is not running");
            }
            known = "job" + String.format("%06d", ++numbers);
            Faults.Work fate = cloud.faults().work();
            Duration takes = fate == Faults.Work.HANGS
                    ? Duration.ofDays(1)
                    : cloud.faults().between(20, 120);
            Instant now = cloud.now();
            runs.put(
                    known,
                    new Run(
                            known,
                            request,
                            now,
                            now.plus(takes),
                            fate,
                            spark == null ? null : spark.submit(known, request)));
            cloud.event("job-created " + request.getName() + " " + request.getClusterId() + " " + fate);
            if (!key.isEmpty()) {
                jobOfKey.put(key, known);
            }
        }
        return cloud.newOperation(CreateJobMetadata.newBuilder()
                .setClusterId(request.getClusterId())
                .setJobId(known)
                .build());
    }

    synchronized List<Job> list(String cluster) {
        List<Job> jobs = new ArrayList<>();
        for (Run run : runs.values()) {
            boolean vanished = run.fate == Faults.Work.VANISHES
                    && run.created.plusSeconds(30).isBefore(cloud.now());
            if (run.request.getClusterId().equals(cluster) && !vanished) {
                jobs.add(job(run));
            }
        }
        return jobs;
    }

    synchronized Optional<Job> get(String cluster, String id) {
        return list(cluster).stream().filter(job -> job.getId().equals(id)).findFirst();
    }

    synchronized void cancel(String id) {
        Run run = runs.get(id);
        if (run == null) {
            throw Cloud.refused(Status.NOT_FOUND, "job " + id + " not found");
        }
        run.cancelled = true;
        if (run.submitted != null) {
            run.submitted.stop();
        }
    }

    synchronized ListJobLogResponse log(String id, String token) throws IOException {
        Run run = runs.get(id);
        if (run == null) {
            throw Cloud.refused(Status.NOT_FOUND, "job " + id + " not found");
        }
        if (run.submitted == null) {
            return ListJobLogResponse.newBuilder()
                    .setContent(token.isEmpty() ? "made-up job " + run.request.getName() + "\n" : "")
                    .build();
        }
        return run.submitted.log(token.isEmpty() ? 0 : Long.parseLong(token));
    }

    private Job job(Run run) {
        return Job.newBuilder()
                .setId(run.id)
                .setClusterId(run.request.getClusterId())
                .setName(run.request.getName())
                .setCreatedAt(Cloud.timestamp(run.created))
                .setStatus(status(run))
                .build();
    }

    private Job.Status status(Run run) {
        if (run.cancelled) {
            return Job.Status.CANCELLED;
        }
        if (run.submitted != null) {
            return run.submitted.status();
        }
        if (!cloud.isUp(run.request.getClusterId())) {
            return Job.Status.ERROR;
        }
        if (run.ends.isAfter(cloud.now())) {
            return Job.Status.RUNNING;
        }
        return run.fate == Faults.Work.FAILS ? Job.Status.ERROR : Job.Status.DONE;
    }
}
