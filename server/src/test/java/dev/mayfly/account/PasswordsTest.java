package dev.mayfly.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.ErrorKind;
import dev.mayfly.problem.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PasswordsTest {

    /** Whoever tries many passwords at once would hold every thread of the server. */
    @Test
    void aFewWaitForTheirTurnAndTheOthersAreSentAway() throws Exception {
        Passwords passwords = new Passwords();
        String hash = passwords.hash("the right one");
        ExecutorService people = Executors.newFixedThreadPool(100);
        List<Future<String>> outcomes = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
            outcomes.add(people.submit(() -> {
                try {
                    return passwords.matches("the right one", hash) ? "right" : "wrong";
                } catch (Refused e) {
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                    return "sent away";
                }
            }));
        }
        List<String> words = new ArrayList<>();
        for (Future<String> outcome : outcomes) {
            words.add(outcome.get());
        }
        people.shutdown();
        assertThat(words).contains("right", "sent away").doesNotContain("wrong");
        assertThat(passwords.matches("another", hash)).isFalse();
    }
}
