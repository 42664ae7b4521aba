package dev.mayfly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how long {@code mayfly server} takes from the command to a good answer of {@code /health}, on a warm data
 * folder.
 */
final class StartServer {

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
        long begin = System.nanoTime();
        ServerProcess server = ServerProcess.start(launcher, data, Map.of());
        double seconds = (System.nanoTime() - begin) / 1e9;
        server.stop();
        return seconds;
    }
}
