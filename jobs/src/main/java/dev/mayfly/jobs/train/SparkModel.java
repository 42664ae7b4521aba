package dev.mayfly.jobs.train;

import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.scorer.Scorer;
import dev.mayfly.jobs.tracking.TrackingClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A pipeline model as MLflow's {@code spark} flavor stores it: {@code sparkml/} as Spark writes it, and beside it {@code
 * MLmodel}, an example of its inputs with their scores, and the files that name its environment. Stored means: uploaded, read back byte by byte, loaded and scored.
 */
final class SparkModel {

    private static final String MLFLOW_VERSION = "2.17.2";
    private static final String PYTHON_VERSION = "3.11.10";
    private static final double CLOSE_ENOUGH = 1e-12;
    /** The tolerance for figures that are computed in another order. */
    private static final double CLOSE = 1e-9;

    private static final int ROUNDS = 51;

    private final SparkSession spark;
    private final Path work;

    /**
     * @param work a folder for temporary files that driver and executors share
     */
    SparkModel(SparkSession spark, String work) {
        this.spark = spark;
        this.work = new Path(work, "mayfly-model-" + UUID.randomUUID());
    }

    /**
     * Stores a model under a location and proves that it can be used from there; where the server does not answer, that
     * it can be used as it is kept. Returns the number of files.
     *
     * @param sample rows to score with the model at hand, the one read back and the one without Spark
     * @param metrics receives the time that the model without Spark takes for a row
     * @throws IllegalStateException if the model that is read back differs from the one stored
     */
    int store(
            FinalModel trained,
            TrackingClient client,
            String location,
            Dataset<Row> sample,
            Map<String, Double> metrics)
            throws IOException {
        PipelineModel model = trained.pipeline();
        ModelFiles saved = files("saved");
        model.write().overwrite().save(new Path(work, "saved/sparkml").toString());
        long bytes = saved.bytes();
        saved.write("MLmodel", text(mlModel(client.runId(), bytes)));
        ScoredExample example = ScoredExample.of(model, sample);
        saved.write(ScoredExample.INPUTS, text(example.inputs()));
        saved.write(ScoredExample.SERVING_INPUTS, text(example.servingInputs()));
        saved.write(ScoredExample.SCORES, text(example.scores()));
        saved.write(Scorer.FILE, scorerBytes(trained.scorer()));
        saved.write("requirements.txt", text(requirements()));
        saved.write("conda.yaml", text(condaYaml()));
        saved.write("python_env.yaml", text(pythonEnvYaml()));
        int count = saved.upload(client, location);

        boolean isReadBack = client.ask(() -> readBack(saved, client, location)).isPresent();
        compareScores(model, load(isReadBack ? "back" : "saved"), sample);
        metrics.put("scoring_microseconds", compareScorer(model, trained.scorer(), sample));
        return count;
    }

    /** Reads the stored files back; throws {@link IllegalStateException} if they differ. Returns them. */
    private ModelFiles readBack(ModelFiles saved, TrackingClient client, String location) throws IOException {
        ModelFiles back = files("back");
        back.download(client, location);
        Map<String, String> sent = saved.digests();
        Map<String, String> received = back.digests();
        if (!sent.equals(received)) {
            throw new IllegalStateException("model read back from " + location + ": files " + received.keySet()
                    + " (expected: the same bytes as " + sent.keySet() + ")");
        }
        return back;
    }

    private static byte[] scorerBytes(Scorer scorer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        scorer.write(bytes);
        return bytes.toByteArray();
    }

    /** Returns how many microseconds a row takes without Spark: the median of repeated rounds over the sample. */
    private static double compareScorer(PipelineModel model, Scorer scorer, Dataset<Row> sample) throws IOException {
        Scorer readBack = Scorer.read(new ByteArrayInputStream(scorerBytes(scorer)));
        List<Row> rows = model.transform(sample).collectAsList();
        double[][] inputs = new double[rows.size()][];
        for (int n = 0; n < inputs.length; n++) {
            Row row = rows.get(n);
            inputs[n] = Features.names().stream()
                    .mapToDouble(name -> row.<Number>getAs(name).doubleValue())
                    .toArray();
            double score = readBack.score(inputs[n]);
            double wanted = row.<Vector>getAs("probability").apply(1);
            double probability = readBack.probability(score);
            double wantedProbability = row.<Double>getAs(Scorer.PROBABILITY);
            if (Math.abs(score - wanted) > CLOSE || Math.abs(probability - wantedProbability) > CLOSE) {
                throw new IllegalStateException("the model without Spark scored " + score + " and " + probability
                        + " (expected: " + wanted + " and " + wantedProbability + ", as Spark)");
            }
        }
        double[] rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long before = System.nanoTime();
            for (double[] input : inputs) {
                readBack.probability(readBack.score(input));
            }
            rounds[round] = (System.nanoTime() - before) / 1e3 / inputs.length;
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }

