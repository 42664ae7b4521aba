package dev.mayfly.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a demo is to do. */
record DemoPlan(Path data, Path home, Source source, Forest forest) {

    /** The transactions: a folder that is there, or what to simulate. */
    record Source(@Nullable Path folder, int days, int customers, long seed) {

        /** A name that is the same for the same transactions. */
        String name() {
            return folder == null
                    ? "simulated-" + customers + "-customers-" + days + "-days-seed-" + seed
                    : folder.getFileName() + "-" + Integer.toHexString(folder.hashCode());
        }
    }

    /** The size of the model. */
    record Forest(int trees, int depth) {}

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
