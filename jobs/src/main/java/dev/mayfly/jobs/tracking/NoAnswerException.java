package dev.mayfly.jobs.tracking;

/** The tracking server did not answer for as long as the job is willing to wait. */
final class NoAnswerException extends RuntimeException {

    NoAnswerException(String message) {
        super(message);
    }
}
