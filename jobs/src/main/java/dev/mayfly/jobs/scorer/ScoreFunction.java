package dev.mayfly.jobs.scorer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** How inputs become a score from 0 to 1. Immutable. */
public abstract class ScoreFunction {

    private static final int LINEAR = 0;
    private static final int AVERAGED = 1;
    private static final int BOOSTED = 2;

    private ScoreFunction() {}

    abstract double of(double[] row);

    abstract void write(DataOutputStream out) throws IOException;

    static ScoreFunction read(DataInputStream in) throws IOException {
        int kind = in.readInt();
        switch (kind) {
            case LINEAR:
                double intercept = in.readDouble();
                return linear(Numbers.readDoubles(in), intercept);
            case AVERAGED:
                return averaged(Trees.read(in));
            case BOOSTED:
                return boosted(Trees.read(in));
            default:
                throw new IOException("kind of score: " + kind + " (expected: 0, 1 or 2)");
        }
    }

    /** The logistic function of a weighted sum. */
    public static ScoreFunction linear(double[] coefficients, double intercept) {
        return new ScoreFunction() {
            @Override
            double of(double[] row) {
                double sum = 0;
                for (int n = 0; n < coefficients.length; n++) {
                    sum += coefficients[n] * row[n];
                }
                return 1 / (1 + Math.exp(-(sum + intercept)));
            }

            @Override
            void write(DataOutputStream out) throws IOException {
                out.writeInt(LINEAR);
                out.writeDouble(intercept);
                Numbers.write(out, coefficients);
            }
        };
    }

    /** The mean of the trees' values. */
    public static ScoreFunction averaged(Trees trees) {
        return new ScoreFunction() {
            @Override
            double of(double[] row) {
                return trees.sum(row) / trees.count();
            }

            @Override
            void write(DataOutputStream out) throws IOException {
                out.writeInt(AVERAGED);
                trees.write(out);
            }
        };
    }

    /** The logistic function of twice the sum of the trees' values. */
    public static ScoreFunction boosted(Trees trees) {
        return new ScoreFunction() {
            @Override
            double of(double[] row) {
                return 1 / (1 + Math.exp(-2 * trees.sum(row)));
            }

            @Override
            void write(DataOutputStream out) throws IOException {
                out.writeInt(BOOSTED);
                trees.write(out);
            }
        };
    }
}
