"""Spark models with MLflow's client: logged from Python, and the model that Mayfly's own Java job trained (models:/card-fraud@champion)."""

import json
import os
import tempfile

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")

import mlflow
import pandas as pd
import pyspark
from mlflow import MlflowClient
from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.functions import vector_to_array
from pyspark.sql import SparkSession

passed = 0


def check(name, condition):
    global passed
    assert condition, name
    passed += 1
    print(f"  ok   {name}")


def fraud(model, rows):
    scored = model.transform(rows).select(vector_to_array("probability")[1].alias("score"))
    return [row.score for row in scored.collect()]


print(f"mlflow {mlflow.__version__}, pyspark {pyspark.__version__}, against {os.environ['MLFLOW_TRACKING_URI']}")
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
client = MlflowClient()

# --- logged from Python
mlflow.set_experiment("spark")
rows = spark.createDataFrame([(float(n), float(n % 3), float(n > 5)) for n in range(10)], ["a", "b", "label"])
model = Pipeline(stages=[VectorAssembler(inputCols=["a", "b"], outputCol="features"), LogisticRegression()]).fit(rows)
with mlflow.start_run() as run:
    logged = mlflow.spark.log_model(model, "model", registered_model_name="python-spark")
check("a model logged from Python comes back", fraud(mlflow.spark.load_model(logged.model_uri), rows) == fraud(model, rows))
client.set_registered_model_alias("python-spark", "champion", 1)
check("by its alias, too", fraud(mlflow.spark.load_model("models:/python-spark@champion"), rows) == fraud(model, rows))
check(
    "as a pyfunc it predicts the same",
    list(mlflow.pyfunc.load_model(logged.model_uri).predict(rows.select("a", "b").toPandas()))
    == [row.prediction for row in model.transform(rows).collect()],
)

# --- trained and stored by the Java job
folder = mlflow.artifacts.download_artifacts("models:/card-fraud@champion", dst_path=tempfile.mkdtemp())
with open(os.path.join(folder, "input_example.json")) as file:
    example = json.load(file)
with open(os.path.join(folder, "example_scores.json")) as file:
    scores = json.load(file)
frame = pd.DataFrame(example["data"], columns=example["columns"])
champion = mlflow.spark.load_model("models:/card-fraud@champion")
found = fraud(champion, spark.createDataFrame(frame))
check(f"the Java job's model scores {len(scores)} rows here as it did there", max(abs(a - b) for a, b in zip(scores, found, strict=True)) < 1e-12)
predicted = mlflow.pyfunc.load_model("models:/card-fraud@champion").predict(frame)
expected = [row.prediction for row in champion.transform(spark.createDataFrame(frame)).collect()]
check("and loads as a pyfunc that predicts the same", list(predicted) == expected)
check("its signature and its example are known", len(mlflow.models.get_model_info("models:/card-fraud@champion").signature.inputs.inputs) == frame.shape[1])
spark.stop()
print(f"{passed} passed, 0 failed")
