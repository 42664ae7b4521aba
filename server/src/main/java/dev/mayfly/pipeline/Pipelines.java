package dev.mayfly.pipeline;

import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Reads pipelines. Thread-safe. */
public final class Pipelines {

    private final SchemaProblems schema = new SchemaProblems(schema());

    /** The JSON schema of the YAML, for editors. */
    public static String schema() {
        try (InputStream in = Pipelines.class.getResourceAsStream("pipeline.schema.json")) {
            if (in == null) {
                throw new IllegalStateException("pipeline.schema.json is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a pipeline.
     *
     * @param file what messages call the text
     * @param providers the cluster providers there are
     * @throws Refused if the text is no valid pipeline; it holds every problem
     */
    public Pipeline parse(String file, String yaml, Set<String> providers) {
        YamlDocument document = new YamlDocument(file, yaml);
        List<Problem> structure = schema.of(document);
        if (!structure.isEmpty()) {
            throw Refused.invalidPipeline(structure);
        }
        return new PipelineReader(document, providers).read();
    }
}