    /** Reads a stored model. */
    PipelineModel read(TrackingClient client, String location) throws IOException {
        String name = "read-" + UUID.randomUUID();
        files(name).download(client, location);
        return load(name);
    }

    /** Removes the temporary files. */
    void cleanUp() throws IOException {
        work.getFileSystem(configuration()).delete(work, true);
    }

    private PipelineModel load(String name) {
        return PipelineModel.load(new Path(work, name + "/sparkml").toString());
    }

    private void compareScores(PipelineModel model, PipelineModel readBack, Dataset<Row> sample) {
        Row[] expected = (Row[]) model.transform(sample).select("probability").collect();
        Row[] got = (Row[]) readBack.transform(sample).select("probability").collect();
        if (expected.length == 0 || expected.length != got.length) {
            throw new IllegalStateException(
                    "model read back scored " + got.length + " rows (expected: " + expected.length + ", at least 1)");
        }
        for (int n = 0; n < expected.length; n++) {
            double wanted = ((Vector) expected[n].get(0)).apply(1);
            double scored = ((Vector) got[n].get(0)).apply(1);
            if (Math.abs(wanted - scored) > CLOSE_ENOUGH) {
                throw new IllegalStateException("model read back scored " + scored + " (expected: " + wanted + ")");
            }
        }
    }

    private ModelFiles files(String name) throws IOException {
        return new ModelFiles(new Path(work, name), configuration());
    }

    private Configuration configuration() {
        return spark.sparkContext().hadoopConfiguration();
    }

    private String mlModel(String runId, long bytes) {
        StringBuilder inputs = new StringBuilder("[");
        for (String name : Features.names()) {
            inputs.append(inputs.length() == 1 ? "" : ", ")
                    .append("{\"type\": \"double\", \"name\": \"")
                    .append(name)
                    .append("\", \"required\": true}");
        }
        inputs.append(']');
        String now = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        return String.join(
                "\n",
                "artifact_path: model",
                "flavors:",
                "  python_function:",
                "    data: sparkml",
                "    env:",
                "      conda: conda.yaml",
                "      virtualenv: python_env.yaml",
                "    loader_module: mlflow.spark",
                "    python_version: " + PYTHON_VERSION,
                "  spark:",
                "    code: null",
                "    model_class: pyspark.ml.pipeline.PipelineModel",
                "    model_data: sparkml",
                "    pyspark_version: " + spark.version(),
                "mlflow_version: " + MLFLOW_VERSION,
                "model_size_bytes: " + bytes,
                "model_uuid: " + UUID.randomUUID().toString().replace("-", ""),
                "run_id: " + runId,
                "saved_input_example_info:",
                "  artifact_path: " + ScoredExample.INPUTS,
                "  pandas_orient: split",
                "  serving_input_path: " + ScoredExample.SERVING_INPUTS,
                "  type: dataframe",
                "signature:",
                "  inputs: '" + inputs + "'",
                "  outputs: '[{\"type\": \"double\", \"required\": true}]'",
                "  params: null",
                "utc_time_created: '" + now + "'",
                "");
    }

    private String requirements() {
        return "mlflow==" + MLFLOW_VERSION + "\npyspark==" + spark.version() + "\n";
    }

    private String condaYaml() {
        return String.join(
                "\n",
                "channels:",
                "- conda-forge",
                "dependencies:",
                "- python=" + PYTHON_VERSION,
                "- pip<=24.2",
                "- pip:",
                "  - mlflow==" + MLFLOW_VERSION,
                "  - pyspark==" + spark.version(),
                "name: mlflow-env",
                "");
    }

    private static String pythonEnvYaml() {
        return String.join(
                "\n",
                "python: " + PYTHON_VERSION,
                "build_dependencies:",
                "- pip==24.2",
                "- setuptools",
                "- wheel==0.44.0",
                "dependencies:",
                "- -r requirements.txt",
                "");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
