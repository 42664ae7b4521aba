package dev.mayfly.jobs.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a task's environment that are secrets. On a cloud a variable holds only a reference, {@code
 * lockbox:SECRET/KEY}: {@link #of} reads the secret from Lockbox as the service account of the cluster, and keeps it
 * nowhere. Thread-safe.
 *
 * <p>{@code MAYFLY_METADATA_URL} and {@code MAYFLY_LOCKBOX_URL} lead to other addresses than Yandex Cloud's.
 */
public final class Secrets {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LOCKBOX = "lockbox:";
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Map<String, String> environment;

    public Secrets(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Returns the secret that a variable holds or refers to.
     *
     * @throws IllegalArgumentException if there is no such variable, or its reference leads nowhere
     * @throws TrackingException if the cloud does not answer
     */
    public String of(String variable) {
        String value = environment.get(variable);
        if (value == null) {
            throw new IllegalArgumentException("environment " + variable + ": not set (expected: a secret)");
        }
        if (!value.startsWith(LOCKBOX)) {
            return value;
        }
        String[] parts = value.substring(LOCKBOX.length()).split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "environment " + variable + ": " + value + " (expected: lockbox:SECRET/KEY)");
        }
        for (JsonNode entry : payload(parts[0]).path("entries")) {
            if (entry.path("key").asText().equals(parts[1])) {
                return entry.path("textValue").asText();
            }
        }
        throw new IllegalArgumentException(
                "environment " + variable + ": " + value + " (expected: an entry that the secret has)");
    }

    private JsonNode payload(String secret) {
        String metadata = environment.getOrDefault("MAYFLY_METADATA_URL", "http://169.254.169.254");
        String lockbox = environment.getOrDefault("MAYFLY_LOCKBOX_URL", "https://payload.lockbox.api.cloud.yandex.net");
        String token = get(
                        metadata + "/computeMetadata/v1/instance/service-accounts/default/token",
                        "Metadata-Flavor",
                        "Google")
                .path("access_token")
                .asText();
        return get(lockbox + "/lockbox/v1/secrets/" + secret + "/payload", "Authorization", "Bearer " + token);
    }

    private static JsonNode get(String url, String header, String value) {
        HttpURLConnection connection = null;
        try {
            connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setRequestProperty(header, value);
            int status = connection.getResponseCode();
            if (status != 200) {
                throw new TrackingException("", url + ": HTTP " + status);
            }
            try (InputStream body = connection.getInputStream()) {
                return JSON.readTree(body);
            }
        } catch (IOException e) {
            throw new TrackingException("", url + " does not answer: " + e);
        } finally {
            disconnect(connection);
        }
    }

    private static void disconnect(@Nullable HttpURLConnection connection) {
        if (connection != null) {
            connection.disconnect();
        }
    }
}
