package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.Route;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is sent, the server answers, and never that it failed: every route with valid requests and with ones that were
 * bent ({@code -Dmayfly.fuzz=N}: so many requests a route; {@code -Dmayfly.seed=N}).
 */
class FuzzTest {

    private static final int A_ROUTE = Integer.getInteger("mayfly.fuzz", 3);
    private static final long SEED = Long.getLong("mayfly.seed", new Random().nextLong());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String LONG = "x".repeat(100_000);

    /** What people, programs and attackers put where something else belongs; as JSON. */
    private static final List<String> ODD = List.of(
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"a\\u0000b\"",
            "\"\\u202eabc\"",
            "\"\\ud800\"",
            "\"\\ufffe\"",
            "\"\u2028\"",
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e400",
            "-0",
            "2147483648",
            "9223372036854775808",
            "1e-400",
            "\"NaN\"",
            "\"Infinity\"",
            "\"-1\"",
            "\"1\"",
            "\"9223372036854775807\"",
            "\"99999999999999999999\"",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "[\"\"]",
            "{\"a\":{}}",
            "\"' or 1=1 --\"",
            "\"%s%n%x\"",
            "\"../../etc/passwd\"",
            "\"/\"",
            "\"${data}\"",
            "\"*\"",
            "\"\\\\\"",
            "\"a=b;c=d\"",
            "\"<script>\"",
            "\"1969-12-31\"",
            "\"-999999999-01-01T00:00:00Z\"",
            "\"mf_0_0\"",
            "\"runs:/\"",
            "\"models:/a/1\"",
            "\"s3://\"",
            "\"http://[\"",
            "\"a\\nb\\rc\"",
            "\"" + LONG + "\"");

    @TempDir
    private static Path folder;

