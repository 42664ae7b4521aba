package dev.mayfly.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VersionOrderTest {

    /** The example of PEP 440, and what it leaves out. */
    private static final List<String> RISING = List.of(
            "0.9",
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1.9",
            "1.10",
            "2.0-SNAPSHOT",
            "2.0",
            "2018.4.1",
            "1!0.1");

    @Test
    void versionsRiseAsPep440Says() {
        Random random = new Random(14);
        for (int n = 0; n < 100; n++) {
            List<String> shuffled = new ArrayList<>(RISING);
            Collections.shuffle(shuffled, random);
            shuffled.sort(VersionOrder.ORDER);
            assertThat(shuffled).isEqualTo(RISING);
        }
    }

    @Test
    void itIsAnOrderOfAnyTexts() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int n = 0; n < 60; n++) {
            StringBuilder text = new StringBuilder();
            for (int m = random.nextInt(8); m >= 0; m--) {
                text.append(List.of("0", "1", "10", ".", "a", "rc", "post", "dev", "+", "!", "-", "x", "00")
                        .get(random.nextInt(13)));
            }
            texts.add(text.toString());
        }
        for (String one : texts) {
            for (String two : texts) {
                int order = Integer.signum(VersionOrder.ORDER.compare(one, two));
                assertThat(order)
                        .as("%s, %s, seed %s", one, two, seed)
                        .isEqualTo(-Integer.signum(VersionOrder.ORDER.compare(two, one)));
                assertThat(order == 0).as("%s, %s, seed %s", one, two, seed).isEqualTo(one.equals(two));
                for (String three : texts) {
                    if (order <= 0 && VersionOrder.ORDER.compare(two, three) <= 0) {
                        assertThat(VersionOrder.ORDER.compare(one, three))
                                .as("%s, %s, %s, seed %s", one, two, three, seed)
                                .isLessThanOrEqualTo(0);
                    }
                }
            }
        }
    }

    @Test
    void whatMerelyLeadsToAVersionIsKnown() {
        assertThat(List.of("1.0rc1", "1.0.dev1", "2.0-SNAPSHOT", "1a1").stream().allMatch(VersionOrder::isPrerelease))
                .isTrue();
        assertThat(List.of("1.0", "1.0.post1", "1.0+abc", "20260101-f12").stream()
                        .noneMatch(VersionOrder::isPrerelease))
                .isTrue();
    }
}
