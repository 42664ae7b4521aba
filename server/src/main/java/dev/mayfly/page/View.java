package dev.mayfly.page;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.capacity.DataSize;
import dev.mayfly.http.SessionCookie;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who looks at a page, how, and when: what every template needs. Immutable.
 *
 * @param path of the page
 * @param query what its address says besides, each name once
 */
public record View(Actor actor, Texts texts, String path, Map<String, String> query, boolean isSession, Instant now) {

    static final String LANGUAGE = "mayfly-language";
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final int SHORT_ID = 8;

    static View of(Actor actor, Context request, Instant now) {
        Map<String, String> query = new LinkedHashMap<>();
        request.queryParamMap().forEach((name, values) -> query.put(name, values.get(values.size() - 1)));
        return new View(
                actor,
                Texts.of(request.cookie(LANGUAGE), request.header("Accept-Language")),
                request.path(),
                query,
                SessionCookie.of(request).isPresent(),
                now);
    }

    /** A text by its key. */
    public String t(String key, Object... values) {
        return texts.of(key, values);
    }

    /** The word for a state. */
    public String state(Enum<?> state) {
        return t("state." + word(state));
    }

    /** A state as styles know it. */
    public String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Whether the viewer has a right for a pipeline. */
    public boolean may(Right right, String pipeline) {
        return actor.may(right, ResourceKind.PIPELINE, pipeline);
    }

    /** Whether the viewer has a right for a model. */
    public boolean mayWithModel(Right right, String model) {
        return actor.may(right, ResourceKind.MODEL, model);
    }

    /** Whether the viewer has a right for everything. */
    public boolean mayWithAll(Right right) {
        return actor.mayWithAll(right);
    }

    public String duration(Duration length) {
        return texts.duration(length);
    }

    /** How long something took, or has taken. */
    public String between(Instant from, Instant to) {
        return duration(Duration.between(from, to == null ? now : to));
    }

    public String number(double value) {
        return texts.number(value);
    }

    public String bytes(long count) {
        return new DataSize(count).toString();
    }

    /** A time as it is shown until a script puts the viewer's zone in its place. */
    public static String shown(Instant at) {
        return SHOWN.format(at.atOffset(ZoneOffset.UTC)) + " UTC";
    }

    /** A time for machines. */
    public static String exact(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** The beginning of an id, by which people know it. */
    public static String shortId(Object id) {
        String text = id.toString();
        return text.length() <= SHORT_ID ? text : text.substring(0, SHORT_ID);
    }

    /** A text as a part of an address. */
    public static String part(Object text) {
        return URLEncoder.encode(String.valueOf(text), StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What the address says under a name; empty if nothing. */
    public String asked(String name) {
        return Optional.ofNullable(query.get(name)).orElse("");
    }

    /** The address of this page with something else said under a name, or nothing. */
    public String with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(query);
        changed.put(name, value);
        StringBuilder address = new StringBuilder(path);
        changed.forEach((key, said) -> {
            if (!said.isEmpty()) {
                address.append(address.indexOf("?") < 0 ? '?' : '&')
                        .append(part(key))
                        .append('=')
                        .append(part(said));
            }
        });
        return address.toString();
    }

    /** The part of the site that the page belongs to. */
    public boolean isIn(String section) {
        return section.equals("/") ? path.equals("/") : path.equals(section) || path.startsWith(section + "/");
    }
}
