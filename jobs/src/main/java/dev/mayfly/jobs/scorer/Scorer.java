package dev.mayfly.jobs.scorer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A model that scores rows without Spark, equal to Spark's scores except for the last digits. Immutable and
 * thread-safe.
 *
 * <p>Its file, {@code scorer.bin}, is gzip over big-endian numbers: magic, version, inputs, threshold, boundaries and
 * values of the calibration, then a {@link ScoreFunction}.
 */
public final class Scorer {

    /** The name of its file in a model's folder. */
    public static final String FILE = "scorer.bin";

    /** The column of the calibrated probability, in every table that has one. */
    public static final String PROBABILITY = "fraud_probability";

    private static final int MAGIC = 0x4d41_5946;
    private static final int VERSION = 1;

    private final List<String> inputs;
    private final double threshold;
    private final double[] boundaries;
    private final double[] values;
    private final ScoreFunction score;

    /**
     * Assembles a scorer.
     *
     * @param inputs the names, in the order of the numbers
     * @param threshold the score above which it alerts
     * @param boundaries ascending scores; between them the calibrated probability is interpolated
     * @param values the probability at each boundary
     */
    public Scorer(List<String> inputs, double threshold, double[] boundaries, double[] values, ScoreFunction score) {
        if (boundaries.length == 0 || boundaries.length != values.length) {
            throw new IllegalArgumentException("calibration: " + boundaries.length + " boundaries and " + values.length
                    + " values (expected: as many of both, at least 1)");
        }
        this.inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
        this.threshold = threshold;
        this.boundaries = boundaries.clone();
        this.values = values.clone();
        this.score = score;
    }

    public List<String> inputs() {
        return inputs;
    }

    /** The score above which it alerts. */
    public double threshold() {
        return threshold;
    }

    /** Returns the probability of fraud before calibration, which ranks rows. */
    public double score(double[] row) {
        if (row.length != inputs.size()) {
            throw new IllegalArgumentException(
                    "inputs: " + row.length + " numbers (expected: " + inputs.size() + ": " + inputs + ")");
        }
        return score.of(row);
    }

    /** The calibrated probability of a score. */
    public double probability(double scored) {
        int found = Arrays.binarySearch(boundaries, scored);
        if (found >= 0) {
            return values[found];
        }
        int above = -found - 1;
        if (above == 0) {
            return values[0];
        }
        if (above == boundaries.length) {
            return values[above - 1];
        }
        double share = (scored - boundaries[above - 1]) / (boundaries[above] - boundaries[above - 1]);
        return values[above - 1] + (values[above] - values[above - 1]) * share;
    }

    public void write(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(new GZIPOutputStream(out));
        data.writeInt(MAGIC);
        data.writeInt(VERSION);
        data.writeInt(inputs.size());
        for (String input : inputs) {
            data.writeUTF(input);
        }
        data.writeDouble(threshold);
        Numbers.write(data, boundaries);
        Numbers.write(data, values);
        score.write(data);
        data.flush();
        data.close();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if it is something else
     */
    public static Scorer read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(new GZIPInputStream(in, 1 << 16));
        int magic = data.readInt();
        int version = data.readInt();
        if (magic != MAGIC || version != VERSION) {
            throw new IOException("scorer file: magic " + Integer.toHexString(magic) + ", version " + version
                    + " (expected: " + Integer.toHexString(MAGIC) + ", version " + VERSION + ")");
        }
        List<String> inputs = new ArrayList<>();
        for (int left = data.readInt(); left > 0; left--) {
            inputs.add(data.readUTF());
        }
        double threshold = data.readDouble();
        double[] boundaries = Numbers.readDoubles(data);
        double[] values = Numbers.readDoubles(data);
        return new Scorer(inputs, threshold, boundaries, values, ScoreFunction.read(data));
    }
}
