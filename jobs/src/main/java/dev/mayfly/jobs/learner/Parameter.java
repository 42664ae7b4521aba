package dev.mayfly.jobs.learner;

import java.util.Arrays;

/** A numeric parameter of a learner: its name, default and bounds, and the values that a search tries. Immutable. */
public final class Parameter {

    private final String name;
    private final double usual;
    private final double least;
    private final double most;
    private final double[] choices;

    Parameter(String name, double usual, double least, double most, double... choices) {
        this.name = name;
        this.usual = usual;
        this.least = least;
        this.most = most;
        this.choices = choices;
    }

    public String name() {
        return name;
    }

    double usual() {
        return usual;
    }

    /** What a random search draws from. */
    double[] choices() {
        return choices.clone();
    }

    /**
     * Checks a value.
     *
     * @throws IllegalArgumentException if it is out of bounds
     */
    double checked(double value) {
        if (value >= least && value <= most) {
            return value;
        }
        throw new IllegalArgumentException(
                "parameter " + name + ": " + Candidate.number(value) + " (expected: " + Candidate.number(least) + " to "
                        + Candidate.number(most) + "; a search tries " + Arrays.toString(choices) + ")");
    }
}
