package dev.mayfly.jobs.tracking;

/** The tracking server refused a request, or did not answer. */
class TrackingException extends RuntimeException {

    private final String errorCode;

    TrackingException(String errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    /** MLflow's word for it, such as RESOURCE_DOES_NOT_EXIST; empty if there was no answer. */
    public String errorCode() {
        return errorCode;
    }
}
