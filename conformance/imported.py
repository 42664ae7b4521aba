"""Everything of one server is on another one, as MLflow's own client sees both: imported.py FROM TO."""

import sys

from mlflow import MlflowClient
from mlflow.entities import ViewType

theirs, ours = [MlflowClient(uri, registry_uri=uri) for uri in sys.argv[1:3]]
checks, models = 0, 0


def same(what, one, other):
    global checks
    checks += 1
    assert one == other, f"{what}: {one!r} there, {other!r} here"


def pages(search, **arguments):
    found, token = [], None
    while True:
        page = search(page_token=token, **arguments)
        found += page
        token = page.token
        if not token:
            return found


def artifacts(client, run, path=None):
    files = {}
    for file in client.list_artifacts(run, path):
        if file.is_dir:
            files.update(artifacts(client, run, file.path))
        else:
            files[file.path] = file.file_size or 0
    return files


def without_mark(tags):
    return {key: value for key, value in tags.items() if key != "mayfly.imported"}


for experiment in pages(theirs.search_experiments, view_type=ViewType.ALL):
    mine = ours.get_experiment_by_name(experiment.name)
    same("experiment", (experiment.tags, experiment.creation_time), (mine.tags, mine.creation_time))
    same("stage", experiment.lifecycle_stage, mine.lifecycle_stage)
    for run in pages(theirs.search_runs, experiment_ids=[experiment.experiment_id], run_view_type=ViewType.ALL):
        copy = ours.get_run(run.info.run_id)
        for field in ("run_name", "user_id", "status", "start_time", "end_time", "lifecycle_stage"):
            same(field, getattr(run.info, field), getattr(copy.info, field))
        same("params", run.data.params, copy.data.params)
        same("tags", run.data.tags, without_mark(copy.data.tags))
        same("metrics", str(sorted(run.data.metrics.items())), str(sorted(copy.data.metrics.items())))
        for key in run.data.metrics:
            points = [
                [(str(p.value), p.step, p.timestamp) for p in client.get_metric_history(run.info.run_id, key)]
                for client in (theirs, ours)
            ]
            same(f"history of {key}", *points)
        datasets = [
            sorted((i.dataset.name, i.dataset.digest, str(i.dataset.source), str(i.tags)) for i in r.inputs.dataset_inputs)
            for r in (run, copy)
        ]
        same("datasets", *datasets)
        same("artifacts", *[artifacts(client, run.info.run_id) for client in (theirs, ours)])
    for model in pages(theirs.search_logged_models, experiment_ids=[experiment.experiment_id]):
        copy = ours.get_logged_model(model.model_id)
        for field in ("name", "model_type", "source_run_id", "status", "params", "tags", "creation_timestamp"):
            same(f"logged model's {field}", getattr(model, field), getattr(copy, field))
        same("logged model's metrics", len(model.metrics or []), len(copy.metrics or []))
for model in pages(theirs.search_registered_models):
    models += 1
    copy = ours.get_registered_model(model.name)
    full = theirs.get_registered_model(model.name)
    same("model", (full.description or "", full.tags, full.aliases), (copy.description or "", copy.tags, copy.aliases))
    for version in pages(theirs.search_model_versions, filter_string=f"name = '{model.name}'"):
        mine = ours.get_model_version(model.name, version.version)
        for field in ("current_stage", "run_id", "tags", "creation_timestamp"):
            same(f"version's {field}", getattr(version, field), getattr(mine, field))
assert models and checks > 20, f"only {checks} things to compare, {models} models"
print(f"import: {checks} things are the same here as on the server they came from")
