"""A data scientist's day with MLflow's own client: day.py URL. Prints each part with its seconds, a line each."""

import os
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
os.environ["MLFLOW_TRACKING_URI"] = sys.argv[1]
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
os.environ["GIT_PYTHON_REFRESH"] = "quiet"

import logging

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from sklearn.linear_model import LogisticRegression

logging.getLogger("mlflow").setLevel(logging.ERROR)
client = MlflowClient()
name = f"day-{time.time_ns()}"
experiment = mlflow.set_experiment(name).experiment_id
rows = pd.DataFrame(np.random.default_rng(1).normal(size=(200, 5)), columns=list("abcde"))
labels = (rows.a > 0).astype(int)
parts = []


def part(work):
    parts.append(work)
    return work


@part
def first_minute():
    for n in range(20):
        with mlflow.start_run(run_name=f"first-{n}"):
            mlflow.log_param("depth", n)
            mlflow.log_params({"trees": 100, "rate": 0.1})
            mlflow.log_metric("auc", 0.9)
            mlflow.log_metrics({"ap": 0.7, "loss": 0.1})
            mlflow.set_tag("team", "risk")


@part
def epochs():
    with mlflow.start_run(run_name="epochs"):
        for step in range(200):
            mlflow.log_metric("loss", 1 / (1 + step), step=step)


@part
def autologging():
    mlflow.sklearn.autolog(log_datasets=True, registered_model_name=name)
    with mlflow.start_run(run_name="auto"):  # most of it is the client, which looks up what the model needs
        LogisticRegression().fit(rows, labels)
    mlflow.sklearn.autolog(disable=True)


@part
def trials():
    with mlflow.start_run(run_name="search"):
        for depth in range(30):
            with mlflow.start_run(run_name=f"trial-{depth}", nested=True):
                mlflow.log_params({"depth": depth})
                mlflow.log_metrics({"auc": depth / 30})


@part
def small_files_up():
    with tempfile.TemporaryDirectory() as folder:
        for n in range(300):
            with open(os.path.join(folder, f"part-{n}.json"), "w") as file:
                file.write("{}" * 500)
        with mlflow.start_run(run_name="files"):
            mlflow.log_artifacts(folder, "parts")
            for n in range(20):
                mlflow.log_dict({"n": n}, f"dicts/{n}.json")


@part
def small_files_down():
    run = client.search_runs([experiment], "run_name = 'files'")[0].info.run_id
    with tempfile.TemporaryDirectory() as folder:
        mlflow.artifacts.download_artifacts(run_id=run, artifact_path="parts", dst_path=folder)


@part
def searches():
    for _ in range(10):
        mlflow.search_runs([experiment], "metrics.auc > 0.5", order_by=["metrics.auc DESC"])
        mlflow.search_runs([experiment], "params.depth = '3' and tags.team = 'risk'")
        client.search_experiments()
        client.search_registered_models()
        client.search_model_versions(f"name = '{name}'")
    run = client.search_runs([experiment], "run_name = 'epochs'")[0].info.run_id
    for _ in range(10):
        client.get_metric_history(run, "loss")


@part
def registering_and_loading():
    client.set_registered_model_alias(name, "champion", 1)
    for _ in range(5):
        mlflow.pyfunc.load_model(f"models:/{name}@champion").predict(rows)


@part
def file_of_500_mb_up():
    with open(large, "wb") as file:
        for _ in range(500):
            file.write(os.urandom(1 << 20))
    with mlflow.start_run(run_name="large"):
        begin = time.perf_counter()
        mlflow.log_artifact(large)
        return time.perf_counter() - begin


@part
def file_of_500_mb_down():
    run = client.search_runs([experiment], "run_name = 'large'")[0].info.run_id
    os.remove(large)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        mlflow.artifacts.download_artifacts(run_id=run, artifact_path="large.bin", dst_path=folder)
        return time.perf_counter() - begin


with tempfile.TemporaryDirectory() as scratch:
    large = os.path.join(scratch, "large.bin")
    with mlflow.start_run(run_name="warm"):  # the client's own first call of each kind is not the server's
        mlflow.log_metric("auc", 0)
    for work in parts:
        begin = time.perf_counter()
        seconds = work() or time.perf_counter() - begin
        print(f"{work.__name__} {seconds:.4f}", flush=True)
