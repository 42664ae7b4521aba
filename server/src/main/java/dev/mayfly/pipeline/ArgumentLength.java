package dev.mayfly.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Checks the arguments, properties and environment of a job against what Linux hands to a process: one of at most 128 KiB with its end mark
 * ({@code MAX_ARG_STRLEN}), all together of at most 2 MiB with the environment (a quarter of the usual stack limit of 8
 * MiB). See {@code execve(2)}.
 */
final class ArgumentLength {

    static final int MOST = 128 * 1024 - 1;
    /** Leaves room for Spark's own arguments and the environment. */
    private static final int MOST_TOGETHER = 1_500_000;

    private static final String ADVICE = "${slice.manifest} stands for a file that lists the files of the slice";

    private ArgumentLength() {}

    /**
     * Returns which text is too long.
     *
     * @param texts of a job, by what messages call them
     */
    static Optional<String> problem(Map<String, String> texts, Map<String, String> values) {
        long together = 0;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            long bytes = bytes(Template.fill(text.getValue(), values));
            if (bytes > MOST) {
                return Optional.of(tooLong(text.getKey(), String.format("%,d bytes long", bytes)));
            }
            together += bytes + 1;
        }
        return together > MOST_TOGETHER
                ? Optional.of(String.format(
                        "its arguments are %,d bytes long together (expected: at most %,d; %s)",
                        together, MOST_TOGETHER, ADVICE))
                : Optional.empty();
    }

    /** Returns which text is too long even if every reference is as short as it can be. */
    static Optional<String> problemAtLeast(Map<String, String> texts, Optional<Pipeline.Input> input) {
        long files = input.map(ArgumentLength::shortest).orElse(0L);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            boolean joins = Template.references(text.getValue()).contains("slice.files");
            long least = bytes(text.getValue().replaceAll("\\$\\{[^}]*}", "")) + (joins ? files : 0);
            if (least > MOST) {
                String length = joins
                        ? String.format(
                                "at least %,d bytes long with %,d files in a slice",
                                least, input.orElseThrow().rules().filesPerSlice())
                        : String.format("%,d bytes long", least);
                return Optional.of(tooLong(text.getKey(), length));
            }
        }
        return Optional.empty();
    }

    /** The length of a full slice's paths if each is as short as the pattern allows. */
    private static long shortest(Pipeline.Input input) {
        long path = bytes(input.files().replace("*", ""));
        return input.rules().filesPerSlice() * (path + 1L) - 1;
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String tooLong(String text, String length) {
        return String.format("%s is %s (expected: at most %,d; %s)", text, length, MOST, ADVICE);
    }
}
