package dev.mayfly.packages;

import dev.mayfly.problem.Refused;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipFile;

/** Whether a file is what its kind says, as far as its first look tells. */
final class PackageContent {

    /** The name of core metadata in the store. */
    static final String METADATA = "METADATA.metadata";

    private static final int BUFFER = 64 << 10;
    private static final int LARGEST_TEXT = 16 << 20;

    private PackageContent() {}

    /** Copies at most one byte more than {@code most}; returns how many were copied. */
    static long copy(InputStream from, Path to, long most) throws IOException {
        long size = 0;
        byte[] buffer = new byte[BUFFER];
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int read = from.read(buffer); read >= 0 && size <= most; read = from.read(buffer)) {
                out.write(buffer, 0, read);
                size += read;
            }
        }
        return size;
    }

    /** Throws {@link Refused} if a file can't be of its kind. */
    static void check(PackageKind kind, String name, Path file) throws IOException {
        switch (kind) {
            case JAR -> checkZip(name, file);
            case ENVIRONMENT -> {
                if (name.endsWith(".zip")) {
                    checkZip(name, file);
                } else {
                    checkGzip(name, file);
                }
            }
            case SCRIPT, INIT -> checkText(name, file);
            case PYTHON -> throw new IllegalArgumentException("a distribution is checked by its metadata");
        }
    }

    private static void checkZip(String name, Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() == 0) {
                throw Refused.invalid("file '" + name + "' is an empty archive (expected: one with entries)");
            }
        } catch (IOException e) {
            throw Refused.invalid("file '" + name + "' is no zip archive: " + e.getMessage() + " (expected: one)");
        }
    }

    private static void checkGzip(String name, Path file) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
                InputStream plain = new GZIPInputStream(raw)) {
            if (plain.read() < 0) {
                throw Refused.invalid("file '" + name + "' is an empty archive (expected: one with entries)");
            }
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw Refused.invalid(
                    "file '" + name + "' is not compressed by gzip: " + e.getMessage() + " (expected: .tar.gz)");
        }
    }

    private static void checkText(String name, Path file) throws IOException {
        if (Files.size(file) > LARGEST_TEXT) {
            throw Refused.invalid("script '" + name + "' of more than 16 MB (expected: less)");
        }
        byte[] text = Files.readAllBytes(file);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw Refused.invalid("script '" + name + "' (expected: text in UTF-8)");
        }
    }
}
