package dev.mayfly.jobs.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one server. A request that gets no answer or a 5xx is repeated with growing pauses, so that a restart of the
 * server does not fail the job: hence every request sent here must be safe to repeat.
 */
final class Http {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LONGEST_PAUSE_MILLIS = 30_000;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final String base;
    private final @Nullable String token;
    private Duration patience;

    /**
     * Requests to a server.
     *
     * @param token that says whose they are; null if the server asks nobody
     * @param patience for how long a request without an answer is repeated
     */
    Http(String base, @Nullable String token, Duration patience) {
        this.token = token;
        this.patience = patience;
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }

    void waitFor(Duration changed) {
        patience = changed;
    }

    /** Writes the body of a request. */
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Reads the body of a reply. */
    interface Reply<T> {
        T read(InputStream in) throws IOException;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    JsonNode get(String path) {
        return exchange("GET", path, null, JSON::readTree);
    }

    JsonNode post(String path, ObjectNode body) {
        return exchange("POST", path, out -> out.write(JSON.writeValueAsBytes(body)), JSON::readTree);
    }

    <T> T exchange(String method, String path, @Nullable Body body, Reply<T> reply) {
        long deadline = System.nanoTime() + patience.toNanos();
        long pause = 200;
        while (true) {
            try {
                return once(method, path, body, reply);
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new NoAnswerException("tracking server " + base + " has not answered for "
                            + patience.toMillis() / 1000 + " s: " + method + " " + path + ": " + e);
                }
                System.err.println(
                        "tracking server does not answer (" + e.getMessage() + "); retrying in " + pause + " ms");
                sleep(pause);
                pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
            }
        }
    }

    private <T> T once(String method, String path, @Nullable Body body, Reply<T> reply) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(base + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        if (token != null) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        if (body != null) {
            connection.setDoOutput(true);
            connection.setChunkedStreamingMode(1 << 16);
            connection.setRequestProperty(
                    "Content-Type", method.equals("POST") ? "application/json" : "application/octet-stream");
            try (OutputStream out = connection.getOutputStream()) {
                body.writeTo(out);
            }
        }
        int status = connection.getResponseCode();
        if (status >= 500) {
            throw new IOException("HTTP " + status);
        }
        if (status >= 400) {
            throw refusal(method, path, status, connection.getErrorStream());
        }
        try (InputStream in = connection.getInputStream()) {
            return reply.read(in);
        }
    }

    private static TrackingException refusal(String method, String path, int status, @Nullable InputStream in)
            throws IOException {
        String text = in == null ? "" : new String(readAll(in), StandardCharsets.UTF_8);
        try {
            JsonNode error = JSON.readTree(text);
            return new TrackingException(
                    error.path("error_code").asText(),
                    method + " " + path + ": HTTP " + status + ": "
                            + error.path("message").asText(text));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return new TrackingException("", method + " " + path + ": HTTP " + status + ": " + text);
        }
    }

    static byte[] readAll(InputStream in) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            bytes.write(buffer, 0, n);
        }
        return bytes.toByteArray();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrackingException("", "interrupted while waiting for the tracking server");
        }
    }
}
