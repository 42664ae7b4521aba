"""Datasets as inputs of runs."""

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient

from scenarios import check, scenario


@scenario()
def datasets():
    client = MlflowClient()
    experiment = mlflow.set_experiment("datasets").experiment_id
    rows = pd.DataFrame({"amount": [1.0, 2.5, 4.0], "country": ["de", "fr", "it"], "label": [0, 1, 0]})
    frame = mlflow.data.from_pandas(rows, source="https://example.com/rows.csv", name="rows", targets="label")
    array = mlflow.data.from_numpy(np.arange(12.0).reshape(4, 3), name="numbers", targets=np.arange(4))
    with mlflow.start_run(run_name="training") as run:
        mlflow.log_input(frame, context="training")
        mlflow.log_input(array, context="test", tags={"kind": "arrays"})
        mlflow.log_input(frame, context="training")
    with mlflow.start_run(run_name="other"):
        mlflow.log_input(frame, context="validation")
        mlflow.log_input(mlflow.data.from_pandas(rows))
    read = client.get_run(run.info.run_id)
    inputs = {i.dataset.name: i for i in read.inputs.dataset_inputs}
    check("both inputs", set(inputs) == {"rows", "numbers"})
    check("their context", {t.value for t in inputs["rows"].tags} == {"training"})
    check("the source loads", mlflow.data.get_source(inputs["rows"].dataset).url == "https://example.com/rows.csv")
    for text, count in [
        ("dataset.name = 'rows'", 2),
        ("datasets.name = 'numbers'", 1),
        ("dataset.context = 'training'", 1),
        ("dataset.context = 'training' AND dataset.name = 'rows'", 1),
        ("dataset.name LIKE 'r%'", 2),
        ("dataset.name ILIKE 'ROW%'", 2),
        (f"dataset.digest = '{frame.digest}'", 2),
        ("dataset.name != 'rows'", 2),
        ("dataset.name IN ('rows', 'numbers')", 2),
        ("dataset.context IN ('test')", 1),
        ("dataset.name NOT IN ('rows')", 2),
    ]:
        found = mlflow.search_runs([experiment], text, output_format="list")
        check(f"{len(found)} runs, not {count}, by {text}", len(found) == count)
