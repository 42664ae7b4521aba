package dev.mayfly.postgres;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The migrations that this build contains. */
final class Migrations {

    private Migrations() {}

    /**
     * The highest version among {@code db/<owner>/V*.sql} on the class path.
     *
     * @throws IllegalStateException if there are none
     */
    static int newest(String owner) {
        String folder = "db/" + owner;
        URL found = Migrations.class.getClassLoader().getResource(folder);
        if (found == null) {
            throw new IllegalStateException("no migrations in " + folder + " on the class path");
        }
        try {
            URLConnection connection = found.openConnection();
            if (connection instanceof JarURLConnection inJar) {
                inJar.setUseCaches(false);
                try (JarFile jar = inJar.getJarFile()) {
                    return newest(folder, jar.stream().map(ZipEntry::getName));
                }
            }
            try (Stream<Path> files = Files.list(Path.of(URI.create(found.toString())))) {
                return newest(folder, files.map(file -> folder + "/" + file.getFileName()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("migrations in " + found + " can't be listed", e);
        }
    }

    private static int newest(String folder, Stream<String> names) {
        Pattern migration = Pattern.compile(Pattern.quote(folder) + "/V(\\d+)__.+\\.sql");
        return names.map(migration::matcher)
                .filter(Matcher::matches)
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .max()
                .orElseThrow(() -> new IllegalStateException("no migrations in " + folder));
    }
}
