package dev.mayfly.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Output in which no text of others can act on the terminal: names, reasons and logs may hold escapes that move the cursor,
 * rename the window or turn text around. Colours, line ends and tabs pass; of anything else that controls, a question mark
 * is left. Not thread-safe beyond what {@link PrintStream} is.
 */
final class SafeOutput extends FilterOutputStream {

    private static final int ESCAPE = 0x1b;
    private static final int LONGEST_COLOUR = 12;
    private static final int DELETE = 0x7f;

    private final byte[] held = new byte[LONGEST_COLOUR];
    private int holding;

    private SafeOutput(OutputStream out) {
        super(out);
    }

    static PrintStream around(OutputStream out) {
        return new PrintStream(new SafeOutput(out), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) throws IOException {
        int value = b & 0xff;
        if (holding > 0) {
            hold(value);
        } else if (value == ESCAPE || value == 0xe2 || value == 0xc2) {
            held[holding++] = (byte) value;
        } else {
            out.write(isControl(value) ? '?' : value);
        }
    }

    private static boolean isControl(int value) {
        return (value < ' ' && value != '\n' && value != '\r' && value != '\t') || value == DELETE;
    }

    /** Holds an escape, or the beginning of a character, until it is known what it is. */
    private void hold(int value) throws IOException {
        held[holding++] = (byte) value;
        int first = held[0] & 0xff;
        boolean isContinuation = value >= 0x80 && value <= 0xbf;
        if (first == ESCAPE) {
            boolean isOpen = holding == 2 ? value == '[' : (value >= '0' && value <= '9') || value == ';';
            boolean isColour = holding > 2 && (value == 'm' || value == 'K');
            if (isColour) {
                release();
            } else if (!isOpen || holding == LONGEST_COLOUR) {
                replaceFirst();
            }
        } else if (!isContinuation) {
            replaceFirst();
        } else if (first == 0xc2 ? value > 0x9f : holding == 3 && !turnsText(held[1] & 0xff, value)) {
            release();
        } else if (first == 0xc2 || holding == 3) {
            holding = 0;
            out.write('?');
        }
    }

    /** U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069. */
    private static boolean turnsText(int second, int third) {
        return (second == 0x80 && (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae)))
                || (second == 0x81 && third >= 0xa6 && third <= 0xa9);
    }

    private void release() throws IOException {
        int length = holding;
        holding = 0;
        out.write(held, 0, length);
    }

    /** What began as an escape or a character is none: what follows it counts for itself. */
    private void replaceFirst() throws IOException {
        int length = holding;
        holding = 0;
        out.write('?');
        for (int n = 1; n < length; n++) {
            write(held[n]);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int n = 0; n < length; n++) {
            write(bytes[offset + n]);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
