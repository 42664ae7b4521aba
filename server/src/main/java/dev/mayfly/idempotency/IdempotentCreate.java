package dev.mayfly.idempotency;

import dev.mayfly.problem.Refused;
import org.jdbi.v3.core.Handle;

/** Whether a create repeats an earlier one whose answer its client may have lost; see {@link IdempotentRequests}. */
public interface IdempotentCreate {

    /** A create without a key: every request makes something new, as in MLflow. */
    IdempotentCreate ALWAYS_NEW = (tx, result) -> result;

    /**
     * The id of what the first request with this key made, or {@code result} if this is the first; then the caller has to make it in the
     * same transaction. Waits while another request with the same key is under way.
     *
     * @throws Refused if the key was used for another request
     */
    String claim(Handle tx, String result);
}
