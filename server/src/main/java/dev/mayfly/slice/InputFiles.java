package dev.mayfly.slice;

import dev.mayfly.configuration.AllowedFolders;
import dev.mayfly.problem.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that a pattern such as {@code /data/in/*.csv.gz} matches.
 *
 * @param files those to take, by path
 * @param leftOut those that match but are not taken, by path
 * @param ripe when the first of those that are too young is old enough; empty if none is too young
 */
record InputFiles(List<InputFile> files, List<LeftOut> leftOut, Optional<Instant> ripe) {

    private static final int MOST = 1_000_000;
    private static final List<String> HALF_WRITTEN =
            List.of(".tmp", ".part", ".partial", ".filepart", ".crdownload", ".inprogress", "._COPYING_");

    /** A file that is not taken, and why. */
    record LeftOut(String path, String reason) {}

    /**
     * Lists the files of a pattern's folder.
     *
     * @param minAge how long ago a file must have been written last
     * @param allowed where links may lead
     * @throws Refused if the folder does not exist
     */
    static InputFiles matching(String pattern, Duration minAge, Instant now, AllowedFolders allowed) {
        Path path = Path.of(pattern).toAbsolutePath().normalize();
        Path folder = path.getParent();
        if (folder == null || path.getFileName() == null || !Files.isDirectory(folder)) {
            throw Refused.invalid("input files: " + pattern + " (expected: an existing folder " + folder + ")");
        }
        String wanted = path.getFileName().toString();
        Glob glob = glob(pattern, wanted);
        List<InputFile> files = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        Ripeness ripeness = new Ripeness(minAge, now);
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(entry -> glob.matches(entry.getFileName().toString()))
                    .forEach(entry -> {
                        boolean leadsOut = Files.isSymbolicLink(entry)
                                && allowed.refusal(entry).isPresent();
                        Optional<InputFile> file = leadsOut ? Optional.empty() : file(entry);
                        String reason = leadsOut
                                ? "it is a link to where pipelines may not read"
                                : file.isEmpty() ? "it is no readable file" : whyNot(entry, wanted);
                        if (reason == null && ripeness.isTooYoung(file.orElseThrow())) {
                            reason = ripeness.words(file.orElseThrow());
                        }
                        if (files.size() + leftOut.size() == MOST) {
                            throw Refused.invalid("input files: " + pattern + " matches more than " + MOST
                                    + " files (expected: at most that in a folder; move those away that are done)");
                        }
                        if (reason == null) {
                            files.add(file.orElseThrow());
                        } else {
                            leftOut.add(new LeftOut(entry.toString(), reason));
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("input folder " + folder + " can't be listed: " + e.getMessage(), e);
        }
        files.sort(Comparator.comparing(InputFile::path));
        leftOut.sort(Comparator.comparing(LeftOut::path));
        return new InputFiles(List.copyOf(files), List.copyOf(leftOut), ripeness.first());
    }

    private static Glob glob(String pattern, String wanted) {
        try {
            return new Glob(wanted);
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("input files: " + pattern + ": " + e.getMessage());
        }
    }

    /** The file as it is now; empty if there is no readable file. */
    static Optional<InputFile> file(Path path) {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            return found.isRegularFile() && Files.isReadable(path)
                    ? Optional.of(new InputFile(
                            path.toString(),
                            found.size(),
                            found.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MICROS),
                            null))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a pattern asks for in its own words is taken: {@code *.tmp} takes half-written files, {@code _*} hidden ones. */
    private static @Nullable String whyNot(Path file, String pattern) {
        String name = file.getFileName().toString();
        char first = name.charAt(0);
        if ((first == '.' || first == '_') && pattern.charAt(0) != first) {
            return "it is hidden: its name begins with " + first;
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return "its name contains a line break or another control character";
        }
        return HALF_WRITTEN.stream()
                .filter(ending -> name.endsWith(ending) && !pattern.endsWith(ending))
                .findFirst()
                .map(ending -> "it is half-written: its name ends with " + ending)
                .orElse(null);
    }

    /** Which files may still be written. A time that lies far ahead says nothing: clocks differ. */
    private static final class Ripeness {

        private final Duration minAge;
        private final Instant now;
        private @Nullable Instant first;

        Ripeness(Duration minAge, Instant now) {
            this.minAge = minAge;
            this.now = now;
        }

        boolean isTooYoung(InputFile file) {
            Instant modified = file.modified();
            if (modified == null || !modified.plus(minAge).isAfter(now) || modified.isAfter(now.plus(minAge))) {
                return false;
            }
            Instant ripe = modified.plus(minAge);
            first = first == null || ripe.isBefore(first) ? ripe : first;
            return true;
        }

        String words(InputFile file) {
            long age = Math.max(0, Duration.between(file.modified(), now).toSeconds());
            return "it changed " + age + " s ago and may be half-written (min_age " + minAge.toSeconds() + " s)";
        }

        Optional<Instant> first() {
            return Optional.ofNullable(first);
        }
    }
}
