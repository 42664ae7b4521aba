"""The registry: models registered from everywhere, aliases, stages, tags, copies, and a walk of many."""

import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.pyfunc import PythonModel

from scenarios import VERSION, check, has, pages, post, refused, scenario, since, size


class Doubler(PythonModel):
    def predict(self, context, model_input):
        return model_input * 2


def log_model(name):
    """A small model; generations name the argument otherwise."""
    named = {"name": name} if VERSION >= (3, 0) else {"artifact_path": name}
    return mlflow.pyfunc.log_model(python_model=Doubler(), pip_requirements=["mlflow"], **named)


def doubles(address):
    return list(mlflow.pyfunc.load_model(address).predict(np.array([1, 2]))) == [2, 4]


@scenario(order="any")
def registered_models():
    client = MlflowClient()
    mlflow.set_experiment("registry")
    with mlflow.start_run(run_name="trainer") as run:
        logged = log_model("model")
    run_id = run.info.run_id
    first = mlflow.register_model(f"runs:/{run_id}/model", "doubler", tags={"how": "runs"})
    check("registered by its run", str(first.version) == "1" and first.run_id == run_id)
    second = mlflow.register_model(logged.model_uri, "doubler")
    check("registered by its address", str(second.version) == "2" and second.status == "READY")
    third = client.create_model_version(
        "doubler", f"runs:/{run_id}/model", run_id, tags={"how": "client"}, description="plain"
    )
    check("registered by a plain source", str(third.version) == "3" and third.source == f"runs:/{run_id}/model")
    check("each one loads", all([doubles(f"models:/doubler/{n}") for n in (1, 2)]))
    check("the download address", client.get_model_version_download_uri("doubler", "1") != "")
    client.set_registered_model_alias("doubler", "champion", "1")
    client.set_registered_model_alias("doubler", "challenger", "2")
    check("loads by its alias", doubles("models:/doubler@champion"))
    client.set_registered_model_alias("doubler", "champion", "2")
    check("an alias moves", str(client.get_model_version_by_alias("doubler", "champion").version) == "2")
    check(
        "a model knows its aliases",
        client.get_registered_model("doubler").aliases == {"champion": "2", "challenger": "2"},
    )
    client.delete_registered_model_alias("doubler", "challenger")
    check(
        "an alias gone",
        refused(client.get_model_version_by_alias, "doubler", "challenger") == "INVALID_PARAMETER_VALUE",
    )
    check(
        "loads the latest",
        doubles("models:/doubler/2") and mlflow.models.get_model_info("models:/doubler/1").run_id == run_id,
    )
    client.update_registered_model("doubler", description="doubles *numbers*")
    client.update_model_version("doubler", "1", description="the first")
    client.set_registered_model_tag("doubler", "team", "math")
    client.set_model_version_tag("doubler", "1", "checked", "yes")
    check("descriptions", client.get_model_version("doubler", "1").description == "the first")
    check("tags", client.get_registered_model("doubler").tags == {"team": "math"})
    client.delete_registered_model_tag("doubler", "team")
    client.delete_model_version_tag("doubler", "1", "checked")
    copied = client.copy_model_version("models:/doubler/1", "copy")
    check("a copy", copied.source == "models:/doubler/1" and doubles("models:/copy/1"))
    copied = client.copy_model_version("models:/doubler@champion", "copy")
    check("a second copy", str(copied.version) == "2")
    client.rename_registered_model("copy", "renamed")
    check(
        "renamed",
        [str(v.version) for v in client.search_model_versions("name = 'renamed'", order_by=["version_number ASC"])]
        == ["1", "2"],
    )
    check("the old name", refused(client.get_registered_model, "copy") == "RESOURCE_DOES_NOT_EXIST")
    client.delete_model_version("doubler", "3")
    check("a version gone", refused(client.get_model_version, "doubler", "3") == "RESOURCE_DOES_NOT_EXIST")
    check("gone from the searches", len(client.search_model_versions("name = 'doubler'")) == 2)
    client.delete_registered_model("renamed")
    check("a model gone", refused(client.get_registered_model, "renamed") == "RESOURCE_DOES_NOT_EXIST")
    check("taken", refused(client.create_registered_model, "doubler") == "RESOURCE_ALREADY_EXISTS")


