package dev.mayfly.cluster;

import dev.mayfly.capacity.Quota;
import dev.mayfly.capacity.Resources;
import dev.mayfly.digest.Sha256;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * A place where clusters can be made. Several threads and processes call it, as a rule one at a time for one cluster.
 * They call <em>at least once</em>, so every method is idempotent. No method waits for a cluster or job to change: each
 * returns within ten seconds.
 *
 * <p>{@link ProviderUnavailable} means "not this time": the effect is unknown, and the caller retries. {@link
 * ClusterRefused} means "never with this spec", {@link OutOfCapacity} "not now", {@link CreateFailed} "the provider
 * gave up". None of them proves that nothing was made. Any other exception is a defect, treated like the first.
 */
public interface ClusterProvider {

    /** The name in a pipeline's {@code cluster.provider}, and of its pool. */
    String name();

    /**
     * Checks a spec before anything is recorded.
     *
     * @throws ClusterRefused if such a cluster can never be made
     */
    void check(ClusterSpec spec);

    /** What such a cluster really takes, in the sizes that the provider sells. */
    default Resources demand(ClusterSpec spec) {
        return spec.demand();
    }

    /** The provider's quota now; empty if it has none, or does not report it. */
    default Optional<Quota> quota() {
        return Optional.empty();
    }

    /** How often to poll a cluster or job, and how long things may take. */
    Timing timing();

    /**
     * Begins to make a cluster, or continues an earlier call with the same key.
     *
     * @return the provider's own id; empty until it is known
     */
    Optional<String> create(ClusterRequest request);

    /** The state of a cluster; empty if nothing of it exists. May be called at any time. */
    Optional<ReportedCluster> describe(ClusterRef cluster);

    /** All clusters that bear the label of this owner, even those without a row. */
    List<ListedCluster> list(Owner owner);

    /**
     * Begins to delete whatever exists of the cluster, its jobs included. May be called twice, and for an absent
     * cluster.
     */
    void delete(ClusterRef cluster);

    /**
     * Whether people who may not see secrets can read the environment of jobs, as in a cloud's console. If so, jobs get
     * references to secrets and follow these themselves.
     */
    default boolean showsEnvironment() {
        return false;
    }

    /**
     * Puts a small text file where the jobs of a cluster can read it. May be called twice.
     *
     * @return the file's path or address, as jobs read it
     */
    String place(ClusterRef cluster, String name, String text);

    /** Submits a job, unless one of that name was submitted. May be called twice: the job runs once. */
    void submit(ClusterRef cluster, JobSpec job);

    /** The state of a job; empty if none of that name was submitted. */
    Optional<ReportedJob> describeJob(ClusterRef cluster, String job);

    /** Asks a job to end; a call some seconds later may kill it. May be called for jobs that are over or absent. */
    void cancel(ClusterRef cluster, String job);

    /** The names of a job's logs so far: {@code driver} first, then its executors'. Empty if the job is absent. */
    List<String> logs(ClusterRef cluster, String job);

    /** Up to {@code maxBytes} of a log, from a byte offset; an empty array at its end. */
    byte[] readLog(ClusterRef cluster, String job, String log, long offset, int maxBytes);

    /**
     * How long things take at a provider.
     *
     * @param poll the pause between two polls
     * @param createTimeout how long a cluster may take from the call to being ready; after that it is deleted
     * @param settle how long absence must last before it proves anything: a create call may take effect that late
     */
    record Timing(Duration poll, Duration createTimeout, Duration settle) {}

    /** The label that tells this installation's clusters from those of others. */
    record Owner(String value) {

        public Owner {
            if (!value.matches("[a-z0-9]{4,20}")) {
                throw new IllegalArgumentException("owner: " + value + " (expected: 4 to 20 of a-z and 0-9)");
            }
        }
    }

    /** A cluster to be made: the idempotency key, its name, its spec and its labels. */
    record ClusterRequest(UUID key, String name, ClusterSpec spec, Labels labels) {}

    /** The labels of a cluster, from which a sweep can tell whether it is an orphan. */
    record Labels(Owner owner, String run, Instant expires) {}

    /** A cluster of ours as its provider lists it; {@code created} by the provider's clock. */
    record ListedCluster(ClusterRef ref, Instant created, Optional<Instant> expires) {}

    /** A cluster as its provider reports it; the reason says what it waits for, or why it is unusable. */
    record ReportedCluster(State state, String reason) {

        /** {@code BROKEN}: it will never be usable, and something of it may be left. */
        public enum State {
            PROVISIONING,
            RUNNING,
            BROKEN,
            /** Broken because the cloud had no capacity. */
            OUT_OF_CAPACITY
        }
    }

    /**
     * A Spark job.
     *
     * @param secrets the names in the environment whose values are secrets: these go to the driver's process and
     *     nowhere else
     * @param hidden what the marks in arguments, properties and environment stand for, by mark: a secret, or, where the
     *     provider {@linkplain ClusterProvider#showsEnvironment shows} these, a reference that the job follows itself
     */
    record JobSpec(
            String name,
            Program program,
            List<String> arguments,
            Map<String, String> properties,
            Map<String, String> environment,
            Set<String> secrets,
            Map<String, String> hidden) {

        public JobSpec {
            arguments = List.copyOf(arguments);
            properties = Map.copyOf(properties);
            environment = Map.copyOf(environment);
            secrets = Set.copyOf(secrets);
            hidden = Map.copyOf(hidden);
        }

        /** A text with what its marks stand for. */
        public String revealed(String text) {
            String revealed = text;
            for (Map.Entry<String, String> one : hidden.entrySet()) {
                revealed = revealed.replace(one.getKey(), one.getValue());
            }
            return revealed;
        }

        @Override
        public String toString() {
            return "JobSpec[" + name + ", " + program + "]";
        }
    }

    /** A file that a job uses: the digest of its bytes, and a copy on this machine that nobody changes. */
    record JobFile(Sha256 digest, Path path) {

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** What a job runs. */
    sealed interface Program {

        <T> T match(Function<Jar, T> onJar, Function<Python, T> onPython);

        /** A class of a jar. */
        record Jar(JobFile jar, String mainClass) implements Program {
            @Override
            public <T> T match(Function<Jar, T> onJar, Function<Python, T> onPython) {
                return onJar.apply(this);
            }
        }

        /**
         * A script, the modules and jars it uses, and archives that are unpacked beside it, such as its environment.
         */
        record Python(JobFile main, List<JobFile> modules, List<Archive> archives, List<JobFile> jars)
                implements Program {

            public Python {
                modules = List.copyOf(modules);
                archives = List.copyOf(archives);
                jars = List.copyOf(jars);
            }

            @Override
            public <T> T match(Function<Jar, T> onJar, Function<Python, T> onPython) {
                return onPython.apply(this);
            }
        }

        /** An archive, and the folder that it is unpacked to; if that is empty, the archive's own name. */
        record Archive(JobFile file, String folder) {}
    }

    /** A job as its provider reports it. */
    record ReportedJob(JobState state, String reason) {

        public enum JobState {
            ACTIVE,
            SUCCEEDED,
            FAILED
        }
    }
}
