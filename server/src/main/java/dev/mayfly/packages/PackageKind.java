package dev.mayfly.packages;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a package is for. Each kind has names of its own: a script never takes the place of a jar. */
public enum PackageKind {
    /** A wheel or an sdist: what Python's installers ask an index for. */
    PYTHON(".whl", ".tar.gz"),
    /** Classes. */
    JAR(".jar"),
    /** A Python file. */
    SCRIPT(".py"),
    /** A packed Python environment, or another archive that is unpacked beside a job. */
    ENVIRONMENT(".tar.gz", ".tgz", ".zip"),
    /** A shell script that each machine of a cluster runs before it is ready. */
    INIT(".sh");

    private final String endings;

    PackageKind(String... endings) {
        this.endings = String.join(" ", endings);
    }

    /** The endings that its files may have. */
    public List<String> endings() {
        return List.of(endings.split(" ", -1));
    }

    /** Its name in addresses, references and answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a name; empty if there is none. */
    public static Optional<PackageKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    /** The names of all kinds. */
    public static List<String> words() {
        return Arrays.stream(values()).map(PackageKind::word).toList();
    }
}
