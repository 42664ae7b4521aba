package dev.mayfly.pipeline;

import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Bounds of a YAML text, checked event by event before anything is built of it: a kilobyte of aliases can stand for more
 * than any memory holds, or for itself.
 */
final class YamlBounds {

    private static final int MOST_BYTES = 256 << 10;
    private static final int MOST_NESTED = 50;

    private YamlBounds() {}

    /**
     * Checks a text; throws {@link Refused} with the place of what is out of bounds. The parser's own exceptions pass.
     */
    static void check(String file, String text, LoadSettings settings) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw refused(
                    file,
                    Optional.empty(),
                    "the text is " + bytes + " bytes long (expected: at most " + MOST_BYTES + ")");
        }
        Set<Anchor> containers = new HashSet<>();
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent start) {
                start.getAnchor().ifPresent(containers::add);
                depth++;
                if (depth > MOST_NESTED) {
                    throw refused(file, event.getStartMark(), "nested more than " + MOST_NESTED + " deep");
                }
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof AliasEvent alias && containers.contains(alias.getAlias())) {
                throw refused(
                        file,
                        event.getStartMark(),
                        "alias '*" + alias.getAlias() + "' of a list or of keys and values (expected: aliases of texts"
                                + " and numbers only; write it out)");
            }
        }
    }

    private static Refused refused(String file, Optional<Mark> mark, String message) {
        int line = mark.map(Mark::getLine).orElse(0) + 1;
        int column = mark.map(Mark::getColumn).orElse(0) + 1;
        return Refused.invalidPipeline(List.of(new Problem(file, line, column, message)));
    }
}
