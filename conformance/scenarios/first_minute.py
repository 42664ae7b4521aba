"""The first minute on an empty server, without any preparation."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType

from scenarios import check, pages, refused, scenario


@scenario()
def empty_server():
    client = MlflowClient()
    check("an empty server has the experiment Default", [e.name for e in mlflow.search_experiments()] == ["Default"])
    check("by id", client.get_experiment("0").name == "Default")
    check("by name", client.get_experiment_by_name("Default").experiment_id == "0")
    check("no runs", len(mlflow.search_runs()) == 0)
    check("no models", list(mlflow.search_registered_models()) == [] and list(client.search_registered_models()) == [])
    check("no versions", list(mlflow.search_model_versions()) == [] and list(client.search_model_versions()) == [])
    check("no model by a filter", list(client.search_registered_models("name LIKE '%'")) == [])
    check("no experiment by this name", client.get_experiment_by_name("none") is None)
    check("unknown run", refused(client.get_run, "0" * 32) == "RESOURCE_DOES_NOT_EXIST")
    check("unknown model", refused(client.get_registered_model, "none") == "RESOURCE_DOES_NOT_EXIST")


@scenario()
def first_run():
    with mlflow.start_run() as run:
        mlflow.log_param("depth", 3)
        mlflow.log_metric("auc", 0.9)
    check("a run without an experiment is in Default", run.info.experiment_id == "0")
    found = mlflow.search_runs()
    check("search_runs finds it", list(found["run_id"]) == [run.info.run_id])
    check("with its param and metric", list(found["params.depth"]) == ["3"] and list(found["metrics.auc"]) == [0.9])
    with mlflow.start_run(run_name="second", tags={"team": "risk"}, description="the *second*"):
        mlflow.log_params({"depth": 4, "empty": ""})
        mlflow.log_metrics({"auc": 0.8, "odd": float("nan")}, step=2)
        mlflow.set_tags({"a": "b", "n": 1})
    check(
        "two of them, newest first", [r.info.run_name for r in mlflow.search_runs(output_format="list")][0] == "second"
    )
    check("last_active_run", mlflow.last_active_run().info.run_name == "second")


@scenario()
def experiments():
    client = MlflowClient()
    made = mlflow.set_experiment("fraud")
    check("set_experiment makes it", made.name == "fraud" and made.lifecycle_stage == "active")
    check("and finds it again", mlflow.set_experiment("fraud").experiment_id == made.experiment_id)
    check("and by id", mlflow.set_experiment(experiment_id=made.experiment_id).name == "fraud")
    other = mlflow.create_experiment("churn", tags={"team": "crm", "mlflow.note.content": "who *leaves*"})
    check("tags", client.get_experiment(other).tags == {"team": "crm", "mlflow.note.content": "who *leaves*"})
    mlflow.set_experiment_tag("k", "v")
    mlflow.set_experiment_tags({"a": "1", "b": "2"})
    client.set_experiment_tag(other, "team", "crm2")
    check("newest first", [e.name for e in mlflow.search_experiments()] == ["churn", "fraud", "Default"])
    client.rename_experiment(other, "churn 2")
    check("renamed", client.get_experiment(other).name == "churn 2")
    check("a taken name", refused(client.create_experiment, "fraud") == "RESOURCE_ALREADY_EXISTS")
    client.delete_experiment(other)
    check("deleted", client.get_experiment(other).lifecycle_stage == "deleted")
    check("its name is still taken", refused(client.create_experiment, "churn 2") == "RESOURCE_ALREADY_EXISTS")
    check("and can't be set", refused(mlflow.set_experiment, "churn 2") == "INVALID_PARAMETER_VALUE")
    deleted = client.search_experiments(view_type=ViewType.DELETED_ONLY)
    check("found among the deleted", [e.name for e in deleted] == ["churn 2"])
    check("no run goes there", refused(client.create_run, other) == "INVALID_PARAMETER_VALUE")
    client.restore_experiment(other)
    check("restored", client.get_experiment(other).lifecycle_stage == "active")
    check("all pages", len(pages(client.search_experiments, max_results=1, view_type=ViewType.ALL)[0]) == 3)


@scenario()
def default_experiment():
    client = MlflowClient()
    client.delete_experiment("0")
    check("Default is deleted", client.get_experiment("0").lifecycle_stage == "deleted")
    check("its runs, too", len(client.search_runs(["0"])) == 0)
    check(
        "among the deleted", [e.name for e in mlflow.search_experiments(view_type=ViewType.DELETED_ONLY)] == ["Default"]
    )
    check("deleted again", refused(client.delete_experiment, "0") == "RESOURCE_DOES_NOT_EXIST")
    client.restore_experiment("0")
    check("Default is restored", client.get_experiment_by_name("Default").lifecycle_stage == "active")
    check("its runs, too", len(client.search_runs(["0"])) == 2)
    client.set_experiment_tag("0", "k", "v")
    check("bears tags", client.get_experiment("0").tags == {"k": "v"})
