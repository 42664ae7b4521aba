package dev.mayfly.jobs.simulate;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.Job;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Simulates transactions into a folder: a file a day and {@code manifest.json}, which says what is in them. The folder
 * appears whole or not at all; an existing one is left as it is.
 */
public final class Simulate {

    private Simulate() {}

    public static void main(String[] arguments) {
        Job.main(() -> run(new Arguments(arguments, "output", "customers", "days", "seed", "dirt", "placeholders")));
    }

    static void run(Arguments arguments) throws IOException {
        Path output = Paths.get(arguments.text("output")).toAbsolutePath().normalize();
        Settings settings = new Settings(
                (int) arguments.whole("customers", 5_000, 3, 10_000_000),
                (int) arguments.whole("days", 183, 1, 10_000),
                arguments.whole("seed", 42, Long.MIN_VALUE, Long.MAX_VALUE));
        double dirt = arguments.share("dirt", 0.005);
        double placeholders = arguments.share("placeholders", 0.0432);
        if (Files.exists(output)) {
            System.out.println("transactions are there already: " + output);
            return;
        }
        Path incoming = output.resolveSibling(output.getFileName() + ".incoming");
        delete(incoming);
        Files.createDirectories(incoming);
        Transactions transactions = new Simulator(settings).run();
        DailyFiles files = new DailyFiles(settings, dirt, placeholders);
        files.write(transactions, incoming);
        String manifest = manifest(settings, transactions, files, dirt, placeholders);
        Files.write(incoming.resolve("manifest.json"), manifest.getBytes(StandardCharsets.UTF_8));
        Files.move(incoming, output, StandardCopyOption.ATOMIC_MOVE);
        System.out.println(manifest);
    }

    private static String manifest(
            Settings settings, Transactions transactions, DailyFiles files, double dirt, double placeholders) {
        int[] scenarios = new int[4];
        for (int row = 0; row < transactions.size(); row++) {
            scenarios[transactions.scenario(row)]++;
        }
        String kinds = files.dirt().entrySet().stream()
                .map((Map.Entry<Dirt, Integer> entry) ->
                        "\"" + entry.getKey().name().toLowerCase(Locale.ROOT) + "\": " + entry.getValue())
                .collect(Collectors.joining(", "));
        return "{\"customers\": " + settings.customers + ", \"terminals\": " + settings.terminals + ", \"days\": "
                + settings.days + ", \"seed\": " + settings.seed + ", \"transactions\": " + transactions.size()
                + ", \"lines\": " + files.lines() + ", \"frauds\": "
                + (scenarios[1] + scenarios[2] + scenarios[3]) + ", \"scenario_1\": " + scenarios[1]
                + ", \"scenario_2\": " + scenarios[2] + ", \"scenario_3\": " + scenarios[3] + ", \"dirt_share\": "
                + dirt + ", \"placeholder_share\": " + placeholders + ", \"dirt\": {" + kinds + "}}\n";
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                    Files.delete(path);
                }
            }
        }
    }
}
