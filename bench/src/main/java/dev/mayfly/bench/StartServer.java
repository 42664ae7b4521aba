package dev.mayfly.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How long {@code mayfly server} takes from the command to a good answer of {@code /health}, on a warm data folder. */
public final class StartServer {

    private static final int ROUNDS = 10;

    private StartServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path launcher = Path.of(arguments.length > 0 ? arguments[0] : "mayfly").toAbsolutePath();
        Path data = Files.createTempDirectory("mayfly-bench");
        double cold = round(launcher, data);
        double[] warm = new double[ROUNDS];
        for (int n = 0; n < ROUNDS; n++) {
            warm[n] = round(launcher, data);
        }
        Arrays.sort(warm);
        System.out.printf(
                Locale.ROOT,
                "first start %.2f s; warm starts (%d): median %.2f s, least %.2f s, most %.2f s%n",
                cold,
                ROUNDS,
                (warm[ROUNDS / 2 - 1] + warm[ROUNDS / 2]) / 2,
                warm[0],
                warm[ROUNDS - 1]);
        System.out.printf(
                "machine: %d cores, %s %s, JDK %s%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                System.getProperty("java.version"));
    }

    private static double round(Path launcher, Path data) throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        long begin = System.nanoTime();
        Process server = new ProcessBuilder(
                        launcher.toString(), "server", "--data", data.toString(), "--port", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("server.txt").toFile())
                .start();
        while (!healthy(port)) {
            if (!server.isAlive()) {
                throw new IOException(Files.readString(data.resolve("server.txt")));
            }
            Thread.sleep(10);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        server.destroy();
        if (!server.waitFor(30, TimeUnit.SECONDS)) {
            throw new IOException("the server did not stop");
        }
        return seconds;
    }

    private static boolean healthy(int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/health").toURL().openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(500);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
