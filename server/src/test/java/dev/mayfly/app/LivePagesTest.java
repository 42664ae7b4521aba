package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Open pages are told of changes: the whole server, over HTTP. */
class LivePagesTest {

    private static final String CHANGED = "event: changed";
    private static final Duration LONGEST = Duration.ofSeconds(40);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    /** A page that listens, and what it was told. */
    private record Listening(InputStream stream, Queue<String> told) {

        static Listening at(WholeServer server, String address) throws Exception {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + address))
                    .header("Accept", "text/event-stream")
                    .header("Authorization", "Bearer " + server.ownerToken())
                    .build();
            InputStream stream = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            Queue<String> told = new ConcurrentLinkedQueue<>();
            Thread reader = new Thread(() -> {
                try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        told.add(line);
                    }
                } catch (IOException e) {
                    told.add("closed");
                }
                told.add("end");
            });
            reader.setDaemon(true);
            reader.start();
            return new Listening(stream, told);
        }
    }

    /** A server that is stopped lets go of those who listen; more listen than there are threads. */
    @Test
    @Timeout(180)
    void whoLooksAtARunIsToldWhenItChangesAndNobodyElseIs() throws Exception {
        List<Listening> crowd = new ArrayList<>();
        try (WholeServer server = WholeServer.start(folder, "", Map.of("MAYFLY_ALLOW_INPUTS", folder.toString()))) {
            Things things = server.things("live-", folder);
            String pipeline = things.pipeline();
            String quiet = things.pipelineRun(things.pipeline());
            String run = things.pipelineRun(pipeline);
            Listening all = Listening.at(server, "/events");
            Listening one = Listening.at(server, "/events?run=" + run);
            Listening ofPipeline = Listening.at(server, "/events?pipeline=" + pipeline);
            Listening other = Listening.at(server, "/events?pipeline=" + things.pipeline());
            for (int n = 0; n < 300; n++) {
                crowd.add(Listening.at(server, "/events?run=" + quiet));
            }
            // what changes before the server has looked twice is nobody's news: so it changes again and again
            Awaitility.await()
                    .atMost(LONGEST)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        for (String act : List.of("cancel", "retry")) { // whichever it allows
                            Things.send(
                                    server.url(),
                                    server.ownerToken(),
                                    new Things.Request("POST", "/api/v1/runs/" + run + "/" + act, "{}"));
                        }
                        return List.of(all, one, ofPipeline).stream()
                                .allMatch(listening -> listening.told().contains(CHANGED));
                    });
            assertThat(other.told()).doesNotContain(CHANGED);
            assertThat(HTTP.send(
                                    HttpRequest.newBuilder(URI.create(server.url() + "/health"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo("OK");
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(crowd)
                        .allSatisfy(listening -> assertThat(listening.told()).contains("end")));
    }
}
