package dev.mayfly.jobs.tracking;

/** The tracking server refused a request. */
final class TrackingException extends RuntimeException {

    private final String errorCode;

    TrackingException(String errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    /** MLflow's word for it, such as RESOURCE_DOES_NOT_EXIST; empty if it had none. */
    public String errorCode() {
        return errorCode;
    }
}
