package dev.mayfly.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScopeTest {

    private static final String LETTERS = "ab*%_\\.[]()+?^$|{}'\"-/ ";

    /** The two ways of asking must not differ, or a list would show what a page refuses. */
    @Test
    void memoryAndSqlAgreeOnEveryNameAndPattern() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (Database database = TestPostgres.database()) {
            for (int n = 0; n < 2_000; n++) {
                String pattern = text(random);
                String name = random.nextBoolean() ? text(random) : pattern.replace("*", text(random));
                Scope scope = new Scope(List.of(pattern));
                boolean inSql = database.read(tx -> tx.createQuery("select cast(:name as text) like :pattern")
                        .bind("name", name)
                        .bind("pattern", scope.like().get(0))
                        .mapTo(Boolean.class)
                        .one());

                assertThat(scope.includes(name))
                        .as("seed %s: name '%s', pattern '%s'", seed, name, pattern)
                        .isEqualTo(inSql);
            }
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    @Test
    void onePatternOfSeveralIsEnoughAndNoneSeesNothing() {
        Scope scope = new Scope(List.of("fraud-*", "loans"));

        assertThat(List.of("fraud-", "fraud-cards", "loans")).allMatch(scope::includes);
        assertThat(List.of("fraud", "a-fraud-", "loans2", "")).noneMatch(scope::includes);
        assertThat(new Scope(List.of()).includes("anything")).isFalse();
        assertThat(Scope.EVERYTHING.isEverything()).isTrue();
        assertThat(scope.isEverything()).isFalse();
    }
}
