package dev.mayfly.api;

import java.util.Locale;

/**
 * Every way in which a request can fail: the one table from what went wrong to what is answered. The JSON API answers {@link #status}
 * with a problem of RFC 9457, MLflow's routes answer {@link #mlflowStatus} with {@link #mlflowCode}.
 */
public enum ErrorKind {
    MISSING(404, "There is no such thing", "RESOURCE_DOES_NOT_EXIST"),
    ALREADY_EXISTS(409, "There is one already", 400, "RESOURCE_ALREADY_EXISTS"),
    INVALID(400, "A value is not as expected", "INVALID_PARAMETER_VALUE"),
    INVALID_PIPELINE(422, "The text is not a pipeline", 400, "INVALID_PARAMETER_VALUE"),
    WRONG_STATE(409, "Not in this state", 400, "BAD_REQUEST"),
    UNREADABLE(400, "The request can't be read", "BAD_REQUEST"),
    TOO_LARGE(413, "The request is too large", 400, "INVALID_PARAMETER_VALUE"),
    UNAUTHENTICATED(401, "The request does not say whose it is", "UNAUTHENTICATED"),
    FORBIDDEN(403, "Not allowed", "PERMISSION_DENIED"),
    NO_ENDPOINT(404, "There is no such endpoint", "ENDPOINT_NOT_FOUND"),
    INTERNAL(500, "The server failed", "INTERNAL_ERROR"),
    UNAVAILABLE(503, "Something that the server needs can't be reached", "TEMPORARILY_UNAVAILABLE"),
    STORAGE_FULL(507, "There is no space left", "RESOURCE_EXHAUSTED");

    private final int status;
    private final String title;
    private final int mlflowStatus;
    private final String mlflowCode;

    ErrorKind(int status, String title, String mlflowCode) {
        this(status, title, status, mlflowCode);
    }

    ErrorKind(int status, String title, int mlflowStatus, String mlflowCode) {
        this.status = status;
        this.title = title;
        this.mlflowStatus = mlflowStatus;
        this.mlflowCode = mlflowCode;
    }

    /** The HTTP status of the JSON API. */
    public int status() {
        return status;
    }

    /** The same for every error of this kind. */
    public String title() {
        return title;
    }

    /** The HTTP status of MLflow's routes, whose clients look at few of them. */
    public int mlflowStatus() {
        return mlflowStatus;
    }

    /** MLflow's {@code error_code} ({@code mlflow/protos/databricks.proto}). */
    public String mlflowCode() {
        return mlflowCode;
    }

    /** Its name in answers, such as {@code wrong_state}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
