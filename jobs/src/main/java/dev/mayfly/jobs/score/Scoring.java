package dev.mayfly.jobs.score;

import dev.mayfly.jobs.scorer.Scorer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Adds a scorer's results to rows that have its inputs. */
public final class Scoring {

    /** The column of the probability before calibration, which ranks. */
    public static final String SCORE = "score";

    /** The column of the alert: true above the threshold. */
    public static final String ALERT = "alert";

    private Scoring() {}

    /** Rows with {@link #SCORE}, {@link Scorer#PROBABILITY} and {@link #ALERT}. */
    public static Dataset<Row> scored(Dataset<Row> rows, Scorer scorer) {
        int[] inputs = scorer.inputs().stream()
                .mapToInt(name -> rows.schema().fieldIndex(name))
                .toArray();
        StructType schema = rows.schema()
                .add(SCORE, DataTypes.DoubleType, false)
                .add(Scorer.PROBABILITY, DataTypes.DoubleType, false)
                .add(ALERT, DataTypes.BooleanType, false);
        byte[] model = bytes(scorer);
        return rows.sparkSession()
                .createDataFrame(rows.javaRDD().mapPartitions(all -> scored(all, read(model), inputs)), schema);
    }

    private static Iterator<Row> scored(Iterator<Row> rows, Scorer scorer, int[] inputs) {
        double[] values = new double[inputs.length];
        return new Iterator<Row>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                Row row = rows.next();
                for (int n = 0; n < inputs.length; n++) {
                    values[n] = ((Number) row.get(inputs[n])).doubleValue();
                }
                double score = scorer.score(values);
                Object[] all = new Object[row.size() + 3];
                for (int n = 0; n < row.size(); n++) {
                    all[n] = row.get(n);
                }
                all[row.size()] = score;
                all[row.size() + 1] = scorer.probability(score);
                all[row.size() + 2] = score > scorer.threshold();
                return RowFactory.create(all);
            }
        };
    }

    private static byte[] bytes(Scorer scorer) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            scorer.write(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Scorer read(byte[] model) {
        try {
            return Scorer.read(new ByteArrayInputStream(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
