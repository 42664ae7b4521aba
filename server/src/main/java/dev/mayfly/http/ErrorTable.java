package dev.mayfly.http;

import dev.mayfly.api.ErrorKind;
import dev.mayfly.api.InvalidRequest;
import dev.mayfly.postgres.DatabaseUnavailable;
import dev.mayfly.postgres.SearchFailed;
import dev.mayfly.postgres.UnstorableValue;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.Unreachable;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts the exceptions of all routes to errors for clients. */
final class ErrorTable {

    private static final Logger log = LoggerFactory.getLogger(ErrorTable.class);

    private ErrorTable() {}

    static Failure of(Exception e, Context request) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof Refused refused) {
            return new Failure(refused.kind(), message, refused.problems());
        }
        if (e instanceof InvalidRequest || e instanceof UnstorableValue) {
            return new Failure(ErrorKind.INVALID, message);
        }
        if (e instanceof HttpResponseException http) {
            return ofServer(http, request);
        }
        if (e instanceof SearchFailed search) {
            return new Failure(search.isBusy() ? ErrorKind.UNAVAILABLE : ErrorKind.INVALID, message);
        }
        if (e instanceof DatabaseUnavailable) {
            return unreachable("the database", message, request);
        }
        if (e instanceof Unreachable unreachable) {
            return unreachable(unreachable.who(), message, request);
        }
        log.error("{} {} failed; answered with an error", request.method(), request.path(), e);
        return isOutOfSpace(e)
                ? new Failure(ErrorKind.STORAGE_FULL, "the server has no space left to store this")
                : new Failure(ErrorKind.INTERNAL, "the server failed; its log says why");
    }

    /** Leaves the reason to the log, because it names addresses and folders. */
    private static Failure unreachable(String who, String reason, Context request) {
        log.error("{} {}: {}; answered with 503", request.method(), request.path(), reason);
        return new Failure(ErrorKind.UNAVAILABLE, who + " can't be reached; try again later");
    }

    private static Failure ofServer(HttpResponseException e, Context request) {
        String what = ": " + request.method() + " " + request.path();
        return switch (e.getStatus()) {
            case 404 -> new Failure(ErrorKind.NO_ENDPOINT, "There is no such endpoint" + what);
            case 413 ->
                new Failure(
                        ErrorKind.TOO_LARGE,
                        "Request body is too large (expected: at most " + HttpServer.LONGEST_BODY + " bytes)" + what);
            default -> new Failure(ErrorKind.UNREADABLE, e.getMessage() + what);
        };
    }

    /** Reads the message, because the JDK reports a full disk in no other way. */
    private static boolean isOutOfSpace(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
                return true;
            }
        }
        return false;
    }
}
