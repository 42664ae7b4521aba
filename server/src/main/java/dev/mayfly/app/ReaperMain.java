package dev.mayfly.app;

import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.cluster.local.LocalClusters;
import dev.mayfly.cluster.yandex.Staging;
import dev.mayfly.cluster.yandex.YandexClusters;
import dev.mayfly.engine.Waker;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.DatabaseUnavailable;
import dev.mayfly.postgres.embedded.EmbeddedPostgres;
import dev.mayfly.problem.StartFailure;
import dev.mayfly.reaper.ReapOrphans;
import dev.mayfly.tracking.Tracking;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly reaper}: the reaper as a process of its own, for when there is no control plane. */
@Command(
        name = "mayfly reaper",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 120,
        description = {
            "Deletes orphaned clusters that bear this installation's label, and closes the tracking runs of clusters",
            "that no longer exist. Every server does this, too; run the reaper elsewhere for times without a server."
        },
        footer = {
            "",
            "It needs the database: MAYFLY_DATABASE_URL, or the embedded one that still runs in --data.",
            "",
            "Examples:",
            "  mayfly reaper --config mayfly.yaml",
            "  mayfly reaper --once --data /var/lib/mayfly"
        })
final class ReaperMain implements Callable<Integer> {

    private static final int CONNECTIONS = 2;

    @Mixin
    private InstallationOptions installation = new InstallationOptions();

    @Option(names = "--once", description = "Sweep twice, with the pause that a deletion requires, and stop.")
    private boolean once;

    private ReaperMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ReaperMain()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return reap(installation.read(Map.of()));
        } catch (StartFailure | DatabaseUnavailable | IllegalArgumentException e) {
            System.err.println("mayfly reaper: " + e.getMessage());
            return 1;
        }
    }

    private int reap(ServerConfig read) throws InterruptedException {
        Path folder = read.folders().data();
        String url = read.databaseUrl()
                .or(() -> EmbeddedPostgres.running(folder.resolve("postgres")))
                .orElseThrow(() -> new StartFailure("no PostgreSQL runs in " + folder
                        + "; start 'mayfly server' there, or set MAYFLY_DATABASE_URL"));
        Waker nobody = (kind, id) -> {};
        Clock clock = Clock.systemUTC();
        try (Database database = Database.connect(url, CONNECTIONS)) {
            List<ClusterProvider> providers = new ArrayList<>();
            providers.add(new LocalClusters(
                    folder.resolve("clusters"),
                    read.folders().sparkHome(),
                    read.folders().sparkJavaOptions()));
            Staging none = (file, name) -> {
                throw new IllegalStateException("the reaper submits no jobs");
            };
            read.rooms().yandex().ifPresent(yandex -> providers.add(new YandexClusters(yandex, none)));
            Clusters clusters = Clusters.open(
                    database, nobody, clock, read.rooms().capacity().capacity(), providers);
            ReapOrphans reap = new ReapOrphans(clusters, new Tracking(database, clock), clock);
            System.out.println("mayfly reaper: sweeps every " + ReapOrphans.EVERY.toSeconds() + " s");
            for (int round = 0; !once || round < 2; round++) {
                if (round > 0) {
                    Thread.sleep(ReapOrphans.EVERY.toMillis());
                }
                reap.round().forEach(System.out::println);
            }
        }
        return 0;
    }
}
