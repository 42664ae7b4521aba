package dev.mayfly.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.NewRun;
import dev.mayfly.tracking.RunQuery;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotentRequestsTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private Database database;
    private Tracking tracking;
    private ExperimentId experiment;

    @BeforeEach
    void open() {
        database = TestPostgres.database("server");
        tracking = new Tracking(database, Clock.systemUTC());
        experiment = tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private IdempotentRequests server(Duration later) {
        return new IdempotentRequests(database, Clock.fixed(NOW.plus(later), ZoneOffset.UTC));
    }

    private TrackingRunId create(IdempotentCreate once) {
        return tracking.createRun(Actor.OWNER, new NewRun(experiment, "a", "ann", NOW, Map.of()), once)
                .id();
    }

    private TrackingRunId create(Duration later, String key) {
        return create(server(later).request("runs/create", key, "body"));
    }

    @Test
    void aKeyCountsForADayOnEveryServer() {
        TrackingRunId run = create(Duration.ZERO, "key");

        assertThat(create(Duration.ofHours(23), "key")).isEqualTo(run);
        assertThat(create(Duration.ofHours(23), "another")).isNotEqualTo(run);
        TrackingRunId nextDay = create(Duration.ofHours(25), "key");
        assertThat(nextDay).isNotEqualTo(run);
        assertThat(create(Duration.ofHours(26), "key")).isEqualTo(nextDay);
    }

    @Test
    void whatIsForgottenIsOlderThanADay() {
        TrackingRunId old = create(Duration.ZERO, "old");
        TrackingRunId young = create(Duration.ofHours(10), "young");

        server(Duration.ofHours(30)).forget();

        assertThat(create(Duration.ofHours(30), "young")).isEqualTo(young);
        assertThat(create(Duration.ofHours(30), "old")).isNotEqualTo(old);
    }

    @Test
    void aKeyOfAnotherRequestIsRefused() {
        create(Duration.ZERO, "key");

        assertThatThrownBy(() -> create(server(Duration.ZERO).request("runs/create", "key", "another body")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("'key' was used for another request");
        assertThat(create(server(Duration.ZERO).request("logged-models", "key", "another body")))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\u0000", "ä"})
    void aKeyIsPrintable(String key) {
        assertThatThrownBy(() -> server(Duration.ZERO).request("runs/create", key, ""))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Idempotency-Key");
    }

    @Test
    void withoutAKeyEveryCreateIsNewAndAKeyMakesOneThingHoweverManyAskAtOnce() {
        ExecutorService clients = Executors.newFixedThreadPool(16);
        AtomicBoolean isForgetting = new AtomicBoolean(true);
        CompletableFuture<Void> forgetting = CompletableFuture.runAsync(() -> {
            while (isForgetting.get()) {
                server(Duration.ofHours(1)).forget();
            }
        });
        try {
            List<CompletableFuture<TrackingRunId>> unkeyed = IntStream.range(0, 800)
                    .mapToObj(n -> CompletableFuture.supplyAsync(() -> create(IdempotentCreate.ALWAYS_NEW), clients))
                    .toList();
            Map<String, List<CompletableFuture<TrackingRunId>>> keyed = new HashMap<>();
            for (int n = 0; n < 800; n++) {
                String key = "key-" + n % 200;
                keyed.computeIfAbsent(key, any -> new ArrayList<>())
                        .add(CompletableFuture.supplyAsync(() -> create(Duration.ZERO, key), clients));
            }
            assertThat(unkeyed.stream().map(CompletableFuture::join)).doesNotHaveDuplicates();
            assertThat(keyed.values())
                    .allSatisfy(all -> assertThat(
                                    all.stream().map(CompletableFuture::join).distinct())
                            .hasSize(1));
        } finally {
            isForgetting.set(false);
            forgetting.join();
            clients.shutdown();
        }
        assertThat(tracking.search(
                                Scope.EVERYTHING,
                                new RunQuery(List.of(experiment), "", RunQuery.ViewType.ALL, List.of(), 2_000, ""))
                        .items())
                .as("nothing was made that nobody was told of")
                .hasSize(1_000);
    }
}
