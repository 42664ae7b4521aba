package dev.mayfly.cluster;

/**
 * A provider could not be reached, or did not answer. Whether the call had an effect is unknown; the caller retries it.
 */
public final class ProviderUnavailable extends RuntimeException {

    public ProviderUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
