package dev.mayfly.fakecloud;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mayfly fake-cloud}: runs the stand-in until somebody stops it. */
@Command(
        name = "mayfly fake-cloud",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 120,
        description = {
            "Stands in for Yandex Cloud on this machine: the same gRPC services, quotas, and faults by seed.",
            "Point the server at it with 'endpoint: 127.0.0.1:PORT' in the yandex section of its configuration."
        },
        footer = {
            "",
            "Examples:",
            "  mayfly fake-cloud --port 7070 --speed 30                    a cluster is up within seconds",
            "  mayfly fake-cloud --port 7070 --faults 1 --seed 42          random faults as in the worst hour",
            "  mayfly fake-cloud --port 7070 --script faults.txt          only the faults of a file",
            "  mayfly fake-cloud --port 7070 --spark-home dist/spark       jobs run for real, on this machine's Spark"
        })
final class Main implements Callable<Integer> {

    @Option(names = "--port", paramLabel = "N", defaultValue = "7070", description = "Where to listen (default: 7070).")
    private int port;

    @Option(
            names = "--speed",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many times as fast as real time its clock runs (default: 1).")
    private double speed;

    @Option(
            names = "--faults",
            paramLabel = "RATE",
            defaultValue = "0",
            description = "How much goes wrong at random: 0 for nothing, 1 for the worst hour (default: 0).")
    private double faults;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the faults (default: 1).")
    private long seed;

    @Option(
            names = "--script",
            paramLabel = "FILE",
            description = {
                "Faults of certain calls, one a line: WHAT NUMBER FAULT, such as 'clusters.create 1 lost-answer',",
                "'any 40 outage', 'cluster 2 error-though-created', 'delete 1 refused' or 'job 3 hangs'."
            })
    private @Nullable Path script;

    @Option(
            names = "--token-minutes",
            paramLabel = "N",
            defaultValue = "720",
            description = "How long IAM tokens are valid, by the cloud's clock (default: 720).")
    private long tokenMinutes;

    @Option(
            names = "--metadata-port",
            paramLabel = "N",
            description = "Also serve a virtual machine's metadata and Lockbox over HTTP on this port.")
    private @Nullable Integer metadataPort;

    @Option(names = "--secret", paramLabel = "ID/KEY=VALUE", description = "An entry of Lockbox; may be repeated.")
    private Map<String, String> secrets = new HashMap<>();

    @Option(names = "--events", paramLabel = "FILE", description = "The file that gets a line for each event.")
    private @Nullable Path events;

    @Option(names = "--spark-home", paramLabel = "DIR", description = "Run jobs for real on this Spark.")
    private @Nullable Path sparkHome;

    @Option(names = "--ssd", paramLabel = "GB", defaultValue = "200", description = "Quota of SSD (default: 200 GB).")
    private long ssd;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return serve();
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("mayfly fake-cloud: " + e.getMessage());
            return 1;
        }
    }

    private int serve() throws IOException, InterruptedException {
        Amounts usual = Amounts.USUAL_QUOTA;
        Amounts quota = new Amounts(usual.instances(), usual.cores(), usual.memory(), ssd << 30, usual.hdd());
        Script scripted = script == null ? Script.NONE : Script.read(script);
        Cloud cloud = new Cloud(new Faults(scripted, seed, faults), quota, speed, events);
        Tokens tokens = new Tokens(Duration.ofMinutes(tokenMinutes));
        Secrets lockbox = new Secrets(secrets);
        try (MetadataServer metadata =
                metadataPort == null ? null : MetadataServer.start(metadataPort, cloud, tokens, lockbox)) {
            Integer port = metadata == null ? null : metadata.port();
            LocalSpark spark = sparkHome == null
                    ? null
                    : new LocalSpark(sparkHome, Files.createTempDirectory("mayfly-fake-cloud"), port);
            Server server = start(new Services(cloud, new Jobs(cloud, spark), tokens, lockbox));
            System.out.println("fake cloud is ready at 127.0.0.1:" + server.getPort() + " (speed " + speed + ", faults "
                    + faults + ", seed " + seed + ")"
                    + (metadata == null ? "" : ", metadata at http://127.0.0.1:" + metadata.port()));
            server.awaitTermination();
            return 0;
        }
    }

    private Server start(Services services) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .intercept(services.headers());
        services.all().forEach(builder::addService);
        try {
            return builder.build().start();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "port " + port + " can't be had (" + e.getMessage() + "); choose another with --port", e);
        }
    }
}
