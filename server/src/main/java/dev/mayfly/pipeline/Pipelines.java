package dev.mayfly.pipeline;

import dev.mayfly.digest.Sha256;
import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
     * @param providers the cluster providers there are
     * @param dataFolder what <code>${data}</code> means
     * @throws Refused if the text is no valid pipeline; it holds every problem
     */
    public Pipeline parse(PipelineText text, Set<String> providers, String dataFolder) {
        YamlDocument document = new YamlDocument(text.file(), text.yaml());
        List<SchemaProblems.Found> structure = schema.of(document);
        if (!structure.isEmpty()) {
            throw Refused.invalidPipeline(everyProblem(document, structure, providers, text.files()));
        }
        PipelineReader reader = new PipelineReader(document, providers, text.files());
        Pipeline pipeline = reader.read();
        reader.check(pipeline, dataFolder);
        return pipeline;
    }

    private static List<Problem> everyProblem(
            YamlDocument document,
            List<SchemaProblems.Found> structure,
            Set<String> providers,
            Map<String, Sha256> files) {
        List<Problem> problems = new ArrayList<>();
        structure.forEach(found -> problems.add(found.problem()));
        try {
            new PipelineReader(Repaired.without(document, structure), providers, files).read();
        } catch (Refused e) {
            e.problems().stream()
                    .filter(problem -> Repaired.isReal(problem, structure))
                    .forEach(problems::add);
        }
        return problems;
    }

    /** What has to be sent with a text; of one that can't be read, as far as it can. */
    public BesideText besideText(PipelineText text, Set<String> providers) {
        YamlDocument document = new YamlDocument(text.file(), text.yaml());
        if (!schema.of(document).isEmpty()) {
            return new BesideText(Set.of(), List.of());
        }
        PipelineReader reader = new PipelineReader(document, providers, text.files());
        try {
            reader.read();
        } catch (Refused e) {
            return reader.besideText(); // what is wrong is said when the text is stored
        }
        return reader.besideText();
    }

    /**
     * Reads a pipeline that was stored before, without the checks that only a new one has to pass.
     *
     * @throws Refused if it can't be read any more
     */
    public Pipeline stored(PipelineText text, Set<String> providers) {
        return new PipelineReader(new YamlDocument(text.file(), text.yaml()), providers, text.files()).read();
    }
}
