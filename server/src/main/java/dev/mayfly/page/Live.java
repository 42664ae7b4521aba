package dev.mayfly.page;

import dev.mayfly.engine.RunId;
import dev.mayfly.retraining.PipelineRuns;
import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import io.javalin.http.sse.SseHandler;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells open pages that what they show has changed, by server-sent events: they then read themselves again. All pages together cost two
 * short queries a second, none a thread, and without open pages nothing is asked. Thread-safe.
 */
final class Live implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Live.class);
    private static final int MOST = 1_000;
    private static final int ROUNDS_TO_A_SIGN_OF_LIFE = 15;
    private static final int NEVER = 0;

    private final PipelineRuns runs;
    private final Queue<Listener> listeners = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "live pages");
        thread.setDaemon(true);
        return thread;
    });
    private final ScheduledFuture<?> rounds;
    /** What was seen at the last look; null if nobody was there to be told. */
    private @Nullable Map<RunId, PipelineRuns.Stamp> before;

    private int round;

    private record Listener(String run, String pipeline, SseClient client) {

        boolean wants(Set<String> changedRuns, Set<String> changedPipelines) {
            return !run.isEmpty()
                    ? changedRuns.stream().anyMatch(id -> id.startsWith(run))
                    : pipeline.isEmpty() ? !changedRuns.isEmpty() : changedPipelines.contains(pipeline);
        }
    }

    Live(PipelineRuns runs) {
        this.runs = runs;
        this.rounds = timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Keeps a page's connection.
     *
     * @param run whose changes it is told; empty for all of the pipeline
     * @param pipeline whose runs' changes it is told; empty for all
     */
    void listen(Context request, String run, String pipeline) {
        new SseHandler(NEVER, client -> {
                    if (listeners.size() >= MOST) {
                        client.close();
                        return;
                    }
                    client.keepAlive();
                    Listener listener = new Listener(run, pipeline, client);
                    client.onClose(() -> listeners.remove(listener));
                    listeners.add(listener);
                })
                .handle(request);
    }

    private void look() {
        try {
            if (listeners.isEmpty()) {
                before = null;
                return;
            }
            Map<RunId, PipelineRuns.Stamp> now = runs.stamps();
            if (before != null) {
                tell(before, now);
            }
            before = now;
            round++;
            if (round % ROUNDS_TO_A_SIGN_OF_LIFE == 0) {
                listeners.forEach(listener -> listener.client().sendComment("open"));
            }
        } catch (RuntimeException | Error e) {
            log.warn("open pages can't be told of changes; trying again: {}", e.toString());
        }
    }

    private void tell(Map<RunId, PipelineRuns.Stamp> last, Map<RunId, PipelineRuns.Stamp> now) {
        Set<String> changedRuns = new HashSet<>();
        Set<String> changedPipelines = new HashSet<>();
        now.forEach((id, stamp) -> {
            if (!Objects.equals(last.get(id), stamp)) {
                changedRuns.add(id.toString());
                changedPipelines.add(stamp.pipeline());
            }
        });
        for (Listener listener : listeners) {
            if (listener.wants(changedRuns, changedPipelines)) {
                listener.client().sendEvent("changed", "runs"); // browsers pass over an event without data
            }
        }
    }

    @Override
    public void close() {
        rounds.cancel(false);
        timer.shutdownNow();
        listeners.forEach(listener -> listener.client().close());
    }
}
