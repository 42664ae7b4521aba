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
 * A place where clusters can be made. Called from several threads and processes, for one cluster by one at a time as a
 * rule; <em>at least once</em>, so every method may be called again with the same arguments and then changes nothing that is
 * as it should be. No method waits for a cluster or job to get anywhere: each answers within ten seconds.
 *
 * <p>{@link ProviderUnavailable} means "not this time": nothing is known about the effect, and the call is made again.
 * {@link ClusterRefused} means "never as asked", {@link OutOfCapacity} "not now", {@link CreateFailed} "given up". None of them
 * means that nothing was made. Any other
 * exception is a defect, and treated like the first.
 */
public interface ClusterProvider {

    /** The name in a pipeline's {@code cluster.provider}, and of its pool. */
    String name();

    /** Says before anything is recorded whether such a cluster can ever be had. Throws {@link ClusterRefused} if not. */
    void check(ClusterSpec spec);

    /** What such a cluster really takes, in whatever sizes the provider sells. */
    default Resources demand(ClusterSpec spec) {
        return spec.demand();
    }

    /** What the provider says of its quota now; empty: it has none, or does not tell. */
    default Optional<Quota> quota() {
        return Optional.empty();
    }

    /** How often a look at a cluster or job pays off, and how long things may take. */
    Timing timing();

    /**
     * Begins to make a cluster, or goes on with one begun before: the request's key says that two calls mean the same. Returns
     * the provider's own id once that is known.
     */
    Optional<String> create(ClusterRequest request);

    /** What there is of a cluster; empty: nothing at all. May be called at any time. */
    Optional<ReportedCluster> describe(ClusterRef cluster);

    /** All clusters that bear the label of this owner, also those that no row knows of. */
    List<ListedCluster> list(Owner owner);

    /** Begins to delete whatever there is of the cluster, its jobs included. May be called twice, and for what is absent. */
    void delete(ClusterRef cluster);

    /**
     * Whether people who may not see secrets can read the environment of jobs, as in a cloud's console. Then references to
     * secrets are handed to jobs as they are, for those to follow.
     */
    default boolean showsEnvironment() {
        return false;
    }

    /** Submits a job, unless the cluster has seen one of that name. May be called twice: the job runs once. */
    void submit(ClusterRef cluster, JobSpec job);

    /** The state of a job; empty: none of that name was submitted. */
    Optional<ReportedJob> describeJob(ClusterRef cluster, String job);

    /** Asks a job to end. May be called twice, and for jobs that are over or absent. Insists after some seconds. */
    void cancel(ClusterRef cluster, String job);

    /** The names of a job's logs so far: {@code driver} first, then its executors'. Empty for what is absent. */
    List<String> logs(ClusterRef cluster, String job);

    /** Up to {@code maxBytes} of a log, from a byte offset; an empty array at its end. */
    byte[] readLog(ClusterRef cluster, String job, String log, long offset, int maxBytes);

    /**
     * How long things take at a provider.
     *
     * @param poll how often a look pays off
     * @param createTimeout how long a cluster may take from the call to being ready; after that it is deleted
     * @param settle how long absence must last before it proves anything: a creation that was called may land that late
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

    /** A cluster to be made: under which name, what, and what it says of itself. */
    record ClusterRequest(UUID key, String name, ClusterSpec spec, Labels labels) {}

    /** What a cluster bears, so that it can be judged by whoever finds it. */
    record Labels(Owner owner, String run, Instant expires) {}

    /** A cluster of ours as its provider lists it; {@code created} by the provider's clock. */
    record ListedCluster(ClusterRef ref, Instant created, Optional<Instant> expires) {}

    /** A cluster as its provider sees it; the reason is what it waits for, or why it is of no use. */
    record ReportedCluster(State state, String reason) {

        /** {@code BROKEN}: it will never be usable, and something of it may be left. */
        public enum State {
            PROVISIONING,
            RUNNING,
            BROKEN,
            /** Broken for want of room in the cloud. */
            OUT_OF_CAPACITY
        }
    }

    /**
     * A Spark job.
     *
     * @param secrets the names in the environment whose values are secrets: these go to the driver's process and nowhere else
     */
    record JobSpec(
            String name,
            Program program,
            List<String> arguments,
            Map<String, String> properties,
            Map<String, String> environment,
            Set<String> secrets) {

        public JobSpec {
            arguments = List.copyOf(arguments);
            properties = Map.copyOf(properties);
            environment = Map.copyOf(environment);
            secrets = Set.copyOf(secrets);
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

        /** A script, the modules and jars it uses, and archives that are unpacked beside it, such as its environment. */
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

        /** An archive, and the folder that it is unpacked to; no name: its own. */
        record Archive(JobFile file, String folder) {}
    }

    /** A job as its provider sees it. */
    record ReportedJob(JobState state, String reason) {

        public enum JobState {
            ACTIVE,
            SUCCEEDED,
            FAILED
        }
    }
}
