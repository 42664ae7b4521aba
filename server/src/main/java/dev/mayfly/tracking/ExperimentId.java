package dev.mayfly.tracking;

import dev.mayfly.problem.Refused;

/** The identity of an experiment; a whole number in text, as MLflow has it. */
public record ExperimentId(long value) {

    /** The experiment of clients that name none; it is there from the first start on, and never purged. */
    public static final ExperimentId DEFAULT = new ExperimentId(0);

    /** Throws {@link Refused} if the text is not a whole number. */
    public static ExperimentId parse(String text) {
        try {
            return new ExperimentId(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw Refused.invalid("Invalid experiment ID '" + text + "' (expected: a whole number)");
        }
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
