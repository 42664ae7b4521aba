package dev.mayfly.jobs.clean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConcentrationTest {

    private static final int DAYS = 35;

    /** 10,000 lines a day, 1 in 120 a fraud; each line is rejected with the same chance, whatever it is. */
    @Test
    void dirtThatHitsEveryLineAlikeIsSilentWhateverItsShare() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int slice = 0; slice < 100; slice++) {
            double dirt = Math.exp(-2 - random.nextInt(6));
            Map<String, Map<String, Groups.Count>> groups = slice(random, dirt, 0, 0);
            assertThat(Concentration.found(groups))
                    .as("dirt %f, seed %d", dirt, seed)
                    .isEmpty();
        }
    }

    /** What happened: 446 rejected lines, all of them frauds, of 350,000. */
    @Test
    void aFormatThatOnlyFraudsHaveIsFound() {
        List<String> found = Concentration.found(slice(new Random(3), 0, 0.15, 0));

        assertThat(found).hasSize(4);
        assertThat(found.get(0))
                .matches("label 1: 4.. of 2,9.. lines rejected \\(1.\\.[0-9]+ %; of all others 0\\.00 %\\)");
        assertThat(found).anyMatch(one -> one.startsWith("scenario 2: "));
    }

    @Test
    void aDayAndItsFileThatLoseALotAreFoundAmongOthersThatLoseALittle() {
        List<String> found = Concentration.found(slice(new Random(4), 0.005, 0, 0.03));

        assertThat(found).hasSize(2).allMatch(one -> one.matches("(day|file) 7: .* of all others 0\\.[45]. %\\)"));
    }

    @Test
    void aFewLinesAndASingleGroupSayNothing() {
        Map<String, Map<String, Groups.Count>> few = new TreeMap<>();
        few.put("label", Map.of("0", new Groups.Count(1_000, 0), "1", new Groups.Count(2, 2)));
        few.put("file", Map.of("only", new Groups.Count(1_002, 2)));
        few.put("day", Map.of());
        few.put("scenario", Map.of("0", new Groups.Count(347_002, 838), "2", new Groups.Count(2_998, 0)));

        assertThat(Concentration.found(few)).isEmpty();
    }

    @Test
    void linesOfRandomDaysTakeABoundedAmountOfMemoryAndNoneIsLost() {
        Groups.Partition counts = new Groups.Partition();
        for (int n = 0; n < 3 * Groups.Partition.MOST; n++) {
            counts.of("day", Integer.toString(n)).add(true);
        }
        Groups groups = new Groups();
        groups.add(counts);

        Map<String, Groups.Count> days = groups.value().getOrDefault("day", Map.of());
        assertThat(days).hasSize(Groups.Partition.MOST + 1);
        assertThat(days.values().stream().mapToLong(Groups.Count::lines).sum()).isEqualTo(3L * Groups.Partition.MOST);
    }

    private static Map<String, Map<String, Groups.Count>> slice(
            Random random, double dirt, double ofFrauds, double ofDaySeven) {
        Groups.Partition counts = new Groups.Partition();
        for (int day = 0; day < DAYS; day++) {
            for (int n = 0; n < 10_000; n++) {
                int scenario = random.nextInt(120) == 0 ? 1 + random.nextInt(3) : 0;
                double share = Math.max(dirt, scenario > 0 ? ofFrauds : day == 7 ? ofDaySeven : 0);
                boolean isRejected = random.nextDouble() < share;
                counts.of("day", Integer.toString(day)).add(isRejected);
                counts.of("file", Integer.toString(day)).add(isRejected);
                counts.of("label", scenario > 0 ? "1" : "0").add(isRejected);
                counts.of("scenario", Integer.toString(scenario)).add(isRejected);
            }
        }
        Groups groups = new Groups();
        groups.add(counts);
        return groups.value();
    }
}
