"""Every search and list of the client, with and without arguments, by every attribute, to the last page."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType

from scenarios import check, has, pages, post, refused, scenario, since, some

COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")
LIKES = ("LIKE", "ILIKE")
ODD = ["a_b", "a%b", "a\\b", "A_B", "axb", "ab", 'quote"d', "it's", "back`tick", "ünï", "x y", "50%"]
PATTERNS = ["a_b", "a%b", "a\\_b", "%", "_", "", "%\\%", "A%", "ü%", "Ü%", "%'%", '%"%', "a\\\\b", "__"]


def quoted(text):
    return "'" + text + "'" if "'" not in text else '"' + text + '"'


def tried(search, *arguments, **named):
    """Asked for the sake of the recording: either answer will do here."""
    code = refused(search, *arguments, **named)
    check(f"{named or arguments}: {code}", code in (None, "INVALID_PARAMETER_VALUE", "BAD_REQUEST", "INTERNAL_ERROR"))


@scenario()
def experiment_searches():
    client = MlflowClient()
    ids = [client.create_experiment(f"s {name}", tags={"odd": name, "n": str(n)}) for n, name in enumerate(ODD)]
    client.delete_experiment(ids[1])
    check("without arguments", len(client.search_experiments()) >= len(ODD) - 1)
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        mlflow.search_experiments(view_type=view)
    for comparator in COMPARATORS:
        tried(client.search_experiments, filter_string=f"name {comparator} 's ab'")
        tried(client.search_experiments, filter_string=f"tags.n {comparator} '1'")
        for time in ("creation_time", "last_update_time"):
            tried(client.search_experiments, filter_string=f"{time} {comparator} 1000")
    for like in LIKES:
        for pattern in some(PATTERNS):
            tried(client.search_experiments, filter_string=f"name {like} {quoted('s ' + pattern)}")
            tried(client.search_experiments, filter_string=f"tags.odd {like} {quoted(pattern)}")
    for name in some(ODD):
        found = client.search_experiments(filter_string=f"name = {quoted('s ' + name)}", view_type=ViewType.ALL)
        check(f"by the name {name}", [e.name for e in found] == [f"s {name}"])
    for text in (
        "attribute.name = 's ab'",
        "attributes.name = 's ab'",
        "experiment.name = 's ab'",
        "`name` = 's ab'",
        '"name" = "s ab"',
        "tag.`odd` = 'ab'",
        "tags.\"odd\" = 'ab'",
        "tags.odd = 'ab' AND tags.n = '5'",
        "tags.odd = 'ab' and name LIKE 's%'",
        "name IN ('s ab')",
        "tags.odd IS NULL",
        "tags.odd IS NOT NULL",
        "tags.none != 'x'",
        "experiment_id = '1'",
        "lifecycle_stage = 'active'",
        "name = ''",
        "name = 's ab' OR name = 's axb'",
        "NOT name = 's ab'",
        "creation_time > '1000'",
        "last_update_time >= 0 AND creation_time >= 0",
        "artifact_location = 'x'",
        "tags.a.b = 'c'",
        "tags.mlflow.note.content LIKE '%'",
    ):
        tried(client.search_experiments, filter_string=text, view_type=ViewType.ALL)
    for key in (
        "name",
        "creation_time",
        "last_update_time",
        "experiment_id",
        "tags.n",
        "lifecycle_stage",
        "attribute.name",
    ):
        for order in ("", " ASC", " DESC", " asc", " desc"):
            tried(client.search_experiments, order_by=[f"{key}{order}"], filter_string="name LIKE 's %'")
    client.search_experiments(order_by=["name DESC", "creation_time"])
    for each in (1, 5, 100):
        found, count = pages(
            client.search_experiments, max_results=each, filter_string="name LIKE 's %'", order_by=["name"]
        )
        check(f"pages of {each}", [e.name for e in found] == sorted(f"s {n}" for n in ODD if n != "a%b"))
        check(f"number of pages of {each}", count == -(-len(found) // each))


def searched_runs(client):
    experiment = client.create_experiment("searched runs")
    runs = []
    for n, name in enumerate(ODD):
        run = client.create_run(experiment, start_time=1000 + n // 2 * 2, run_name=f"r {name}").info.run_id
        client.log_batch(
            run,
            metrics=[Metric("auc", n // 3, 1000 + n, 0), Metric("a b", n, 1000, 0), Metric("odd/m.x-1", -n, 1000, 0)],
            params=[Param("odd", name), Param("same", "x"), Param("a b", str(n)), Param("n", str(n % 4))],
            tags=[RunTag("odd", name), RunTag("a.b", str(n)), RunTag("n", str(n % 4))],
        )
        if n % 4:
            client.set_terminated(run, ("FINISHED", "FAILED", "KILLED")[n % 4 - 1], end_time=5000 - n)
        runs.append(run)
    client.log_metric(runs[0], "only", 1, timestamp=1000)
    client.log_metric(runs[1], "only", float("nan"), timestamp=1000)
    client.log_metric(runs[2], "only", float("inf"), timestamp=1000)
    client.delete_run(runs[-1])
    return experiment, runs


def unique(order):
    """A page breaks ties by run id, which is by chance; with a second metric, there are none."""
    return order + ["metrics.`a b` ASC"]


@scenario()
def run_searches():
    client = MlflowClient()
    experiment, runs = searched_runs(client)

    def ask(text="", order=(), **named):
        tried(client.search_runs, [experiment], text, order_by=unique(list(order)), **named)

    check("all but the deleted", len(client.search_runs([experiment], order_by=unique([]))) == len(ODD) - 1)
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        ask(run_view_type=view)
    for comparator in COMPARATORS:
        for key, value in some(
            (
                ("metrics.auc", "1"),
                ("metrics.only", "0"),
                ("metrics.`a b`", "3"),
                ('metrics."odd/m.x-1"', "-3"),
                ("start_time", "1004"),
                ("end_time", "4997"),
                ("attributes.start_time", "1004"),
                ("params.n", "'2'"),
                ("tags.n", "'2'"),
                ("tags.`a.b`", "'2'"),
                ("status", "'FINISHED'"),
                ("attributes.run_name", "'r ab'"),
                ("run_id", f"'{runs[0]}'"),
                ("artifact_uri", "'x'"),
                ("user_id", "'ann'"),
                ("lifecycle_stage", "'active'"),
                ("params.odd", "'ab'"),
                ("tags.none", "'x'"),
                ("params.none", "'x'"),
            )
        ):
            ask(f"{key} {comparator} {value}")
    for like in LIKES:
        for pattern in some(PATTERNS):
            ask(f"params.odd {like} {quoted(pattern)}")
            ask(f"tags.odd {like} {quoted(pattern)}")
            ask(f"attributes.run_name {like} {quoted('r ' + pattern)}")
        ask(f"status {like} 'FIN%'")
        ask(f"artifact_uri {like} '%artifacts'")
        ask(f"user_id {like} 'A%'")
    for name in some(ODD):
        ask(f"params.odd = {quoted(name)}")
        ask(f"tags.odd != {quoted(name)}")
        ask(f"run_name = {quoted('r ' + name)}")
    for text in (
        f"run_id IN {(runs[0],)}",
        f"run_id IN {tuple(runs[:2])}",
        f"attribute.run_id NOT IN {tuple(runs[:2])}",
        "run_id IN ('x')",
        f"run_id in ('{runs[0]}', '{runs[1]}')",
        "attributes.run_name IN ('r ab')",
        "status IN ('FINISHED')",
        "params.n IN ('1', '2')",
        "params.none IS NULL",
        "params.none IS NOT NULL",
        "tags.none IS NULL",
        "tags.n IS NOT NULL",
        "metrics.only IS NULL",
        "`start_time` > 0",
        "attr.start_time > 0",
        "run.start_time > 0",
        "param.n = '1'",
        "parameter.n = '1'",
        "tag.n = '1'",
        "metric.auc = 1",
        "metrics.auc = 1.0",
        "metrics.auc = 1e0",
        "metrics.auc > -1",
        "metrics.auc = NaN",
        "metrics.auc = '1'",
        "metrics.auc > 0 AND params.n = '1' AND tags.n = '1' AND status = 'FINISHED'",
        "metrics.auc > 0 and metrics.auc < 2",
        "params.n = '1' AND params.n = '2'",
        "params.\"a b\" = '1'",
        "params.`a b` = '1'",
        "params.a b = '1'",
        "tags.a.b = '1'",
        "Created > 0",
        "created = 1000",
        "`Run Name` = 'r ab'",
        "run name = 'r ab'",
        "`Duration` > 0",
        "User = 'ann'",
        "Name = 'x'",
        "Source = 'x'",
        "Start_Time > 0",
        "inputs.x = 'y'",
        "dataset.name = 'x'",
        "  ",
        "params.n='1'",
        "params.n ='1'AND tags.n= '1'",
    ):
        ask(text)
    for key in some(
        (
            "start_time",
            "end_time",
            "status",
            "run_id",
            "run_name",
            "user_id",
            "artifact_uri",
            "lifecycle_stage",
            "metrics.auc",
            "metrics.only",
            "metrics.none",
            "params.odd",
            "params.n",
            "params.same",
            "tags.odd",
            "tags.n",
            "tags.none",
            "tags.`a.b`",
            "attributes.start_time",
            "attribute.end_time",
            "`metrics.auc`",
            "metrics.`a b`",
            "created",
            "`Run Name`",
            "duration",
            'metrics."odd/m.x-1"',
            "dataset.name",
            "attributes.run_id",
            "experiment_id",
        )
    ):
        for order in ("", " ASC", " DESC"):
            if "run_id" not in key and "artifact_uri" not in key:
                ask(order=[f"{key}{order}"])
    ask(order=["params.n DESC", "start_time ASC", "metrics.auc desc"])
    for each in (1, 4, 1000):
        found, count = pages(
            client.search_runs, experiment_ids=[experiment], max_results=each, order_by=unique(["params.n DESC"])
        )
        check(f"pages of {each}", len({r.info.run_id for r in found}) == len(found) == len(ODD) - 1)
    frame = mlflow.search_runs([experiment], order_by=unique([]))
    check("as a frame", len(frame) == len(ODD) - 1 and list(frame["params.odd"]) == ODD[:-1])
    check(
        "by the experiment's name",
        len(mlflow.search_runs(experiment_names=["searched runs"], order_by=unique([]))) == len(frame),
    )
    check(
        "of all",
        len(mlflow.search_runs(search_all_experiments=True, filter_string="params.same = 'x'", order_by=unique([])))
        == len(frame),
    )
    check("of none", len(mlflow.search_runs(experiment_names=["no such"])) == 0)
    check("the first", len(mlflow.search_runs([experiment], max_results=3, order_by=unique([]))) == 3)
    check("no experiment", refused(client.search_runs, ["987654"]) is None)


@scenario()
def model_searches():
    client = MlflowClient()
    for n, name in enumerate(ODD):
        client.create_registered_model(f"m {name}", tags={"odd": name, "n": str(n % 3)}, description=f"the {n}th")
        for v in range(n % 3):
            client.create_model_version(
                f"m {name}", f"s3://bucket/{n}/{v}", tags={"v": str(v)}, description=f"v{v}", run_id=f"{n:032x}"
            )
    hidden = since((2, 21), "prompts hidden from searches")
    if hidden:
        post(
            "registered-models/create",
            {"name": "m prompt", "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]},
        )
    check("prompts are hidden", "m prompt" not in [m.name for m in client.search_registered_models("name LIKE 'm %'")])
    found = client.search_registered_models("tags.`mlflow.prompt.is_prompt` = 'true' AND name LIKE 'm %'")
    check("and found when asked for", [m.name for m in found] == ["m prompt"] * hidden)
    mlflow.search_registered_models()
    mlflow.search_model_versions()
    for comparator in COMPARATORS:
        for key, value in (
            ("name", "'m ab'"),
            ("tags.n", "'1'"),
            ("tags.none", "'1'"),
            ("last_updated_timestamp", "1000"),
        ):
            tried(client.search_registered_models, f"{key} {comparator} {value}")
        for key, value in (
            ("name", "'m ab'"),
            ("version_number", "1"),
            ("version", "1"),
            ("run_id", f"'{1:032x}'"),
            ("source_path", "'s3://bucket/1/0'"),
            ("tags.v", "'1'"),
            ("creation_timestamp", "1000"),
            ("last_updated_timestamp", "1000"),
            ("current_stage", "'None'"),
        ):
            tried(client.search_model_versions, f"{key} {comparator} {value}")
    for like in LIKES:
        for pattern in some(PATTERNS):
            tried(client.search_registered_models, f"name {like} {quoted('m ' + pattern)}")
            tried(client.search_registered_models, f"tags.odd {like} {quoted(pattern)}")
            tried(client.search_model_versions, f"name {like} {quoted('m ' + pattern)}")
        tried(client.search_model_versions, f"source_path {like} 's3://%/0'")
        tried(client.search_model_versions, f"run_id {like} '0%'")
        tried(client.search_model_versions, f"tags.v {like} '%'")
    for name in some(ODD):
        tried(client.search_registered_models, f"name = {quoted('m ' + name)}")
        tried(client.search_model_versions, f"name = {quoted('m ' + name)}")
    run = f"{1:032x}"
    for text in (
        f"run_id IN {(run,)}",
        f"run_id IN ('{run}', 'x')",
        f"run_id in ('{run}')",
        "run_id IN ()",
        "name IN ('m ab')",
        "tags.v IS NULL",
        "name = 'm ab' AND version_number = 1",
        "name = 'm ab' and tags.v = '0'",
        "attribute.name = 'm ab'",
        "attributes.version_number > 0",
        "version_number IN (1, 2)",
        "version_number = '1'",
        "`name` = 'm ab'",
        "tag.`v` = '1'",
        "aliases = 'x'",
        "",
        "tags.v = '0' AND tags.v = '1'",
        "name = 'm ab' OR name = 'm axb'",
    ):
        tried(client.search_model_versions, text)
        tried(client.search_registered_models, text)
    for order in ("", " ASC", " DESC"):
        for key in (
            "name",
            "last_updated_timestamp",
            "timestamp",
            "creation_timestamp",
            "tags.n",
            "`name`",
            "attribute.name",
        ):
            if "timestamp" not in key:
                tried(client.search_registered_models, order_by=[f"{key}{order}"])
        for key in ("name", "version_number", "version", "source_path", "run_id"):
            tried(client.search_model_versions, order_by=[f"{key}{order}", "name ASC"])
    tried(client.search_registered_models, order_by=["timestamp DESC", "name ASC"], max_results=3)
    tried(client.search_model_versions, order_by=["last_updated_timestamp DESC", "name ASC"], max_results=3)
    for each in (1, 5, 1000):
        found, count = pages(client.search_registered_models, max_results=each, filter_string="name LIKE 'm %'")
        check(f"pages of {each}", sorted(m.name for m in found) == sorted(f"m {n}" for n in ODD))
        found, count = pages(
            client.search_model_versions,
            max_results=each,
            filter_string="name LIKE 'm %'",
            order_by=["name", "version_number"],
        )
        check(f"pages of {each} versions", len({(v.name, str(v.version)) for v in found}) == len(found) == 12)
    for stages in (None, [], ["None"], ["Production"], ["None", "Staging"], ["none"]):
        tried(client.get_latest_versions, "m axb", stages)
    tried(client.get_latest_versions, "m axb", ["Wrong"])


@scenario()
def logged_model_searches():
    client = MlflowClient()
    if not has(client, "search_logged_models"):
        return
    experiment = client.create_experiment("logged models")
    run = client.create_run(experiment, run_name="trainer", start_time=1000).info.run_id
    models = []
    for n, name in enumerate(["a_b", "axb", "it", "ünï"]):
        model = client.create_logged_model(
            experiment, name=name, source_run_id=run, tags={"n": str(n)}, params={"p": str(n % 2)}, model_type="kind"
        )
        client.finalize_logged_model(model.model_id, "READY" if n % 2 else "FAILED")
        client.log_metric(
            run, "auc", n / 2, timestamp=1000 + n, step=n, model_id=model.model_id, dataset_name="d", dataset_digest="1"
        )
        models.append(model.model_id)
    check("all", len(client.search_logged_models([experiment])) == 4)
    mlflow.search_logged_models([experiment])
    for comparator in COMPARATORS:
        for key, value in (
            ("name", "'axb'"),
            ("metrics.auc", "0.5"),
            ("params.p", "'1'"),
            ("tags.n", "'1'"),
            ("model_type", "'kind'"),
            ("status", "'READY'"),
            ("source_run_id", f"'{run}'"),
            ("creation_timestamp", "1000"),
            ("creation_time", "1000"),
            ("model_id", f"'{models[0]}'"),
            ("attributes.name", "'axb'"),
            ("last_updated_timestamp", "1000"),
        ):
            tried(client.search_logged_models, [experiment], f"{key} {comparator} {value}")
    for like in LIKES:
        for pattern in some(PATTERNS):
            tried(client.search_logged_models, [experiment], f"name {like} {quoted(pattern)}")
    for text in (
        "name IN ('axb')",
        "tags.n = '1' AND params.p = '1'",
        "params.none IS NULL",
        "name = 'axb' OR name = 'it'",
        "metric.auc > 0",
    ):
        tried(client.search_logged_models, [experiment], text)
    for field in (
        "name",
        "creation_timestamp",
        "creation_time",
        "metrics.auc",
        "params.p",
        "tags.n",
        "model_type",
        "status",
        "metrics.none",
    ):
        for up in (True, False):
            order = [{"field_name": field, "ascending": up}, {"field_name": "name"}]
            tried(client.search_logged_models, [experiment], order_by=order)
    for data in ([{"dataset_name": "d"}], [{"dataset_name": "d", "dataset_digest": "1"}], [{"dataset_name": "x"}]):
        tried(client.search_logged_models, [experiment], "metrics.auc > 0", datasets=data)
    found, _ = pages(
        client.search_logged_models, experiment_ids=[experiment], max_results=1, order_by=[{"field_name": "name"}]
    )
    check("page by page", [m.name for m in found] == ["a_b", "axb", "it", "ünï"])
    client.set_logged_model_tags(models[0], {"a": "b"})
    client.delete_logged_model_tag(models[0], "a")
    client.delete_logged_model(models[0])
    check("deleted", len(client.search_logged_models([experiment])) == 3)


@scenario()
def artifact_lists():
    client = MlflowClient()
    run = client.create_run(client.create_experiment("artifact lists"), run_name="files", start_time=1000).info.run_id
    for path in ("a.txt", "dir/b.txt", "dir/deep/c.txt", "dir 2/ü.txt"):
        client.log_text(run, path, path)
    check("the root", [f.path for f in client.list_artifacts(run)] == ["a.txt", "dir", "dir 2"])
    check("a folder", [f.path for f in client.list_artifacts(run, "dir")] == ["dir/b.txt", "dir/deep"])
    for path in ("dir/deep", "dir/", "dir 2", "none", "a.txt", ""):
        tried(client.list_artifacts, run, path)
    check("fluent", [f.path for f in mlflow.artifacts.list_artifacts(run_id=run)] == ["a.txt", "dir", "dir 2"])
    check(
        "by address", [f.path for f in mlflow.artifacts.list_artifacts(f"runs:/{run}/dir")] == ["dir/b.txt", "dir/deep"]
    )
