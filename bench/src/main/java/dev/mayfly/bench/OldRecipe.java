package dev.mayfly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What the replaced system did, written again plainly: cleaning with one count of nulls per column, local files that are then copied to
 * their place; training on raw columns with a random split and a cross-validation of 4 candidates by 3 folds, nothing cached.
 * Arguments: {@code clean INPUT OUTPUT} or {@code train INPUT MODEL}; with any other it only starts Spark.
 */
final class OldRecipe {

    private static final StructType SCHEMA = new StructType()
            .add("transaction_id", DataTypes.LongType)
            .add("tx_datetime", DataTypes.TimestampType)
            .add("customer_id", DataTypes.LongType)
            .add("terminal_id", DataTypes.LongType)
            .add("tx_amount", DataTypes.DoubleType)
            .add("tx_time_seconds", DataTypes.LongType)
            .add("tx_time_days", DataTypes.LongType)
            .add("tx_fraud", DataTypes.IntegerType)
            .add("tx_fraud_scenario", DataTypes.IntegerType);

    private OldRecipe() {}

    public static void main(String[] arguments) throws IOException {
        SparkSession spark = SparkSession.builder()
                .config("spark.sql.session.timeZone", "UTC")
                // What isn't a time in Java's calendar, such as 24:00:00, is null.
                .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
                .getOrCreate();
        switch (arguments[0]) {
            case "clean" -> clean(spark, arguments[1], Path.of(arguments[2]));
            case "train" -> train(spark, arguments[1], Path.of(arguments[2]));
            default -> System.out.println(spark.range(1).count());
        }
        spark.stop();
    }

    private static void clean(SparkSession spark, String input, Path output) throws IOException {
        Dataset<Row> rows = spark.read()
                .schema(SCHEMA)
                .option("comment", "#")
                .csv(input.split(",", -1))
                .na()
                .drop("all");
        for (String column : SCHEMA.fieldNames()) {
            System.out.println(
                    column + ": " + rows.filter(functions.col(column).isNull()).count() + " nulls");
        }
        Column isWrong =
                functions.col("customer_id").lt(0).or(functions.col("tx_amount").lt(0));
        Dataset<Row> clean = rows.na().drop().filter(functions.not(isWrong)).dropDuplicates("transaction_id");
        Path local = Files.createTempDirectory("old-recipe");
        clean.write().parquet(local.resolve("clean").toString());
        copy(local.resolve("clean"), output.resolve("clean"));
        System.out.println(
                spark.read().parquet(output.resolve("clean").toString()).count() + " rows");
    }

    private static void train(SparkSession spark, String input, Path model) throws IOException {
        Dataset<Row> rows = spark.read()
                .parquet(input)
                .withColumn("label", functions.col("tx_fraud").cast("double"));
        Dataset<Row>[] parts = rows.randomSplit(new double[] {0.8, 0.2}, 42);
        VectorAssembler assembler = new VectorAssembler()
                .setInputCols(new String[] {"tx_amount", "tx_seconds", "customer_id"})
                .setOutputCol("features");
        RandomForestClassifier forest = new RandomForestClassifier();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(forest.numTrees(), new int[] {20, 50})
                .addGrid(forest.maxDepth(), new int[] {5, 10})
                .build();
        BinaryClassificationEvaluator evaluator = new BinaryClassificationEvaluator();
        CrossValidatorModel found = new CrossValidator()
                .setEstimator(new Pipeline().setStages(new PipelineStage[] {assembler, forest}))
                .setEstimatorParamMaps(grid)
                .setEvaluator(evaluator)
                .setNumFolds(3)
                .setSeed(42)
                .fit(parts[0]);
        System.out.println("area under ROC on the random test split: " + evaluator.evaluate(found.transform(parts[1])));
        Path local = Files.createTempDirectory("old-recipe");
        found.write().save(local.resolve("model").toString());
        copy(local.resolve("model"), model);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
