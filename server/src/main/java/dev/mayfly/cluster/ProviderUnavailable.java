package dev.mayfly.cluster;

/** A provider could not be asked, or did not answer. Whether the call had an effect is unknown; it is made again. */
public final class ProviderUnavailable extends RuntimeException {

    public ProviderUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
