package dev.mayfly.tracking;

import org.jdbi.v3.core.Handle;

/** Whether a create is the first of its kind, or repeats one whose answer was lost; see {@link Repeats}. */
public interface Once {

    /** For what nobody repeats. */
    Once ALWAYS_NEW = (tx, result) -> result;

    /** What was made before; {@code result} if nothing, which then has to be made in this transaction. */
    String claim(Handle tx, String result);
}