    private static WholeServer server;
    private static String token;
    private static Things things;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void start() throws Exception {
        server = WholeServer.start(
                folder, "webhooks: [https://hooks.example.com]", Map.of("MAYFLY_ALLOW_INPUTS", folder.toString()));
        token = server.ownerToken();
        things = server.things("mine-", folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void noRequestIsAnsweredThatTheServerFailed() throws Exception {
        System.out.println("seed " + SEED + ", " + A_ROUTE + " requests a route");
        ValidRequests valid = new ValidRequests();
        Map<Integer, Integer> statuses = new TreeMap<>();
        List<String> failed = new ArrayList<>();
        int accepted = 0;
        int sent = 0;
        for (Route<?, ?> route : server.plane().routes()) {
            Things.Request own = valid.of(route, things);
            for (int n = 0; n < A_ROUTE; n++) {
                own = n % 3 == 0 ? valid.of(route, things) : own;
                Things.Request request = n % 3 == 2 ? own : bent(own);
                HttpResponse<String> answer = send(request);
                int status = answer.statusCode();
                statuses.merge(status, 1, Integer::sum);
                sent++;
                accepted += status / 100 == 2 || status / 100 == 3 ? 1 : 0;
                if (status >= 500) {
                    failed.add(status + " " + request.method() + " " + brief(request.path()) + " "
                            + brief(request.body()) + ": " + brief(answer.body()));
                }
            }
        }
        System.out.println(sent + " requests, " + accepted + " accepted: " + statuses);
        assertThat(failed).as("seed " + SEED).isEmpty();
        assertThat(accepted).isGreaterThan(sent / 4);
    }

    private static String brief(String text) {
        return text.substring(0, Math.min(300, text.length()));
    }

    /** A second try is on a connection of its own: the server may have closed the one that is kept. */
    private static HttpResponse<String> send(Things.Request request) throws Exception {
        HttpRequest sent = HttpRequest.newBuilder(URI.create(server.url() + request.path()))
                .timeout(Duration.ofSeconds(30))
                .method(request.method(), HttpRequest.BodyPublishers.ofString(request.body()))
                .header("Content-Type", Things.media(request.body()))
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            return CLIENT.send(sent, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            try {
                return HttpClient.newHttpClient().send(sent, HttpResponse.BodyHandlers.ofString());
            } catch (IOException again) {
                throw new IOException(
                        request.method() + " " + brief(request.path()) + " " + brief(request.body()) + ", seed " + SEED,
                        again);
            }
        }
    }

    private Things.Request bent(Things.Request own) throws Exception {
        return switch (random.nextInt(own.body().isEmpty() ? 2 : 4)) {
            case 0 -> new Things.Request(own.method(), withOddSegment(own.path()), own.body());
            case 1 -> new Things.Request(own.method(), withOddParameter(own.path()), own.body());
            default -> new Things.Request(own.method(), own.path(), bentBody(own.body()));
        };
    }

    /** A value as it stands in an address; at most 8 KB, more than which no address may have. */
    private String oddInAddress() throws Exception {
        if (random.nextInt(10) == 0) {
            return List.of("%00", "%ff", "%2e%2e", "%2F", "%25", "%c0%ae", "%0d%0a", "..;", "%ed%a0%80")
                    .get(random.nextInt(9));
        }
        JsonNode odd = JSON.readTree(odd());
        String text = odd.isTextual() ? odd.textValue() : odd.toString();
        return URLEncoder.encode(text.substring(0, Math.min(4_000, text.length())), StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    private String withOddSegment(String path) throws Exception {
        String[] parts = path.split("\\?", 2);
        String[] segments = parts[0].split("/", -1);
        segments[1 + random.nextInt(Math.max(1, segments.length - 1))] = oddInAddress();
        return String.join("/", segments) + (parts.length > 1 ? "?" + parts[1] : "");
    }

    private static final List<String> PARAMETERS = List.of(
            "max_results",
            "page_token",
            "filter",
            "order_by",
            "limit",
            "run_id",
            "path",
            "name",
            "experiment_id",
            "since",
            "object",
            "before",
            "offset",
            "metric_key",
            "view_type",
            "older_than",
            "file");

    private String withOddParameter(String path) throws Exception {
        String[] parts = path.split("\\?", 2);
        List<String> query = new ArrayList<>(parts.length > 1 ? List.of(parts[1].split("&", -1)) : List.of());
        if (query.isEmpty() || random.nextBoolean()) {
            query.add(PARAMETERS.get(random.nextInt(PARAMETERS.size())) + "=" + oddInAddress());
        } else {
            int n = random.nextInt(query.size());
            query.set(n, query.get(n).split("=", 2)[0] + "=" + oddInAddress());
        }
        return parts[0] + "?" + String.join("&", query);
    }

    private String odd() {
        return ODD.get(random.nextInt(ODD.size()));
    }

    private String bentBody(String body) throws Exception {
        if (random.nextInt(12) == 0) {
            return List.of(
                            "",
                            "null",
                            "[",
                            "{\"a\":",
                            "\u0000",
                            "[".repeat(5_000),
                            "{\"a\":".repeat(900),
                            "\"x\"",
                            "ÿþ",
                            LONG)
                    .get(random.nextInt(10));
        }
        if (!body.startsWith("{")) {
            int at = random.nextInt(body.length());
            String odd = JSON.readTree(odd()).asText();
            return body.substring(0, at) + odd + body.substring(Math.min(body.length(), at + random.nextInt(8)));
        }
        JsonNode tree = JSON.readTree(body);
        bend(tree);
        return tree.toString();
    }

    private void bend(JsonNode node) throws Exception {
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() || random.nextInt(8) == 0
                    ? PARAMETERS.get(random.nextInt(PARAMETERS.size()))
                    : names.get(random.nextInt(names.size()));
            JsonNode inner = object.get(name);
            if (inner != null && inner.isContainerNode() && random.nextInt(3) > 0) {
                bend(inner);
            } else if (random.nextInt(8) == 0) {
                object.remove(name);
            } else {
                object.set(name, JSON.readTree(odd()));
            }
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            int n = random.nextInt(array.size());
            if (array.get(n).isContainerNode() && random.nextInt(3) > 0) {
                bend(array.get(n));
            } else {
                array.set(n, JSON.readTree(odd()));
            }
        }
    }
}
