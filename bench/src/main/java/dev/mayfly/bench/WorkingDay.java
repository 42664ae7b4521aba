package dev.mayfly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A data scientist's day, {@code day.py}, with MLflow's Python client against both servers in turn. */
final class WorkingDay {

    private static final Path SCRIPT = Path.of("bench/src/main/python/day.py");

    private final Path python;
    private final Path output;

    /** @param python the interpreter of an environment with the full MLflow */
    WorkingDay(Path python, Path folder) {
        this.python = python;
        this.output = folder.resolve("day.txt");
    }

    /** Prints a line for each part: the median seconds of both, and their ratio with its spread. */
    void compare(TrackingServer one, TrackingServer two) throws IOException, InterruptedException {
        Map<String, List<Double>> theirs = new LinkedHashMap<>();
        Map<String, List<Double>> ours = new LinkedHashMap<>();
        for (int n = 0; n < LoadDriver.ROUNDS; n++) {
            play(one, theirs);
            play(two, ours);
        }
        theirs.forEach((part, their) -> {
            List<Double> our = ours.getOrDefault(part, List.of());
            double[] ratios = new double[LoadDriver.ROUNDS];
            for (int n = 0; n < ratios.length; n++) {
                ratios[n] = their.get(n) / our.get(n);
            }
            Arrays.sort(ratios);
            System.out.printf(
                    "day: %-24s %s %6.2f s | %s %6.2f s | %.1f times (%.1f to %.1f)%n",
                    part.replace('_', ' '),
                    one.name(),
                    LoadDriver.median(their.stream().mapToDouble(Double::doubleValue)),
                    two.name(),
                    LoadDriver.median(our.stream().mapToDouble(Double::doubleValue)),
                    ratios[ratios.length / 2],
                    ratios[0],
                    ratios[ratios.length - 1]);
        });
    }

    private void play(TrackingServer server, Map<String, List<Double>> seconds)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(python.toString(), SCRIPT.toString(), server.process.url())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(SCRIPT + " against " + server.name() + ": " + Files.readString(output));
        }
        for (String line : Files.readAllLines(output)) {
            String[] words = line.split(" ", -1);
            if (words.length == 2 && words[1].matches("\\d+\\.\\d+")) {
                seconds.computeIfAbsent(words[0], part -> new ArrayList<>()).add(Double.valueOf(words[1]));
            }
        }
    }
}
