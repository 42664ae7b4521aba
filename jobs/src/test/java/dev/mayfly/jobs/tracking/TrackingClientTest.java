package dev.mayfly.jobs.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a job finds out before its work. */
class TrackingClientTest {

    private static final String OPEN =
            "{\"run\": {\"info\": {\"run_id\": \"r\", \"status\": \"RUNNING\", \"lifecycle_stage\": \"active\"}}}";

    private final List<String> called = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private volatile int readStatus = 200;
    private volatile String run = OPEN;
    private volatile int writeStatus = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void anOpenRunThatMayBeWrittenIsTaken() {
        assertThat(client()).isPresent();
        assertThat(called)
                .containsExactly(
                        "GET /api/2.0/mlflow/runs/get", "POST /api/2.0/mlflow/runs/log-batch {\"run_id\":\"r\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, FINISHED, run r is FINISHED (expected: RUNNING)",
        "RUNNING, KILLED, run r is KILLED (expected: RUNNING)",
        "active, deleted, run r is deleted (expected: RUNNING)"
    })
    void aRunThatIsOverOrDeletedIsRefused(String before, String now, String message) {
        run = OPEN.replace(before, now);

        assertThatThrownBy(this::client).isInstanceOf(TrackingException.class).hasMessage(message);
    }

    @Test
    void anUnknownRunAndOneThatMayNotBeWrittenAreRefused() {
        readStatus = 404;
        run = "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\", \"message\": \"no run r\"}";
        assertThatThrownBy(this::client).hasMessageEndingWith("HTTP 404: no run r");

        readStatus = 200;
        run = OPEN;
        writeStatus = 403;
        assertThatThrownBy(this::client).hasMessageContaining("log-batch: HTTP 403");
    }

    @Test
    void aVariableThatIsSetToNothingIsRefusedAndOneThatIsMissingMeansNoTracking() {
        assertThatThrownBy(() -> fromEnvironment(Map.of("MLFLOW_TRACKING_URI", url(), "MLFLOW_RUN_ID", "")))
                .hasMessage("MLFLOW_RUN_ID: '' (expected: a value, or not set; Mayfly sets both)");
        assertThatThrownBy(() -> fromEnvironment(Map.of("MLFLOW_TRACKING_URI", "", "MLFLOW_RUN_ID", "r")))
                .hasMessageStartingWith("MLFLOW_TRACKING_URI: ''");
        assertThat(fromEnvironment(Map.of("MLFLOW_TRACKING_URI", url()))).isEmpty();
        assertThat(called).isEmpty();
    }

    private Optional<TrackingClient> client() {
        return fromEnvironment(Map.of("MLFLOW_TRACKING_URI", url(), "MLFLOW_RUN_ID", "r"));
    }

    private static Optional<TrackingClient> fromEnvironment(Map<String, String> variables) {
        return Reporting.fromEnvironment(variables, "lake", new Configuration());
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        called.add((exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + " " + body).trim());
        boolean isRead = exchange.getRequestMethod().equals("GET");
        byte[] reply = (isRead ? run : "{}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(isRead ? readStatus : writeStatus, reply.length);
        exchange.getResponseBody().write(reply);
        exchange.close();
    }
}
