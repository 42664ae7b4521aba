package dev.mayfly.page;

import dev.mayfly.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files that pages load. The address of each holds a digest of it, so that browsers may keep it for ever. Immutable. */
public final class Assets {

    private static final String FOLDER = "/assets/";
    private static final int SHOWN_DIGITS = 12;
    private static final Map<String, String> MEDIA =
            Map.of("css", "text/css; charset=utf-8", "svg", "image/svg+xml", "js", "text/javascript; charset=utf-8");
    private static final Map<String, Asset> BY_NAME = Stream.of("mayfly.css", "mayfly.js", "mayfly.svg")
            .collect(Collectors.toUnmodifiableMap(name -> name, Assets::read));
    private static final Map<String, Asset> BY_ADDRESS =
            BY_NAME.values().stream().collect(Collectors.toUnmodifiableMap(Asset::file, asset -> asset));

    private Assets() {}

    /** A file: its name with the digest, its media type, its text. */
    record Asset(String file, String media, String text) {}

    /** The address of a file, as templates link it. */
    public static String url(String name) {
        return FOLDER + Optional.ofNullable(BY_NAME.get(name)).orElseThrow().file();
    }

    static Optional<Asset> at(String file) {
        return Optional.ofNullable(BY_ADDRESS.get(file));
    }

    private static Asset read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            String text = new String(Optional.ofNullable(in).orElseThrow().readAllBytes(), StandardCharsets.UTF_8);
            String digest = Sha256.of(text).hex().substring(0, SHOWN_DIGITS);
            int dot = name.lastIndexOf('.');
            String ending = name.substring(dot + 1);
            return new Asset(
                    name.substring(0, dot) + "-" + digest + "." + ending,
                    Optional.ofNullable(MEDIA.get(ending)).orElseThrow(),
                    text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
