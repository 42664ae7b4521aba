package dev.mayfly.pipeline;

import dev.mayfly.digest.Sha256;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A pipeline's text, with the files that came with it.
 *
 * @param file what messages call the text
 * @param files by their paths from where the text is
 */
public record PipelineText(String file, String yaml, Map<String, Sha256> files) {

    private static final String BETWEEN = "  ";

    public PipelineText {
        files = Map.copyOf(files);
    }

    /** A text that no file came with. */
    public static PipelineText alone(String file, String yaml) {
        return new PipelineText(file, yaml, Map.of());
    }

    /** Changes with the text, and with each of the files. */
    public Sha256 digest() {
        return Sha256.of(files.isEmpty() ? yaml : yaml + "\n" + manifest());
    }

    /** The files, one to a line, as {@code sha256sum} writes them. */
    public String manifest() {
        return new TreeMap<>(files)
                .entrySet().stream()
                        .map(entry -> entry.getValue() + BETWEEN + entry.getKey() + "\n")
                        .collect(Collectors.joining());
    }

    /**
     * Reads what {@link #manifest} wrote.
     *
     * @throws Refused if it is nothing such
     */
    public static Map<String, Sha256> files(String manifest) {
        Map<String, Sha256> files = new TreeMap<>();
        manifest.lines().forEach(line -> {
            String[] parts = line.split(BETWEEN, 2);
            if (parts.length != 2 || !parts[0].matches("[0-9a-f]{64}") || parts[1].isEmpty()) {
                throw Refused.invalid("files: line '" + TextLimit.shown(line)
                        + "' (expected: a SHA-256, two blanks, and" + " a path)");
            }
            files.put(parts[1], new Sha256(parts[0]));
        });
        return files;
    }
}
