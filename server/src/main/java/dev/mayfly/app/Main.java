package dev.mayfly.app;

import dev.mayfly.problem.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly server}: runs the control plane until it is told to stop. */
@Command(
        name = "mayfly server",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 120,
        description = "Runs the control plane: pipelines, runs, clusters, tracking and model registry.",
        footer = {
            "",
            "Options may also be given as variables: MAYFLY_CONFIG, MAYFLY_DATA, MAYFLY_HOST, MAYFLY_PORT, MAYFLY_SPARK_HOME.",
            "MAYFLY_DATABASE_URL names a PostgreSQL to use instead of the embedded one",
            "(jdbc:postgresql://host:5432/mayfly?user=mayfly&password=...). MAYFLY_PUBLIC_URL is the address by which",
            "jobs reach the server, if it differs from host and port. MAYFLY_ALLOWED_HOSTS is a list, with commas, of",
            "the names by which clients may call the server besides localhost and IP addresses.",
            "",
            "Ctrl-C or SIGTERM stops the server. Runs go on: jobs keep running on their clusters, and the next start",
            "finds them again. 'mayfly run cancel' ends a run and its cluster.",
            "",
            "Examples:",
            "  mayfly server",
            "  mayfly server --data /var/lib/mayfly --port 8080"
        })
final class Main implements Callable<Integer> {

    private static final int START_SECONDS = 90;
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    @Mixin
    private InstallationOptions installation = new InstallationOptions();

    @Option(names = "--host", paramLabel = "NAME", description = "The address to listen on (default: 127.0.0.1).")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "N", description = "The port to listen on (default: 8484; 0: any free one).")
    private @Nullable Integer port;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description =
                    "A PEM file with the server's certificate: it answers https only. Read again when it changes.")
    private @Nullable Path tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "A PEM file with the certificate's key (PKCS #8).")
    private @Nullable Path tlsKey;

    @Option(
            names = "--accounts",
            description = "Every request needs a token or a password, even while only the owner has an account.")
    private boolean needsAccount;

    @Option(
            names = "--insecure",
            description =
                    "Listen where others can reach the server although it has no accounts: they may do everything.")
    private boolean isInsecure;

    private final CompletableFuture<ControlPlane> started = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            Map<String, String> options = new HashMap<>();
            if (host != null) {
                options.put("host", host);
            }
            if (port != null) {
                options.put("port", port.toString());
            }
            if (tlsCertificate != null) {
                options.put("tls_cert", tlsCertificate.toString());
            }
            if (tlsKey != null) {
                options.put("tls_key", tlsKey.toString());
            }
            if (needsAccount) {
                options.put("accounts", "true");
            }
            if (isInsecure) {
                options.put("insecure", "true");
            }
            ServerConfig read = installation.read(options);
            stopWithTheProcess();
            ControlPlane plane = ControlPlane.start(read, Clock.systemUTC());
            System.out.println("mayfly is ready at " + plane.url() + " (" + plane.where() + ")");
            if ("root".equals(System.getProperty("user.name"))) {
                System.out.println("running as root: so do jobs on this machine, and who writes pipelines is root here"
                        + " (better: a user of its own)");
            }
            started.complete(plane);
            stopped.await();
            return 0;
        } catch (StartFailure | IllegalArgumentException | IOException e) {
            started.cancel(false);
            log.debug("the server could not start", e);
            System.err.println("mayfly server: " + e.getMessage());
            return 1;
        }
    }

    /**
     * A server that is asked to stop during its start finishes the start first, so that nothing half started is left.
     */
    private void stopWithTheProcess() {
        Thread stop = new Thread(
                () -> {
                    try {
                        ControlPlane plane = started.get(START_SECONDS, TimeUnit.SECONDS);
                        log.info("stopping; jobs on clusters go on, and the next start finds them again");
                        plane.close();
                        log.info("stopped");
                    } catch (CancellationException e) {
                        log.debug("there was nothing to stop");
                    } catch (ExecutionException | TimeoutException | RuntimeException e) {
                        log.error("not everything could be closed", e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    stopped.countDown();
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(stop);
    }
}
