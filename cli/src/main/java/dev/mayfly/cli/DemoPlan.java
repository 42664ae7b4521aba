package dev.mayfly.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a demo is to do. */
record DemoPlan(Path data, Path home, Source source, Learning learning) {

    /** The transactions: an existing folder, or what to simulate. */
    record Source(@Nullable Path folder, int days, int customers, long seed) {

        /** Returns a name that is the same for the same transactions. */
        String name() {
            return folder == null
                    ? "simulated-" + customers + "-customers-" + days + "-days-seed-" + seed
                    : folder.getFileName() + "-" + Integer.toHexString(folder.hashCode());
        }
    }

    /** How the model is trained: the learner, how many candidates are tried, days of the training window. */
    record Learning(String learner, int trials, int trainDays) {}

    /** Where the raw files are or will be. */
    Path transactions() {
        return source.folder() != null
                ? source.folder()
                : data.resolve("transactions").resolve(source.name());
    }

    /** Where cleaned slices go. */
    Path lake() {
        return data.resolve("lake").resolve(source.name());
    }
}
