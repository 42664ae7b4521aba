package dev.mayfly.cluster;

import dev.mayfly.engine.RunId;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

class MemoryClusterStoreTest extends ClusterStoreContract {

    private final Set<RunId> running = new HashSet<>();
    private final MemoryClusterStore store = new MemoryClusterStore(running::contains);

    @Override
    ClusterStore store() {
        return store;
    }

    @Override
    RunId run(boolean isRunning) {
        RunId run = new RunId(UUID.randomUUID());
        if (isRunning) {
            running.add(run);
        }
        return run;
    }
}
