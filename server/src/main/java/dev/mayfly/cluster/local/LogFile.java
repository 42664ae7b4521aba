package dev.mayfly.cluster.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log that a process writes, of any size and with lines of any length: each call reads a bounded part of it. */
record LogFile(Path path) {

    private static final int TAIL = 64 << 10;
    private static final int BLOCK = 1 << 20;
    private static final int OVERLAP = 256;
    /** A job says so early by which id Spark knows it. */
    private static final long SEARCHED = 16L << 20;

    private static final int LONGEST_REASON = 1_000;

    /** Up to {@code maxBytes} from an offset; empty at the end, and if there is no such file. */
    byte[] read(long offset, int maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(maxBytes, Math.max(0, channel.size() - offset)));
            channel.read(buffer, offset);
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** The last line of a kind among the last 64 KB, shortened to what a person reads; empty if there is none. */
    Optional<String> lastLine(Predicate<String> kind) throws IOException {
        long size = path.toFile().length();
        return new String(read(Math.max(0, size - TAIL), TAIL), StandardCharsets.UTF_8)
                .lines()
                .filter(kind)
                .reduce((first, second) -> second)
                .map(line -> line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "..." : line);
    }

    /**
     * The first group of the first match of a pattern in the first 16 MB, read as ISO 8859-1.
     *
     * @param pattern matches no more than 256 characters
     */
    Optional<String> first(Pattern pattern) throws IOException {
        for (long offset = 0; offset < SEARCHED; offset += BLOCK) {
            byte[] block = read(offset, BLOCK + OVERLAP);
            Matcher matcher = pattern.matcher(new String(block, StandardCharsets.ISO_8859_1));
            if (matcher.find()) {
                return Optional.of(matcher.group(1));
            }
            if (block.length <= BLOCK) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
