package dev.mayfly.packages;

import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What a wheel or an sdist says of itself, in its core metadata.
 *
 * @see <a href="https://packaging.python.org/en/latest/specifications/core-metadata/">Core metadata</a>
 * @see <a href="https://packaging.python.org/en/latest/specifications/binary-distribution-format/">Wheels</a>
 * @see <a href="https://packaging.python.org/en/latest/specifications/source-distribution-format/">Sdists</a>
 * @param name in the form in which it is kept
 * @param metadata the file METADATA of a wheel; empty for an sdist, whose metadata may change when it is built
 */
record Distribution(String name, String version, Optional<String> requiresPython, Optional<byte[]> metadata) {

    private static final Pattern WHEEL = Pattern.compile(
            "([A-Za-z0-9._]+)-([A-Za-z0-9._!+]+)(-[0-9][^-]*)?-[A-Za-z0-9._]+-[A-Za-z0-9._]+-[A-Za-z0-9._]+\\.whl");
    private static final Pattern SDIST = Pattern.compile("([A-Za-z0-9._-]+)-([A-Za-z0-9._!+]+)\\.tar\\.gz");
    private static final int LARGEST_METADATA = 1 << 20;
    private static final int MOST_ENTRIES = 100_000;
    private static final long MOST_UNPACKED = 512L << 20;

    /**
     * Reads a distribution.
     *
     * @param fileName what it is called, which says what it is
     * @throws Refused if it is none, or if its name says something else than its metadata
     */
    static Distribution of(Path file, String fileName) {
        Matcher wheel = WHEEL.matcher(fileName);
        Matcher sdist = SDIST.matcher(fileName);
        boolean isWheel = wheel.matches();
        if (!isWheel && !sdist.matches()) {
            throw Refused.invalid("file name '" + TextLimit.shown(fileName)
                    + "' (expected: NAME-VERSION-PYTHON-ABI-PLATFORM.whl, or NAME-VERSION.tar.gz for an sdist)");
        }
        Matcher said = isWheel ? wheel : sdist;
        try {
            byte[] metadata = isWheel ? ofWheel(file) : ofSdist(file);
            Map<String, String> headers = headers(new String(metadata, StandardCharsets.UTF_8));
            Distribution found = new Distribution(
                    PackageKey.normal(headers.getOrDefault("name", "")),
                    headers.getOrDefault("version", ""),
                    Optional.ofNullable(headers.get("requires-python")),
                    isWheel ? Optional.of(metadata) : Optional.empty());
            if (!PackageKey.normal(said.group(1)).equals(found.name)
                    || !comparable(said.group(2)).equals(comparable(found.version))) {
                throw Refused.invalid("file '" + fileName + "' holds " + TextLimit.shown(found.name) + " "
                        + TextLimit.shown(found.version) + " (expected: what its name says)");
            }
            return found;
        } catch (IOException e) {
            throw Refused.invalid("file '" + fileName + "' can't be read as a " + (isWheel ? "wheel" : "sdist") + ": "
                    + e.getMessage() + " (expected: a whole one)");
        }
    }

    private static String comparable(String version) {
        return version.toLowerCase(Locale.ROOT).replaceAll("[-_]", ".");
    }

    private static byte[] ofWheel(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_ENTRIES) {
                throw new IOException(zip.size() + " entries (expected: at most " + MOST_ENTRIES + ")");
            }
            List<? extends ZipEntry> found = zip.stream()
                    .filter(entry -> entry.getName().matches("[^/]+\\.dist-info/METADATA"))
                    .toList();
            if (found.size() != 1) {
                throw new IOException(found.size() + " files *.dist-info/METADATA (expected: one)");
            }
            try (InputStream in = zip.getInputStream(found.get(0))) {
                return bounded(in, found.get(0).getName());
            }
        }
    }

    private static byte[] ofSdist(Path file) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
                TarArchiveInputStream tar = new TarArchiveInputStream(new Unpacked(new GZIPInputStream(raw)))) {
            TarArchiveEntry entry = tar.getNextEntry();
            for (int n = 0; entry != null && n < MOST_ENTRIES; n++) {
                if (entry.isFile() && entry.getName().matches("[^/]+/PKG-INFO")) {
                    return bounded(tar, entry.getName());
                }
                entry = tar.getNextEntry();
            }
            throw new IOException("no file NAME-VERSION/PKG-INFO among its first " + MOST_ENTRIES + " (expected: one)");
        }
    }

    private static byte[] bounded(InputStream in, String name) throws IOException {
        byte[] bytes = in.readNBytes(LARGEST_METADATA + 1);
        if (bytes.length > LARGEST_METADATA) {
            throw new IOException(name + " of more than 1 MB (expected: less)");
        }
        return bytes;
    }

    /** The first value of each header; the description after the first empty line is no header. */
    private static Map<String, String> headers(String text) {
        Map<String, String> headers = new HashMap<>();
        for (String line : text.lines().takeWhile(line -> !line.isBlank()).toList()) {
            int colon = line.indexOf(':');
            if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
                headers.putIfAbsent(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    /** A stream that ends badly when too much comes out of an archive. */
    private static final class Unpacked extends FilterInputStream {

        private long read;

        Unpacked(InputStream bytes) {
            super(bytes);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int most) throws IOException {
            int count = in.read(into, at, most);
            read += Math.max(0, count);
            if (read > MOST_UNPACKED) {
                throw new IOException("more than 512 MB come out of it before its PKG-INFO (expected: less)");
            }
            return count;
        }

        @Override
        public long skip(long most) throws IOException {
            byte[] buffer = new byte[(int) Math.min(most, 64 << 10)];
            return Math.max(0, read(buffer, 0, buffer.length));
        }
    }
}
