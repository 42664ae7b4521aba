package dev.mayfly.pipeline;

import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
     * @param dataFolder what <code>${data}</code> means
     * @throws Refused if the text is no valid pipeline; it holds every problem
     */
    public Pipeline parse(String file, String yaml, Set<String> providers, String dataFolder) {
        YamlDocument document = new YamlDocument(file, yaml);
        List<SchemaProblems.Found> structure = schema.of(document);
        if (!structure.isEmpty()) {
            throw Refused.invalidPipeline(everyProblem(document, structure, providers));
        }
        PipelineReader reader = new PipelineReader(document, providers);
        Pipeline pipeline = reader.read();
        reader.check(pipeline, dataFolder);
        return pipeline;
    }

    private static List<Problem> everyProblem(
            YamlDocument document, List<SchemaProblems.Found> structure, Set<String> providers) {
        List<Problem> problems = new ArrayList<>();
        structure.forEach(found -> problems.add(found.problem()));
        try {
            new PipelineReader(Repaired.without(document, structure), providers).read();
        } catch (Refused e) {
            e.problems().stream()
                    .filter(problem -> Repaired.isReal(problem, structure))
                    .forEach(problems::add);
        }
        return problems;
    }

    /**
     * Reads a pipeline that was stored before, without the checks that only a new one has to pass.
     *
     * @throws Refused if it can't be read any more
     */
    public Pipeline stored(String file, String yaml, Set<String> providers) {
        return new PipelineReader(new YamlDocument(file, yaml), providers).read();
    }
}
