package dev.mayfly.postgres.embedded;

import dev.mayfly.problem.StartFailure;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own: a process whose data folder outlives it. It listens on loopback only, requires a
 * password, and has {@code fsync} on. {@code pg_ctl} starts it in a session of its own, so a Ctrl-C meant for us does
 * not reach it. {@link #start} first stops a server that a killed process left running; it then recovers as after any
 * crash. Until it is closed it is watched, and started again if it ends.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String USER = "mayfly";
    private static final String PROGRAM = "program-";
    private static final int SECONDS = 60;
    private static final int LOOK_MILLIS = 500;
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

    /** Where {@code postmaster.pid} states the port. */
    private static final int PORT_LINE = 3;

    private final Path folder;
    private final Path binaries;
    private final String jdbcUrl;
    private final int port;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "watching PostgreSQL");
        thread.setDaemon(true);
        return thread;
    });

    private EmbeddedPostgres(Path folder, Path binaries, String password, int port) {
        this.folder = folder;
        this.binaries = binaries;
        this.port = port;
        this.jdbcUrl = jdbcUrl(port, password);
    }

    private static String jdbcUrl(int port, String password) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + USER + "&password=" + password
                + "&ApplicationName=mayfly";
    }

    /**
     * Returns the JDBC URL of the server that runs in a folder, whichever process started it.
     *
     * @return empty if none runs
     */
    public static Optional<String> running(Path folder) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("data/postmaster.pid"));
            boolean alive =
                    ProcessHandle.of(Long.parseLong(lines.get(0).strip())).isPresent();
            return alive
                    ? Optional.of(jdbcUrl(
                            Integer.parseInt(lines.get(PORT_LINE).strip()), password(folder.resolve("password"))))
                    : Optional.empty();
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Starts the server; unpacks the program and initialises the data folder first, if necessary.
     *
     * @throws StartFailure if it can't be started
     */
    public static EmbeddedPostgres start(Path folder) {
        try {
            Files.createDirectories(folder);
            Path binaries = binaries(folder);
            String password = password(folder.resolve("password"));
            EmbeddedPostgres postgres = new EmbeddedPostgres(folder, binaries, password, freePort());
            postgres.initialise();
            postgres.stopLeftover();
            postgres.launch();
            postgres.deleteOldPrograms();
            var unused = postgres.watch.scheduleWithFixedDelay(
                    postgres::lookAfter, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return postgres;
        } catch (IOException e) {
            throw new StartFailure("PostgreSQL in " + folder + " can't be started: " + e.getMessage(), e);
        }
    }

    public String jdbcUrl() {
        return jdbcUrl;
    }

    public int port() {
        return port;
    }

    /** Starts it again if nothing listens on its port. */
    private void lookAfter() {
        try {
            if (listens()) {
                return;
            }
            log.error("PostgreSQL in {} has ended; it is started again", folder);
            launch();
            log.info("PostgreSQL in {} runs again", folder);
        } catch (IOException | RuntimeException | Error e) {
            log.error("PostgreSQL in {} can't be started again; next try in {} ms", folder, LOOK_MILLIS, e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LOOK_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        watch.shutdown();
        try {
            if (!watch.awaitTermination(SECONDS + 30, TimeUnit.SECONDS)) {
                log.warn("the watch over PostgreSQL in {} did not end", folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        control("stop", List.of("-m", "fast", "-w", "-t", Integer.toString(SECONDS)));
    }

    private void initialise() throws IOException {
        if (Files.exists(data().resolve("PG_VERSION"))) {
            return;
        }
        Path incoming = folder.resolve("data.incoming");
        deleteAll(incoming);
        Result result = run(List.of(
                program("initdb"),
                "--pgdata=" + incoming,
                "--username=" + USER,
                "--pwfile=" + folder.resolve("password"),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C"));
        if (result.exit() != 0) {
            throw new IOException("initdb said: " + result.output());
        }
        Files.move(incoming, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void stopLeftover() throws IOException {
        if (Files.exists(data().resolve("postmaster.pid"))
                && control("status", List.of()).exit() == 0
                && control("stop", List.of("-m", "fast", "-w", "-t", "15")).exit() != 0) {
            control("stop", List.of("-m", "immediate", "-w", "-t", "15"));
        }
    }

    private void launch() throws IOException {
        String options = String.join(
                " ",
                "-c listen_addresses=127.0.0.1",
                "-c port=" + port,
                "-c unix_socket_directories=''",
                "-c fsync=on",
                "-c synchronous_commit=on",
                "-c max_connections=60",
                "-c timezone=UTC");
        Result result = control(
                "start",
                List.of(
                        "-w",
                        "-t",
                        Integer.toString(SECONDS),
                        "-l",
                        folder.resolve("postgres.log").toString(),
                        "-o",
                        options));
        if (result.exit() != 0) {
            throw new IOException(result.output() + "; see " + folder.resolve("postgres.log"));
        }
    }

    private Result control(String what, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(program("pg_ctl"), what, "-D", data().toString()));
        command.addAll(options);
        return run(command);
    }

    private record Result(int exit, String output) {}

    /**
     * PostgreSQL refuses to run as root, so root runs it in a user namespace without a mapping, where root is nobody.
     */
    private Result run(List<String> command) throws IOException {
        List<String> wrapped = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            wrapped.addAll(List.of("unshare", "-U"));
        }
        wrapped.addAll(command);
        Path output = Files.createTempFile(folder, "command", ".log");
        try {
            Process process = new ProcessBuilder(wrapped)
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(SECONDS + 30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " did not end");
            }
            return new Result(
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.get(0) + " was interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    private String program(String name) {
        return binaries.resolve("bin").resolve(name).toString();
    }

    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[16];
            new SecureRandom().nextBytes(random);
            Path temporary = file.resolveSibling("password.tmp");
            Files.deleteIfExists(temporary);
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(temporary, HexFormat.of().formatHex(random), StandardCharsets.UTF_8);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }

    private static Path binaries(Path folder) throws IOException {
        Path binaries = folder.resolve(PROGRAM + version());
        if (Files.exists(binaries)) {
            return binaries;
        }
        Path incoming = folder.resolve("incoming-" + PROGRAM);
        deleteAll(incoming);
        String system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
        try (InputStream archive =
                DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, System.getProperty("os.arch"))) {
            if (archive == null) {
                throw new IOException("there is no PostgreSQL for " + system + " " + System.getProperty("os.arch")
                        + " here; set MAYFLY_DATABASE_URL to one that runs");
            }
            unpack(archive, incoming);
        }
        Files.move(incoming, binaries, StandardCopyOption.ATOMIC_MOVE);
        return binaries;
    }

    /** Of the program that this version of Mayfly brings along. */
    private static String version() throws IOException {
        try (InputStream text = EmbeddedPostgres.class.getResourceAsStream("version.txt")) {
            return new String(Optional.ofNullable(text).orElseThrow().readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** Deletes the programs of earlier versions of Mayfly, of which none runs any more. */
    private void deleteOldPrograms() throws IOException {
        try (DirectoryStream<Path> programs = Files.newDirectoryStream(folder, "program*")) {
            for (Path program : programs) {
                if (!program.equals(binaries)) {
                    deleteAll(program);
                }
            }
        }
    }

    private static void unpack(InputStream archive, Path into) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = into.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target);
                    boolean runs = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var paths = Files.walk(folder)) {
                for (Path path :
                        paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
