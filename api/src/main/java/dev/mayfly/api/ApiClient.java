package dev.mayfly.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The client of a server's HTTP API: {@link #call} for its own routes, and plain requests for those of MLflow's protocol. Refusals and
 * silence become an {@link ApiFailure}. Thread-safe.
 */
public final class ApiClient {

    /** For trees of JSON. */
    public static final ObjectMapper JSON = new ObjectMapper();

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 120_000;
    private static final int PIECE = 64 << 10;

    private final String base;
    private final @Nullable String authorization;

    public ApiClient(String base) {
        this(base, null);
    }

    /**
     * @param base the server's address
     * @param authorization the header of every request
     */
    public ApiClient(String base, @Nullable String authorization) {
        this.base = base.replaceFirst("/+$", "");
        this.authorization = authorization;
    }

    public String base() {
        return base;
    }

    /**
     * Calls a route.
     *
     * @throws ApiFailure if the server refuses, or can't be reached
     */
    public <Q, A> A call(Route<Q, A> route, Q request) {
        Requests.Written written = Requests.write(route, request);
        byte[] body = written.body() == null ? null : written.body().getBytes(StandardCharsets.UTF_8);
        return decoded(route, exchange(route.method().name(), written.target(), body, written.media()));
    }

    /**
     * Calls a route with a file, in pieces.
     *
     * @param size of the file
     * @throws ApiFailure if the server refuses, or can't be reached
     */
    public <Q, A> A send(Route<Q, A> route, Q request, InputStream bytes, long size) {
        String target = Requests.write(route, request).target();
        byte[] answer = answered(target, () -> {
            HttpURLConnection connection = open(route.method().name(), target);
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(size);
            connection.setRequestProperty("Content-Type", route.input().media());
            try (OutputStream out = connection.getOutputStream()) {
                bytes.transferTo(out);
            }
            refuse(connection);
            try (InputStream in = connection.getInputStream()) {
                return in.readAllBytes();
            }
        });
        return decoded(route, answer);
    }

    private static <A> A decoded(Route<?, A> route, byte[] answer) {
        try {
            return route.output().decoder().decode(answer);
        } catch (IOException e) {
            throw new ApiFailure(0, "the server's answer to " + route + " can't be read: " + e.getMessage());
        }
    }

    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public JsonNode get(String path) {
        return parse(exchange("GET", path, null, ""));
    }

    public byte[] bytes(String path) {
        return exchange("GET", path, null, "");
    }

    public JsonNode post(String path, ObjectNode body) {
        return parse(exchange("POST", path, body.toString().getBytes(StandardCharsets.UTF_8), "application/json"));
    }

    public JsonNode put(String path, ObjectNode body) {
        return parse(exchange("PUT", path, body.toString().getBytes(StandardCharsets.UTF_8), "application/json"));
    }

    /** Hands a file's bytes on as they come. */
    public interface Sink {
        void take(InputStream bytes) throws IOException;
    }

    /** Reads a file in pieces. */
    public void download(String path, Sink sink) {
        answered(path, () -> {
            HttpURLConnection connection = open("GET", path);
            refuse(connection);
            try (InputStream bytes = connection.getInputStream()) {
                sink.take(bytes);
            }
            return new byte[0];
        });
    }

    /** Writes a file in pieces. */
    public void upload(String path, InputStream bytes) {
        answered(path, () -> {
            HttpURLConnection connection = open("PUT", path);
            connection.setDoOutput(true);
            connection.setChunkedStreamingMode(PIECE);
            connection.setRequestProperty("Content-Type", "application/octet-stream");
            try (OutputStream out = connection.getOutputStream()) {
                bytes.transferTo(out);
            }
            refuse(connection);
            return new byte[0];
        });
    }

    private byte[] exchange(String method, String path, byte @Nullable [] body, String type) {
        return answered(path, () -> {
            HttpURLConnection connection = open(method, path);
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", type);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            refuse(connection);
            try (InputStream in = connection.getInputStream()) {
                return in.readAllBytes();
            }
        });
    }

    private HttpURLConnection open(String method, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(base + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        if (authorization != null) {
            connection.setRequestProperty("Authorization", authorization);
        }
        return connection;
    }

    private static void refuse(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status >= 400) {
            try (InputStream in = connection.getErrorStream()) {
                byte[] answer = in == null ? new byte[0] : in.readAllBytes();
                throw new ApiFailure(status, message(answer, status));
            }
        }
    }

    private interface Exchange {
        byte[] run() throws IOException;
    }

    private byte[] answered(String path, Exchange exchange) {
        try {
            return exchange.run();
        } catch (ConnectException e) {
            throw new ApiFailure(
                    0,
                    "no server answers at " + base + "; start one with 'mayfly server', or name another with --server");
        } catch (SSLException e) {
            throw new ApiFailure(
                    0,
                    "the certificate of " + base + " is not trusted: " + e.getMessage()
                            + " (expected: one for this name, signed by somebody whom the JDK knows, or whose certificate"
                            + " is in the file that MAYFLY_CA_CERT names)");
        } catch (IOException | IllegalArgumentException e) {
            throw new ApiFailure(0, "server " + base + ", " + path + ": " + e.getMessage());
        }
    }

    /** {@code detail} of the JSON API, {@code message} of MLflow's. */
    private static String message(byte[] answer, int status) {
        try {
            JsonNode error = JSON.readTree(answer);
            return error.path("detail").asText(error.path("message").asText("HTTP " + status));
        } catch (IOException e) {
            return "HTTP " + status + ": " + new String(answer, StandardCharsets.UTF_8);
        }
    }

    private static JsonNode parse(byte[] answer) {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new ApiFailure(0, "the server answered no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ApiFailure(0, "the server's answer can't be read: " + e.getMessage());
        }
    }
}
