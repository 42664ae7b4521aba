package dev.mayfly.engine;

class MemoryRunStoreTest extends RunStoreContract {

    private final MemoryRunStore store = new MemoryRunStore();

    @Override
    RunStore store() {
        return store;
    }

    @Override
    void insert(Run run) {
        store.insert(run);
    }
}
