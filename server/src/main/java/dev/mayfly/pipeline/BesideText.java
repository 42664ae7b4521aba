package dev.mayfly.pipeline;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a text names that has to be sent with it.
 *
 * @param files by their paths from where the text is
 * @param environments to be built
 */
public record BesideText(Set<String> files, List<Environment> environments) {

    public BesideText {
        files = Set.copyOf(files);
        environments = List.copyOf(environments);
    }

    /**
     * A Python environment.
     *
     * @param version of Python, such as 3.11
     * @param packages as requirements name them
     * @param requirements a file of them; at most one of these three is there
     * @param lock the uv.lock of a project
     */
    public record Environment(
            Optional<String> version, List<String> packages, Optional<String> requirements, Optional<String> lock) {

        public Environment {
            packages = List.copyOf(packages);
        }

        /** The name by which it is among the files that came with a text. */
        public String path() {
            return "@python " + version.orElse("") + " " + lock.orElse("") + " " + requirements.orElse("") + " "
                    + String.join(" ", packages);
        }
    }
}
