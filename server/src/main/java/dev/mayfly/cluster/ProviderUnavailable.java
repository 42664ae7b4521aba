package dev.mayfly.cluster;

import dev.mayfly.problem.Unreachable;

/**
 * A provider could not be reached, or did not answer. Whether the call had an effect is unknown; the caller retries it.
 */
public final class ProviderUnavailable extends Unreachable {

    public ProviderUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String who() {
        return "the cluster provider";
    }
}
