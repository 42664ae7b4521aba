"""Artifacts of every kind, logged and loaded again."""

import hashlib
import os
import pathlib
import tempfile

import mlflow
import numpy as np
from mlflow import MlflowClient

from scenarios import check, refused, scenario, since, size


def contents(folder):
    root = pathlib.Path(folder)
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in root.rglob("*") if p.is_file()
    }


@scenario(order="any")
def kinds_of_files():
    import matplotlib.pyplot as plt

    client = MlflowClient()
    mlflow.set_experiment("files")
    with mlflow.start_run(run_name="files") as run:
        mlflow.log_text("hello", "notes/a b.txt")
        mlflow.log_text("<b>grüß</b>", "page.html")
        mlflow.log_dict({"a": [1, 2.5, None]}, "dict.json")
        mlflow.log_dict({"a": {"b": "c"}}, "dict.yaml")
        figure = plt.figure()
        figure.subplots().plot([1, 3, 2])
        mlflow.log_figure(figure, "figures/line.png")
        plt.close(figure)
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), "black.png")
        mlflow.log_table({"question": ["a", "b"], "n": [1, 2]}, "table.json")
        mlflow.log_table({"question": ["c"], "n": [3]}, "table.json")
        pathlib.Path("some.csv").write_text("a,b\n1,2\n")
        mlflow.log_artifact("some.csv", "data")
        pathlib.Path("empty").write_bytes(b"")
        mlflow.log_artifact("empty")
    address = f"runs:/{run.info.run_id}"
    check("a text", mlflow.artifacts.load_text(f"{address}/notes/a b.txt") == "hello")
    check("a page", mlflow.artifacts.load_text(f"{address}/page.html") == "<b>grüß</b>")
    check("a dictionary", mlflow.artifacts.load_dict(f"{address}/dict.json") == {"a": [1, 2.5, None]})
    check("a figure", mlflow.artifacts.load_image(f"{address}/figures/line.png").size[0] > 100)
    check("an image", mlflow.artifacts.load_image(f"{address}/black.png").size == (8, 8))
    table = mlflow.load_table("table.json", run_ids=[run.info.run_id], extra_columns=["run_id"])
    check("a table, logged twice", list(table["n"]) == [1, 2, 3])
    back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="", dst_path="back")
    check("all come down", {"notes/a b.txt", "empty", "data/some.csv"} <= set(contents(back)))
    check("one that is not there", refused(mlflow.artifacts.load_text, f"{address}/none.txt") is not None)
    check("a file alone", open(client.download_artifacts(run.info.run_id, "data/some.csv")).read() == "a,b\n1,2\n")


@scenario(order="none")
def images_of_steps():
    """Their names have % signs in them, up to MLflow 2; its own server then stores them under other names."""
    mlflow.set_experiment("files")
    with mlflow.start_run(run_name="images") as run:
        for step in range(2):
            mlflow.log_image(np.full((8, 8, 3), step, dtype=np.uint8), key="steps", step=step)
    listed = MlflowClient().list_artifacts(run.info.run_id, "images")
    check("an image per step, large and small", len(listed) == 4)
    if since((3, 0), "images of steps, fetched"):
        fetched = [mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/{f.path}") for f in listed]
        check("they come back", all(image.size[0] > 0 for image in fetched))


@scenario(order="any")
def many_files():
    count = size(5000, 300)
    mlflow.set_experiment("files")
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run(run_name="many files") as run:
        for n in range(count):
            path = os.path.join(folder, f"{n % 10}", f"{n:05}.txt")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(f"file {n}\n" * (n % 20))
        mlflow.log_artifacts(folder, "many")
        back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="many")
        check(f"{count} files come back as they were", contents(back) == contents(folder))
    listed = MlflowClient().list_artifacts(run.info.run_id, "many/0")
    check(
        "the list of a folder is whole and in order",
        [f.path for f in listed] == [f"many/0/{n:05}.txt" for n in range(0, count, 10)],
    )
