package dev.mayfly.search;

import java.util.Locale;

/**
 * What a condition or order is about, as written: {@code metrics.auc}, {@code start_time}.
 *
 * @param entity the part before the first dot, in lower case; empty if there is none
 * @param position where it begins, from 1
 */
public record Field(String entity, String key, int position) {

    static Field of(String written, int position) {
        int dot = written.indexOf('.');
        return dot < 0
                ? new Field("", written, position)
                : new Field(written.substring(0, dot).toLowerCase(Locale.ROOT), written.substring(dot + 1), position);
    }

    @Override
    public String toString() {
        return entity.isEmpty() ? key : entity + "." + key;
    }
}
