package dev.mayfly.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mayfly demo}: one real retraining, from raw transactions to a champion model. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a whole retraining on this machine.",
            "It starts a control plane with its own PostgreSQL, simulates card transactions, runs the pipelines of",
            "examples/ on ephemeral Spark clusters, and tracks and registers a model."
        },
        footer = {
            "",
            "A second run on the same data folder finds the cleaned slices done, trains a new version and compares",
            "it with the champion. Ctrl-C cancels what runs, deletes its cluster and stops what the demo started.",
            "Exit code 0 only if every step succeeded.",
            "",
            "Examples:",
            "  mayfly demo",
            "  mayfly demo --days 100 --customers 5000 --keep",
            "  mayfly demo --transactions /data/transactions --data /tmp/mayfly"
        })
final class DemoCommand implements Callable<Integer> {

    /** A delay and a test week, and the same before them, from which the threshold is learned. */
    private static final int DAYS_BESIDE_TRAINING = 28;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "70",
            description = "Days to simulate (default: 70; at least 21).")
    private int days;

    @Option(
            names = "--customers",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Customers to simulate (default: 2000).")
    private int customers;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Seed of the simulator (default: 42).")
    private long seed;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "mayfly-data",
            description = "Where everything is kept (default: mayfly-data).")
    private Path data = Path.of("mayfly-data");

    @Option(
            names = "--transactions",
            paramLabel = "DIR",
            description = "Use the *.csv.gz files of this folder instead of the simulator.")
    private @Nullable Path transactions;

    @Option(
            names = "--learner",
            paramLabel = "NAME",
            defaultValue = "xgboost",
            description = "xgboost, random_forest, gradient_boosted_trees or logistic_regression (default: xgboost).")
    private String learner = "xgboost";

    @Option(
            names = "--trials",
            paramLabel = "N",
            defaultValue = "4",
            description = "Candidates to try on earlier weeks (default: 4).")
    private int trials;

    @Option(
            names = "--train-days",
            paramLabel = "N",
            defaultValue = "28",
            description = "Days of the training window (default: 28).")
    private int trainDays;

    @Option(names = "--keep", description = "Leave the server running at the end.")
    private boolean keep;

    @Option(names = "--json", description = "Print the summary as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        int fewest = trainDays + DAYS_BESIDE_TRAINING;
        if (days < fewest || customers < 100) {
            throw new CommandFailed(
                    CommandFailed.USAGE,
                    "--days " + days + ", --customers " + customers + " (expected: at least " + fewest
                            + ", with --train-days " + trainDays + ", and 100)");
        }
        Path chosen =
                transactions == null ? null : transactions.toAbsolutePath().normalize();
        if (chosen != null && !Files.isDirectory(chosen)) {
            throw new CommandFailed(
                    CommandFailed.USAGE,
                    "--transactions " + transactions + " (expected: a folder with *.csv.gz files)");
        }
        DemoPlan plan = new DemoPlan(
                data.toAbsolutePath().normalize(),
                Path.of(System.getProperty("mayfly.home", ".")).toAbsolutePath().normalize(),
                new DemoPlan.Source(chosen, days, customers, seed),
                new DemoPlan.Learning(learner, trials, trainDays));
        return new Demo(plan, new Progress(json), keep).run() ? 0 : CommandFailed.FAILED;
    }
}
