package dev.mayfly.idempotency;

import dev.mayfly.problem.Refused;
import org.jdbi.v3.core.Handle;

/** A create that may be the retry of an earlier one, whose answer the client lost; see {@link IdempotentRequests}. */
public interface IdempotentCreate {

    /** A create without a key: every request makes something new, as in MLflow. */
    IdempotentCreate ALWAYS_NEW = (tx, result) -> result;

    /**
     * The id that the first request with this key created, or {@code result} if this is the first; the caller must then
     * create it in the same transaction. Waits while another request with the same key is under way.
     *
     * @throws Refused if the key was used for another request
     */
    String claim(Handle tx, String result);
}
