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

    @TempDir
    private Path folder;

    /** A page that listens, and what it was told. */
    private record Listening(InputStream stream, Queue<String> told) {

        static Listening at(WholeServer server, String address) throws Exception {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + address))
                    .header("Accept", "text/event-stream")
                    .header("Authorization", "Bearer " + server.ownerToken())
                    .build();
            InputStream stream = HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofInputStream())
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

        void awaitChange() {
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> told.contains("event: changed"));
        }
    }

    /** A server that is stopped lets go of those who listen; more listen than there are threads. */
    @Test
    @Timeout(90)
    void whoLooksAtARunIsToldWhenItChangesAndNobodyElseIs() throws Exception {
        List<Listening> crowd = new ArrayList<>();
        try (WholeServer server = WholeServer.start(folder, "", Map.of("MAYFLY_ALLOW_INPUTS", folder.toString()))) {
            Things things = server.things("live-", folder);
            String pipeline = things.pipeline();
            String quiet = things.pipelineRun(things.pipeline());
            things.post("/api/v1/pipelines/" + pipeline + "/pause", "");
            String run = things.pipelineRun(pipeline);
            Listening all = Listening.at(server, "/events");
            Listening one = Listening.at(server, "/events?run=" + run);
            Listening ofPipeline = Listening.at(server, "/events?pipeline=" + pipeline);
            Listening other = Listening.at(server, "/events?pipeline=" + things.pipeline());
            for (int n = 0; n < 300; n++) {
                crowd.add(Listening.at(server, "/events?run=" + quiet));
            }
            Thread.sleep(2_500); // two looks: what has changed until now is nobody's news
            all.told().clear();
            one.told().clear();
            ofPipeline.told().clear();
            other.told().clear();
            things.post("/api/v1/runs/" + run + "/cancel", "");

            all.awaitChange();
            one.awaitChange();
            ofPipeline.awaitChange();
            assertThat(other.told()).doesNotContain("event: changed");
            assertThat(HttpClient.newHttpClient()
                            .send(
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