@scenario(order="any")
def registered_while_logged():
    mlflow.set_experiment("registry")
    with mlflow.start_run(run_name="registers"):
        named = {"name": "m"} if VERSION >= (3, 0) else {"artifact_path": "m"}
        for _ in range(2):
            mlflow.pyfunc.log_model(
                python_model=Doubler(), pip_requirements=["mlflow"], registered_model_name="at once", **named
            )
    client = MlflowClient()
    check(
        "two versions", sorted(str(v.version) for v in client.search_model_versions("name = 'at once'")) == ["1", "2"]
    )
    check("the latest of them", [str(v.version) for v in client.get_latest_versions("at once")] == ["2"])
    check("loads the latest by name", doubles("models:/at once/latest"))
    if has(mlflow, "get_logged_model"):
        model = mlflow.search_logged_models(output_format="list")[0]
        check("a logged model", mlflow.get_logged_model(model.model_id).status == "READY")
        version = mlflow.register_model(f"models:/{model.model_id}", "by model id")
        check("registered by its id", version.status == "READY" and doubles("models:/by model id/1"))
    if has(client, "log_model_params"):
        client.log_model_params(model.model_id, {"k": "v"})
    if has(mlflow, "initialize_logged_model"):
        external = mlflow.initialize_logged_model(name="external", tags={"a": "b"}, params={"c": "d"})
        mlflow.finalize_logged_model(external.model_id, "READY")
        check("a model without files", mlflow.get_logged_model(external.model_id).params == {"c": "d"})


@scenario()
def stages():
    client = MlflowClient()
    client.create_registered_model("staged", tags={"a": "b"}, description="with stages")
    for n in range(4):
        client.create_model_version("staged", f"s3://bucket/{n}")
    check("the stages", client.get_model_version_stages("staged", "1") == ["None", "Staging", "Production", "Archived"])
    client.transition_model_version_stage("staged", "1", "Production")
    client.transition_model_version_stage("staged", "2", "staging")
    client.transition_model_version_stage("staged", "3", "Production", archive_existing_versions=True)
    check("archived", client.get_model_version("staged", "1").current_stage == "Archived")
    latest = {v.current_stage: str(v.version) for v in client.get_latest_versions("staged")}
    check("the latest of each", latest == {"Archived": "1", "Staging": "2", "Production": "3", "None": "4"})
    check("of one", [str(v.version) for v in client.get_latest_versions("staged", ["Production"])] == ["3"])
    check("of no stage named", len(client.get_latest_versions("staged", [])) == 4)
    check(
        "a wrong one",
        refused(client.transition_model_version_stage, "staged", "1", "Live") == "INVALID_PARAMETER_VALUE",
    )


@scenario()
def prompts_as_models():
    """What the client does with prompts is registry calls with tags of their own."""
    if not since((2, 21), "prompts"):
        return
    client = MlflowClient()
    mark = {"key": "mlflow.prompt.is_prompt", "value": "true"}
    text = {"key": "mlflow.prompt.text", "value": "hi {{name}}"}
    post("registered-models/create", {"name": "prompt a", "tags": [mark]})
    post("model-versions/create", {"name": "prompt a", "source": "dummy-source", "tags": [mark, text]})
    post("registered-models/create", {"name": "no prompt", "tags": [{**mark, "value": "false"}]})
    names = [m.name for m in client.search_registered_models()]
    check("prompts are hidden", "prompt a" not in names and "no prompt" in names)
    found = client.search_registered_models("tags.`mlflow.prompt.is_prompt` = 'true' AND name LIKE 'prompt%'")
    check("and found when asked for", [m.name for m in found] == ["prompt a"])
    versions = client.search_model_versions("tags.`mlflow.prompt.is_prompt` = 'true'")
    check("among versions", [v.tags["mlflow.prompt.text"] for v in versions if v.name == "prompt a"] == ["hi {{name}}"])


@scenario()
def many_models():
    client = MlflowClient()
    count = size(1000, 100)
    for n in range(count):
        client.create_registered_model(f"walk {n:04}", tags={"even": str(n % 2 == 0)})
        client.create_model_version(f"walk {n:04}", f"s3://bucket/{n}", tags={"n": str(n)})
    names = [f"walk {n:04}" for n in range(count)]
    for each in (count // 3, 1000):
        found, _ = pages(client.search_registered_models, filter_string="name LIKE 'walk %'", max_results=each)
        check(f"a walk of {each} at a time", [m.name for m in found] == names)
    found, _ = pages(
        client.search_registered_models,
        filter_string="name LIKE 'walk %' AND tags.even = 'True'",
        order_by=["name DESC"],
        max_results=30,
    )
    check("half of them, backwards", [m.name for m in found] == names[::2][::-1])
    found, _ = pages(
        client.search_model_versions, filter_string="name LIKE 'walk %'", order_by=["name ASC"], max_results=count // 3
    )
    check("their versions", [v.name for v in found] == names)
    check("all at once", len(client.search_model_versions("name LIKE 'walk %'", order_by=["name"])) == count)
    fluent = mlflow.search_registered_models(filter_string="name LIKE 'walk %'")
    check("fluent", len(fluent) == count)
