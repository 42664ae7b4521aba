package dev.mayfly.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** What a file of this machine is, as a package: by its ending, its name, and what it says of itself. */
record LocalPackage(String kind, String name, String version) {

    private static final Map<String, String> KINDS = Map.of(
            ".whl",
            "python",
            ".jar",
            "jar",
            ".py",
            "script",
            ".sh",
            "init",
            ".zip",
            "environment",
            ".tgz",
            "environment");
    private static final Pattern WHEEL = Pattern.compile("([^-]+)-([^-]+)(-[0-9][^-]*)?-[^-]+-[^-]+-[^-]+\\.whl");
    private static final Pattern NUMBERED = Pattern.compile("(.+?)-(v?[0-9][A-Za-z0-9._+!]*)(-[A-Za-z0-9]+)?");
    private static final int LONGEST_METADATA = 1 << 20;

    static String fileName(Path file) {
        return file.toAbsolutePath().normalize().getFileName().toString();
    }

    /** The form of a name in which packages are kept. */
    static String normal(String name) {
        return name.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
    }

    /**
     * Looks at a file.
     *
     * @param kind null if its ending says it; likewise the others
     */
    static LocalPackage of(Path file, @Nullable String kind, @Nullable String name, @Nullable String version)
            throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailed(CommandFailed.USAGE, "there is no file " + file);
        }
        String fileName = fileName(file);
        String found = kind == null ? kind(fileName) : kind;
        LocalPackage said = said(file, fileName, found);
        LocalPackage whole = new LocalPackage(
                found, normal(name == null ? said.name : name), version == null ? said.version : version);
        if (whole.version.isEmpty()) {
            throw new CommandFailed(
                    CommandFailed.USAGE,
                    "file " + file + " says no version (expected: --version VERSION, or a name such as " + whole.name
                            + "-1.0" + ending(fileName) + ")");
        }
        return whole;
    }

    private static String kind(String fileName) {
        if (fileName.endsWith(".tar.gz")) {
            throw new CommandFailed(
                    CommandFailed.USAGE,
                    "file " + fileName + " (expected: --kind environment, or --kind python if it is an sdist)");
        }
        return Optional.ofNullable(KINDS.get(ending(fileName)))
                .orElseThrow(() -> new CommandFailed(
                        CommandFailed.USAGE,
                        "file " + fileName + " (expected: .whl, .jar, .py, .sh, .tar.gz, .tgz or .zip)"));
    }

    private static String ending(String fileName) {
        if (fileName.endsWith(".tar.gz")) {
            return ".tar.gz";
        }
        int dot = fileName.lastIndexOf('.');
        return dot < 0 ? "" : fileName.substring(dot);
    }

    private static LocalPackage said(Path file, String fileName, String kind) throws IOException {
        Matcher wheel = WHEEL.matcher(fileName);
        if (kind.equals("python") && wheel.matches()) {
            return new LocalPackage(kind, wheel.group(1), ofWheel(file).orElse(wheel.group(2)));
        }
        String stem = fileName.substring(0, fileName.length() - ending(fileName).length());
        Matcher numbered = NUMBERED.matcher(stem);
        LocalPackage byName = numbered.matches()
                ? new LocalPackage(kind, numbered.group(1), numbered.group(2))
                : new LocalPackage(kind, stem, "");
        return kind.equals("jar") ? ofJar(file, byName) : byName;
    }

    /** The version as the metadata write it: a file name may have another form of it. */
    private static Optional<String> ofWheel(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Optional<? extends ZipEntry> metadata = zip.stream()
                    .filter(entry -> entry.getName().matches("[^/]+\\.dist-info/METADATA"))
                    .findFirst();
            if (metadata.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = zip.getInputStream(metadata.get())) {
                String text = new String(in.readNBytes(LONGEST_METADATA), StandardCharsets.UTF_8);
                List<String> headers =
                        text.lines().takeWhile(line -> !line.isBlank()).toList();
                return headers.stream()
                        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("version:"))
                        .map(line -> line.substring("version:".length()).strip())
                        .findFirst();
            }
        } catch (ZipException e) {
            return Optional.empty(); // the server says what is wrong with it
        }
    }

    /** A jar's manifest says its version better than its name does; its title is often a sentence, so the name counts. */
    private static LocalPackage ofJar(Path file, LocalPackage byName) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            String version = manifest == null
                    ? null
                    : manifest.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
            return version == null || !byName.version.isEmpty()
                    ? byName
                    : new LocalPackage(byName.kind, byName.name, version);
        } catch (ZipException e) {
            return byName; // the server says what is wrong with it
        }
    }
}
