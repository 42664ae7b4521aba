package dev.mayfly.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What pages say, in English and Russian, by key. Immutable. */
public final class Texts {

    static final Texts EN = new Texts(Locale.ENGLISH, "English");

    /** Every language. */
    public static final List<Texts> ALL = List.of(EN, new Texts(Locale.forLanguageTag("ru"), "Русский"));

    private final Locale locale;
    private final String ownName;
    private final Properties texts;

    private Texts(Locale locale, String ownName) {
        this.locale = locale;
        this.ownName = ownName;
        this.texts = read("texts_" + locale.getLanguage() + ".properties");
    }

    private static Properties read(String name) {
        try (InputStream in = Texts.class.getResourceAsStream(name)) {
            Properties texts = new Properties();
            texts.load(new InputStreamReader(Objects.requireNonNull(in, name), StandardCharsets.UTF_8));
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The language for somebody.
     *
     * @param chosen what was chosen before; null if nothing was
     * @param accepted the header {@code Accept-Language}; null if it is absent
     */
    static Texts of(@Nullable String chosen, @Nullable String accepted) {
        return named(chosen == null ? "" : chosen)
                .orElseGet(() -> Arrays.stream((accepted == null ? "" : accepted).split(",", 20))
                        .map(part -> part.strip().split("[-;]", 2)[0])
                        .flatMap(code -> named(code).stream())
                        .findFirst()
                        .orElse(EN));
    }

    static Optional<Texts> named(String code) {
        return ALL.stream().filter(one -> one.code().equals(code)).findFirst();
    }

    /** Its code, such as {@code en}. */
    public String code() {
        return locale.getLanguage();
    }

    /** What it calls itself. */
    public String ownName() {
        return ownName;
    }

    Set<String> keys() {
        return texts.stringPropertyNames().stream().collect(Collectors.toUnmodifiableSet());
    }

    /**
     * A text.
     *
     * @param values what stands for <code>{0}</code>, <code>{1}</code> and so on
     * @throws IllegalArgumentException if there is no such text
     */
    public String of(String key, Object... values) {
        String text = texts.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("text '" + key + "' in " + code() + " (expected: one of the page's)");
        }
        for (int n = 0; n < values.length; n++) {
            text = text.replace("{" + n + "}", String.valueOf(values[n]));
        }
        return text;
    }

    /** A length of time by its two largest units, such as 1 h 5 min. */
    String duration(Duration length) {
        long seconds = Math.max(0, length.toSeconds());
        if (seconds < 60) {
            return of("time.seconds", seconds);
        }
        if (seconds < 3_600) {
            return of("time.minutes", seconds / 60) + (seconds % 60 == 0 ? "" : " " + of("time.seconds", seconds % 60));
        }
        if (seconds < 86_400) {
            return of("time.hours", seconds / 3_600)
                    + (seconds % 3_600 < 60 ? "" : " " + of("time.minutes", seconds % 3_600 / 60));
        }
        return of("time.days", seconds / 86_400)
                + (seconds % 86_400 < 3_600 ? "" : " " + of("time.hours", seconds % 86_400 / 3_600));
    }

    /** A number with up to five digits that tell. */
    String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(locale, "%,d", (long) value);
        }
        double size = Math.abs(value);
        return size >= 1e-4 && size < 1e6
                ? String.format(locale, size >= 100 ? "%,.2f" : "%.4f", value)
                : String.format(locale, "%.3e", value);
    }
}
