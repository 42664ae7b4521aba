"""A data scientist's plain session with MLflow's own client. Prints a line per check and, at the end, how many passed."""

import os
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

passed = 0
failed = 0


def check(name, condition):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
    print(f"  {'ok  ' if condition else 'FAIL'} {name}")


def refused(call, code):
    try:
        call()
    except MlflowException as e:
        return e.error_code == code
    return False


print(f"mlflow {mlflow.__version__} against {os.environ['MLFLOW_TRACKING_URI']}")
experiment = mlflow.set_experiment("card-fraud-notebook")
check("set_experiment makes an experiment", experiment.name == "card-fraud-notebook")
check("set_experiment finds it again", mlflow.set_experiment("card-fraud-notebook").experiment_id == experiment.experiment_id)

with tempfile.TemporaryDirectory() as folder:
    model = os.path.join(folder, "model")
    os.makedirs(os.path.join(model, "sparkml"))
    files = {"MLmodel": b"flavors: {}\n", "sparkml/_SUCCESS": b"", "sparkml/.part.crc": bytes(range(256))}
    for path, content in files.items():
        with open(os.path.join(model, path), "wb") as out:
            out.write(content)

    with mlflow.start_run(run_name="first") as run:
        mlflow.log_param("trees", 100)
        mlflow.log_params({"depth": 20, "empty": ""})
        mlflow.log_metric("auc", 0.8, step=1)
        mlflow.log_metric("auc", 0.9, step=2)
        mlflow.log_metrics({"ap": 0.6, "odd": float("nan")})
        mlflow.set_tag("team", "risk")
        mlflow.log_text("hello", "notes/a b.txt")
        mlflow.log_artifacts(model, "model")
    client = MlflowClient()
    read = client.get_run(run.info.run_id)
    check("the run is finished and named", read.info.status == "FINISHED" and read.info.run_name == "first")
    check("parameters", read.data.params == {"trees": "100", "depth": "20", "empty": ""})
    check("latest metrics", read.data.metrics["auc"] == 0.9 and read.data.metrics["ap"] == 0.6)
    check("a metric that is no number", read.data.metrics["odd"] != read.data.metrics["odd"])
    check("metric history", [m.value for m in client.get_metric_history(run.info.run_id, "auc")] == [0.8, 0.9])
    check("tags", read.data.tags["team"] == "risk")
    check("a parameter can't change", refused(lambda: client.log_param(run.info.run_id, "trees", 1), "INVALID_PARAMETER_VALUE"))
    check("artifact listing", {f.path for f in client.list_artifacts(run.info.run_id)} == {"notes", "model"})

    found = mlflow.search_runs(
        [experiment.experiment_id], "metrics.auc > 0.85 and params.trees = '100'", output_format="list"
    )
    check("search_runs finds it", [r.info.run_id for r in found] == [run.info.run_id])
    check("search_runs finds nothing else", mlflow.search_runs([experiment.experiment_id], "metrics.auc > 1", output_format="list") == [])

    version = mlflow.register_model(f"runs:/{run.info.run_id}/model", "notebook-model")
    check("register_model", version.version in (1, "1") and version.run_id == run.info.run_id)
    client.set_registered_model_alias("notebook-model", "champion", version.version)
    check("alias", client.get_model_version_by_alias("notebook-model", "champion").version == version.version)
    check("unknown alias", refused(lambda: client.get_model_version_by_alias("notebook-model", "x"), "INVALID_PARAMETER_VALUE"))
    local = mlflow.artifacts.download_artifacts("models:/notebook-model@champion", dst_path=os.path.join(folder, "back"))
    same = all(open(os.path.join(local, p), "rb").read() == c for p, c in files.items())
    check("models:/notebook-model@champion comes back byte by byte", same)
    check("unknown run", refused(lambda: client.get_run("0" * 32), "RESOURCE_DOES_NOT_EXIST"))

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
