package dev.mayfly.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.cluster.ClusterProvider.JobSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The Python module {@code mayfly}, which scripts may import. Run as a script it starts the job's own, and puts secrets in the
 * place of their marks. Its text says what it reads.
 */
public final class PythonModule {

    /** The name of its file. */
    public static final String FILE = "mayfly.py";

    /** Its bytes, in UTF-8. */
    public static final String TEXT = read();

    /** The variable that names the script to be started: a path, or the name of a file that the cluster has fetched. */
    public static final String SCRIPT = "MAYFLY_SCRIPT";

    /** The variable that holds {@link #secrets}. */
    public static final String SECRETS = "MAYFLY_SECRETS";

    private static final ObjectMapper JSON = new ObjectMapper();

    private PythonModule() {}

    private static String read() {
        try (InputStream in = PythonModule.class.getResourceAsStream(FILE)) {
            return new String(Objects.requireNonNull(in, FILE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the marks of a job stand for, as the module reads it.
     *
     * @param asReferences whether the job follows references itself
     */
    public static String secrets(JobSpec job, boolean asReferences) {
        Map<String, Map<String, String>> hidden = new TreeMap<>();
        job.hidden().forEach((mark, text) -> hidden.put(mark, Map.of(asReferences ? "reference" : "value", text)));
        try {
            return JSON.writeValueAsString(hidden);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts can be written as JSON", e);
        }
    }
}
