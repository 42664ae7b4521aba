package dev.mayfly.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.digest.Sha256;
import dev.mayfly.packages.PackageKind;
import dev.mayfly.packages.PackageReference;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Reads what a job runs. Not thread-safe. */
final class CodeReader {

    /** Begins the name of a package where a path could stand, too. */
    private static final String PACKAGE = "package:";

    private static final List<String> CONTENTS = List.of("environment", "packages", "requirements", "lock");

    /** Where the environment of a job is unpacked, and the interpreter that it brings. */
    private static final String ENVIRONMENT = "environment";

    private static final String INTERPRETER = "./" + ENVIRONMENT + "/bin/python";

    /** Spark separates paths by commas, and the folder of an archive by #. */
    private static final Pattern FILE_NAME = Pattern.compile("([^,#\\p{Cntrl}]*/)?(?!\\.{1,2}$)[^,#/\\p{Cntrl}]+");

    private final Map<String, Sha256> withText;
    private final BiConsumer<String, String> problems;
    private final Set<String> besideText = new TreeSet<>();
    private final List<BesideText.Environment> environments = new ArrayList<>();

    /**
     * A reader.
     *
     * @param withText the files that came with the text, by their paths from there
     * @param problems takes the place of a problem and its words
     */
    CodeReader(Map<String, Sha256> withText, BiConsumer<String, String> problems) {
        this.withText = withText;
        this.problems = problems;
    }

    /** What it has met so far that has to be sent with the text. */
    BesideText besideText() {
        return new BesideText(besideText, environments);
    }

    Optional<Pipeline.Code> spark(JsonNode node, String at) {
        if (node.has("package") == node.has("jar")) {
            problems.accept(
                    at,
                    "spark has " + (node.has("jar") ? "both 'package' and" : "neither 'package' nor")
                            + " 'jar' (expected: exactly one)");
            return Optional.empty();
        }
        Optional<CodeFile> jar = node.has("jar")
                ? file(node.path("jar").asText(), PackageKind.JAR, at + "/jar")
                : reference(node.path("package").asText(), PackageKind.JAR, at + "/package");
        return jar.map(
                some -> new Pipeline.JarCode(some, node.path("main_class").asText()));
    }

    Optional<Pipeline.Code> pyspark(JsonNode node, String at) {
        List<Pipeline.Archive> archives = new ArrayList<>();
        JsonNode listed = node.path("archives");
        for (int n = 0; n < listed.size(); n++) {
            String[] parts = listed.get(n).asText().split("#", 2);
            file(parts[0], PackageKind.ENVIRONMENT, at + "/archives/" + n)
                    .ifPresent(file -> archives.add(new Pipeline.Archive(file, parts.length > 1 ? parts[1] : "")));
        }
        boolean hasEnvironment = node.has("python");
        if (hasEnvironment) {
            environment(node.path("python"), at + "/python")
                    .ifPresent(file -> archives.add(new Pipeline.Archive(file, ENVIRONMENT)));
        }
        List<CodeFile> modules = files(node.path("modules"), PackageKind.PYTHON, at + "/modules");
        List<CodeFile> jars = files(node.path("jars"), PackageKind.JAR, at + "/jars");
        return file(node.path("file").asText(), PackageKind.SCRIPT, at + "/file")
                .map(main -> new Pipeline.PythonCode(
                        main, modules, archives, jars, hasEnvironment ? Optional.of(INTERPRETER) : Optional.empty()));
    }

    private Optional<CodeFile> environment(JsonNode node, String at) {
        List<String> given = CONTENTS.stream().filter(node::has).toList();
        if (given.size() != 1) {
            problems.accept(
                    at,
                    "python has " + (given.isEmpty() ? "none" : given) + " of " + CONTENTS
                            + " (expected: exactly one)");
            return Optional.empty();
        }
        if (node.has("environment")) {
            return file(node.path("environment").asText(), PackageKind.ENVIRONMENT, at + "/environment");
        }
        List<String> packages = new ArrayList<>();
        node.path("packages").forEach(one -> packages.add(one.asText()));
        BesideText.Environment wanted = new BesideText.Environment(
                Optional.ofNullable(node.path("version").textValue()),
                packages,
                Optional.ofNullable(node.path("requirements").textValue()),
                Optional.ofNullable(node.path("lock").textValue()));
        environments.add(wanted);
        Sha256 digest = withText.get(wanted.path());
        if (digest == null) {
            problems.accept(
                    at,
                    "the environment was not sent with the text (expected: 'mayfly pipeline apply', which builds it, or"
                            + " 'environment: package:NAME')");
            return Optional.empty();
        }
        return Optional.of(new CodeFile.WithText(ENVIRONMENT + ".tar.gz", digest));
    }

    private List<CodeFile> files(JsonNode node, PackageKind kind, String at) {
        List<CodeFile> files = new ArrayList<>();
        for (int n = 0; n < node.size(); n++) {
            file(node.get(n).asText(), kind, at + "/" + n).ifPresent(files::add);
        }
        return files;
    }

    private Optional<CodeFile> file(String text, PackageKind kind, String at) {
        if (text.startsWith(PACKAGE)) {
            return reference(text.substring(PACKAGE.length()), kind, at);
        }
        if (text.startsWith("/")) {
            return Optional.of(new CodeFile.OnServer(text));
        }
        if (!FILE_NAME.matcher(text).matches()) {
            problems.accept(at, "file '" + TextLimit.shown(text) + "' (expected: the path of a file, without , and #)");
            return Optional.empty();
        }
        besideText.add(text);
        Sha256 digest = withText.get(text);
        if (digest == null) {
            problems.accept(
                    at,
                    "file '" + text + "' did not come with the text (expected: one that 'mayfly pipeline apply' finds"
                            + " beside it, the absolute path of one on the server, or package:NAME==VERSION)");
            return Optional.empty();
        }
        return Optional.of(new CodeFile.WithText(text, digest));
    }

    /** {@code NAME}, {@code NAME==VERSION}, and either behind another kind than the usual one, as in {@code script/NAME}. */
    private Optional<CodeFile> reference(String text, PackageKind usual, String at) {
        String[] parts = text.split("/", 2);
        Optional<PackageKind> kind = parts.length > 1 ? PackageKind.of(parts[0]) : Optional.of(usual);
        if (kind.isEmpty()) {
            problems.accept(at, "package kind '" + parts[0] + "' (expected: one of " + PackageKind.words() + ")");
            return Optional.empty();
        }
        try {
            return Optional.of(new CodeFile.OfPackage(PackageReference.parse(kind.get(), parts[parts.length - 1])));
        } catch (Refused e) {
            problems.accept(at, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
