"""Models, datasets, searches and the registry with MLflow's full client. Prints a line per check, and how many passed."""

import hashlib
import os
import sys
import tempfile

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

passed = 0
failed = 0


def check(name, condition):
    global passed, failed
    passed += bool(condition)
    failed += not condition
    print(f"  {'ok  ' if condition else 'FAIL'} {name}")


def refused(call):
    try:
        call()
    except MlflowException as e:
        return e.error_code
    return None


print(f"mlflow {mlflow.__version__}, models, against {os.environ['MLFLOW_TRACKING_URI']}")
client = MlflowClient()
experiment = mlflow.set_experiment("models").experiment_id
rows = pd.DataFrame(np.random.default_rng(1).normal(size=(200, 3)), columns=["amount", "hour", "count"])
labels = (rows.amount + rows.hour > 0).astype(int)
classifier = LogisticRegression().fit(rows, labels)
expected = classifier.predict(rows)

# --- scikit-learn: log, load, register, alias
with mlflow.start_run(run_name="forest") as run:
    logged = mlflow.sklearn.log_model(
        classifier, name="model", signature=infer_signature(rows, expected), input_example=rows.head(3), registered_model_name="forest"
    )
    mlflow.log_metric("auc", 0.9, model_id=logged.model_id)
    dataset = mlflow.data.from_pandas(rows, name="rows")
    mlflow.log_input(dataset, context="training")
check("a logged model is loaded and predicts the same", (mlflow.sklearn.load_model(logged.model_uri).predict(rows) == expected).all())
check("as a pyfunc, too", (mlflow.pyfunc.load_model(logged.model_uri).predict(rows) == expected).all())
check("its signature came along", mlflow.models.get_model_info(logged.model_uri).signature.inputs.input_names() == list(rows.columns))
version = client.get_latest_versions("forest")[0]
check("it was registered as version 1, ready", (version.version, version.status) in ((1, "READY"), ("1", "READY")))
check("the version knows its run", version.run_id == run.info.run_id)
client.set_registered_model_alias("forest", "champion", 1)
check("models:/forest@champion predicts the same", (mlflow.pyfunc.load_model("models:/forest@champion").predict(rows) == expected).all())
check("models:/forest/1 predicts the same", (mlflow.pyfunc.load_model("models:/forest/1").predict(rows) == expected).all())
read = mlflow.get_logged_model(logged.model_id)
check("the logged model is ready, with its metric", read.status == "READY" and [m.value for m in read.metrics] == [0.9])
check("the run says which model it made", [o.model_id for o in client.get_run(run.info.run_id).outputs.model_outputs] == [logged.model_id])
check("logged models are searched", [m.model_id for m in mlflow.search_logged_models([experiment], "metrics.auc > 0.5", output_format="list")] == [logged.model_id])
inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
check("the dataset was noted, with its context", inputs[0].dataset.name == "rows" and inputs[0].tags[0].value == "training")

# --- more versions
copied = client.copy_model_version("models:/forest/1", "forest-copy")
check("a version is copied to another model and loads", (mlflow.pyfunc.load_model("models:/forest-copy/1").predict(rows) == expected).all())
check("the copy knows where it came from", copied.source == "models:/forest/1")
second = mlflow.register_model(logged.model_uri, "forest", tags={"kind": "again"})
check("a second version", str(second.version) == "2")
client.transition_model_version_stage("forest", "2", "Production")
check("stages", [str(v.version) for v in client.get_latest_versions("forest", ["Production"])] == ["2"])
check("versions are searched by tag", [str(v.version) for v in client.search_model_versions("name = 'forest' and tags.kind = 'again'")] == ["2"])
client.delete_model_version("forest", "2")
check("a deleted version is missing", refused(lambda: client.get_model_version("forest", "2")) == "RESOURCE_DOES_NOT_EXIST")
client.update_registered_model("forest", description="trees")
client.rename_registered_model("forest", "wood")
check("a renamed model keeps its alias", str(client.get_model_version_by_alias("wood", "champion").version) == "1")
client.delete_registered_model("wood")
check("a deleted model is missing", refused(lambda: client.get_registered_model("wood")) == "RESOURCE_DOES_NOT_EXIST")

# --- autologging
mlflow.sklearn.autolog(log_datasets=True)
with mlflow.start_run() as auto:
    LogisticRegression(C=3.0).fit(rows, labels)
mlflow.sklearn.autolog(disable=True)
read = client.get_run(auto.info.run_id)
check("autolog noted parameters, metrics and the dataset", read.data.params["C"] == "3.0" and "training_score" in read.data.metrics and read.inputs.dataset_inputs)

# --- nested runs, batches, searches
with mlflow.start_run(run_name="parent") as parent:
    for depth in range(3):
        with mlflow.start_run(run_name=f"child-{depth}", nested=True):
            mlflow.log_param("depth", depth)
            mlflow.log_metrics({f"m{n}": n * depth for n in range(300)})
children = mlflow.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'", order_by=["metrics.m299 DESC"])
check("nested runs are found, best first", list(children["params.depth"]) == ["2", "1", "0"])
check("a page at a time gives all", len(mlflow.search_runs([experiment], max_results=2)) == 2 and len(list(mlflow.search_runs([experiment], output_format="list"))) == 6)
check("OR and NOT, beyond MLflow", len(mlflow.search_runs([experiment], "params.depth = '0' OR NOT metrics.m299 < 500")) == 5)
experiments = client.search_experiments(filter_string="name LIKE 'mod%'")
check("experiments are searched", [e.name for e in experiments] == ["models"])
for value in range(50):
    client.log_metric(parent.info.run_id, "loss", 1 / (1 + value), step=value)
check("a history comes in order", [m.step for m in client.get_metric_history(parent.info.run_id, "loss")] == list(range(50)))

# --- artifacts of all kinds
with tempfile.TemporaryDirectory() as folder:
    big = np.random.default_rng(2).bytes(200_000_000)
    files = {"empty": b"", "a/b/c/deep.txt": b"deep", "odd näme (1) +&=.txt": b"odd", ".hidden": b"h", "big.bin": big}
    for name, content in files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), "wb") as out:
            out.write(content)
    with mlflow.start_run() as stored:
        mlflow.log_artifacts(folder, "files")
        mlflow.log_dict({"a": 1}, "dict.json")
    back = mlflow.artifacts.download_artifacts(run_id=stored.info.run_id, artifact_path="files")
    same = {name: hashlib.sha256(open(os.path.join(back, name), "rb").read()).digest() == hashlib.sha256(content).digest() for name, content in files.items()}
    check("files come back byte by byte: " + ", ".join(n for n in files), all(same.values()) or print(same))
    check("a dictionary", mlflow.artifacts.load_dict(f"runs:/{stored.info.run_id}/dict.json") == {"a": 1})
    listed = {f.path: f.file_size for f in client.list_artifacts(stored.info.run_id, "files")}
    check("sizes are listed", listed["files/big.bin"] == len(big))

# --- what is gone, and back
client.delete_run(stored.info.run_id)
check("a deleted run is not found by searches", stored.info.run_id not in set(mlflow.search_runs([experiment])["run_id"]))
client.restore_run(stored.info.run_id)
check("a restored run is", stored.info.run_id in set(mlflow.search_runs([experiment])["run_id"]))

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
