package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SafeOutputTest {

    private static String through(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = SafeOutput.around(bytes);
        out.print(text);
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void nothingActsOnTheTerminalButColours() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("plain", "plain");
        shown.put("Köln – 日本 😀", "Köln – 日本 😀");
        shown.put("\u001b[32mgreen\u001b[0m", "\u001b[32mgreen\u001b[0m");
        shown.put("\u001b]0;window\u0007", "?]0;window?");
        shown.put("\u001b[2J", "?[2J");
        shown.put("\u001b[1;1Hover", "?[1;1Hover");
        shown.put("\u001b\u001b[32mx", "?\u001b[32mx");
        shown.put("a\u0000b\u0008c", "a?b?c");
        shown.put("abc\u202etxt", "abc?txt");
        shown.put("\u2066x\u2069", "?x?");
        shown.put("\u009b31mx", "?31mx");
        shown.put("tab\tend\u007f\n", "tab\tend?\n");
        shown.put("é€é", "é€é");
        shown.forEach((text, expected) -> assertThat(through(text)).isEqualTo(expected));
    }

    /** However it is cut into writes, what comes out holds no control but line ends, tabs and whole colours. */
    @Test
    void noBytesGetThroughThatControl() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] some = {
            0x1b,
            '[',
            '3',
            'm',
            'K',
            'J',
            ']',
            0,
            7,
            'a',
            '\n',
            (byte) 0xe2,
            (byte) 0x80,
            (byte) 0xae,
            (byte) 0xc2,
            (byte) 0x9b
        };
        for (int n = 0; n < 20_000; n++) {
            byte[] text = new byte[random.nextInt(12)];
            for (int i = 0; i < text.length; i++) {
                text[i] = some[random.nextInt(some.length)];
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            PrintStream out = SafeOutput.around(bytes);
            out.write(text, 0, text.length);
            out.flush();
            String shown = bytes.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;]*[mK]", "");
            assertThat(shown).as("seed %s", seed).doesNotContain("\u001b", "\u0000", "\u0007", "\u202e", "\u009b");
        }
    }
}
