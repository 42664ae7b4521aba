package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.api.ApiClient;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds a Python environment that works wherever it is unpacked: a copy of an interpreter with its library, and packages
 * installed by uv.
 */
final class EnvironmentBuilder {

    private static final int KEY_DIGITS = 12;

    private final String uv;
    private final String index;
    private final Optional<String> token;
    private final JsonNode python;

    /**
     * A builder.
     *
     * @param python the interpreter that is copied
     * @param index where packages are looked for before other places
     * @param token of the index
     */
    EnvironmentBuilder(String uv, String python, String index, Optional<String> token)
            throws IOException, InterruptedException {
        this.uv = uv;
        this.index = index;
        this.token = token;
        this.python = ApiClient.JSON.readTree(output(List.of(python, "-c", resource("about_python.py")), null));
    }

    /** The path of an interpreter of a version, as uv finds it. */
    static String interpreter(String uv, String version) throws IOException, InterruptedException {
        return run(List.of(uv, "python", "find", "--no-project", version), null, Map.of())
                .strip();
    }

    /** The pinned requirements of what was asked for, one of which is given. */
    String resolved(@Nullable Path requirements, @Nullable Path lock, @Nullable List<String> packages)
            throws IOException, InterruptedException {
        System.err.println("resolving packages for Python " + text("version"));
        if (lock != null) {
            Path project =
                    Optional.ofNullable(lock.toAbsolutePath().getParent()).orElse(Path.of("/"));
            return output(
                    List.of(
                            uv,
                            "export",
                            "--frozen",
                            "--no-emit-project",
                            "--no-header",
                            "--quiet",
                            "--project",
                            project.toString()),
                    null);
        }
        String wanted = requirements != null
                ? Files.readString(requirements)
                : String.join("\n", Objects.requireNonNull(packages));
        List<String> command =
                new ArrayList<>(List.of(uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate"));
        command.addAll(List.of("--python", text("executable"), "--index", "mayfly=" + index, "-"));
        return output(command, wanted + "\n");
    }

    /** A version made of all that an environment depends on. */
    String key(String resolved) {
        try {
            String all = resolved + "\n" + text("full") + "\n" + text("platform");
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return "py" + text("version") + "-"
                    + HexFormat.of().formatHex(digest).substring(0, KEY_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void build(String resolved, Path archive) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("mayfly-python");
        try {
            Path environment = work.resolve("built");
            System.err.println("copying Python " + text("full") + " of " + text("executable"));
            output(List.of(text("executable"), "-c", resource("copy_python.py"), environment.toString()), null);
            String interpreter = environment.resolve("bin/python").toString();
            String packages = output(
                            List.of(interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"), null)
                    .strip();
            System.err.println("installing "
                    + resolved.lines()
                            .filter(line -> line.matches("[A-Za-z0-9].*"))
                            .count() + " packages");
            Path requirements = Files.writeString(work.resolve("requirements.txt"), resolved);
            List<String> install = new ArrayList<>(List.of(uv, "pip", "install", "--quiet", "--no-deps"));
            install.addAll(List.of("--python", interpreter, "--target", packages, "--index", "mayfly=" + index));
            install.addAll(List.of("--link-mode", "copy", "-r", requirements.toString()));
            output(install, null);
            Path elsewhere = Files.move(environment, work.resolve("tried"));
            System.err.println("trying it in another place");
            String tried = output(
                    List.of(
                            elsewhere.resolve("bin/python").toString(),
                            "-I",
                            "-B",
                            "-c",
                            resource("try_python.py"),
                            work.toString()),
                    null);
            System.err.print(tried);
            System.err.println("packing");
            pack(elsewhere, archive);
        } finally {
            output(List.of("rm", "-rf", work.toString()), null);
        }
    }

    private void pack(Path folder, Path archive) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tar"));
        if (output(List.of("tar", "--version"), null).contains("GNU")) {
            command.addAll(List.of("--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"));
        }
        command.addAll(List.of("-czf", archive.toAbsolutePath().toString(), "-C", folder.toString(), "."));
        output(command, null);
    }

    private String text(String name) {
        return python.path(name).asText();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = EnvironmentBuilder.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String output(List<String> command, @Nullable String input) throws IOException, InterruptedException {
        return token.isPresent()
                ? run(
                        command,
                        input,
                        Map.of("UV_INDEX_MAYFLY_USERNAME", "__token__", "UV_INDEX_MAYFLY_PASSWORD", token.get()))
                : run(command, input, Map.of());
    }

    /** Runs a command to its end, and returns what it wrote; fails with what it said if it fails. */
    private static String run(List<String> command, @Nullable String input, Map<String, String> variables)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        File errors = Files.createTempFile("mayfly-command", ".txt").toFile();
        try {
            Process process = builder.redirectError(errors).start();
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input == null ? "" : input);
            } catch (IOException e) {
                // it needs no input, or failed and says so
            }
            String written = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(
                        command.get(0) + " failed: " + (Files.readString(errors.toPath()) + written).strip());
            }
            return written;
        } catch (IOException e) {
            throw String.valueOf(e.getMessage()).contains("error=2")
                    ? new IOException(
                            "there is no program '" + command.get(0) + "' (expected: "
                                    + (command.get(0).endsWith("uv") ? "uv, on the PATH" : "one on the PATH")
                                    + ")",
                            e)
                    : e;
        } finally {
            Files.deleteIfExists(errors.toPath());
        }
    }
}
