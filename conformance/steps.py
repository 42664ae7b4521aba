"""What differential.py asks both servers, in order."""

import dataclasses

API = "/api/2.0/mlflow/"


@dataclasses.dataclass
class Step:
    name: str
    method: str
    path: str
    body: object = None
    save: dict = dataclasses.field(default_factory=dict)
    headers: dict = dataclasses.field(default_factory=dict)


STEPS = []


def post(name, path, body, **save):
    STEPS.append(Step(name, "POST", API + path, body, save))


def get(name, path, body=None, **save):
    STEPS.append(Step(name, "GET", API + path, body, save))


def send(name, method, path, body, **save):
    STEPS.append(Step(name, method, API + path, body, save))


def raw(name, method, path, body=None, headers=None):
    STEPS.append(Step(name, method, path, body, {}, headers or {}))


# --- experiments
post("experiment create", "experiments/create", {"name": "one", "tags": [{"key": "team", "value": "fraud"}]}, one="experiment_id")
post("experiment create again", "experiments/create", {"name": "one"})
post("experiment create without name", "experiments/create", {})
post("experiment create empty name", "experiments/create", {"name": ""})
post("experiment create number name", "experiments/create", {"name": 7})
post("experiment create long name", "experiments/create", {"name": "n" * 501})
post("experiment create at s3", "experiments/create", {"name": "at-s3", "artifact_location": "s3://bucket/path"}, s3="experiment_id")
post("experiment create fragment", "experiments/create", {"name": "bad2", "artifact_location": "s3://bucket/x#y"})
post("experiment create two", "experiments/create", {"name": "two"}, two="experiment_id")
get("experiment get", "experiments/get", {"experiment_id": "{one}"})
get("experiment get at s3", "experiments/get", {"experiment_id": "{s3}"})
get("experiment get missing", "experiments/get", {"experiment_id": "999999"})
get("experiment get word", "experiments/get", {"experiment_id": "abc"})
get("experiment get nothing", "experiments/get", {})
get("experiment by name", "experiments/get-by-name", {"experiment_name": "one"})
get("experiment by no name", "experiments/get-by-name", {"experiment_name": "none"})
post("experiment tag", "experiments/set-experiment-tag", {"experiment_id": "{one}", "key": "a", "value": "1"})
post("experiment tag missing", "experiments/set-experiment-tag", {"experiment_id": "999999", "key": "a", "value": "1"})
post("experiment tag no key", "experiments/set-experiment-tag", {"experiment_id": "{one}", "value": "1"})
post("experiment delete tag", "experiments/delete-experiment-tag", {"experiment_id": "{one}", "key": "a"})
post("experiment delete tag again", "experiments/delete-experiment-tag", {"experiment_id": "{one}", "key": "a"})
post("experiment rename", "experiments/update", {"experiment_id": "{two}", "new_name": "second"})
post("experiment rename taken", "experiments/update", {"experiment_id": "{two}", "new_name": "one"})
post("experiment search", "experiments/search", {"max_results": 10, "filter": "name LIKE '%o%' AND tags.team = 'fraud'"})
post("experiment search order", "experiments/search", {"max_results": 10, "order_by": ["name ASC"], "filter": "name != 'Default'"})
post("experiment search no limit", "experiments/search", {})
post("experiment search zero", "experiments/search", {"max_results": 0})
post("experiment search too many", "experiments/search", {"max_results": 50001})
post("experiment search bad filter", "experiments/search", {"max_results": 1, "filter": "name = one"})
post("experiment search bad key", "experiments/search", {"max_results": 1, "filter": "colour = 'red'"})
post("experiment search page", "experiments/search", {"max_results": 1, "filter": "name != 'Default'", "order_by": ["name ASC"]}, page="next_page_token")
post("experiment search next page", "experiments/search", {"max_results": 1, "filter": "name != 'Default'", "order_by": ["name ASC"], "page_token": "{page}"})
post("experiment search bad token", "experiments/search", {"max_results": 1, "page_token": "xyz"})
get("experiment search by get", "experiments/search", {"max_results": "2", "filter": "name = 'one'"})
post("experiment delete", "experiments/delete", {"experiment_id": "{two}"})
post("experiment delete again", "experiments/delete", {"experiment_id": "{two}"})
get("experiment get deleted", "experiments/get", {"experiment_id": "{two}"})
post("experiment rename deleted", "experiments/update", {"experiment_id": "{two}", "new_name": "x"})
post("experiment create deleted name", "experiments/create", {"name": "second"})
post("run in deleted experiment", "runs/create", {"experiment_id": "{two}"})
post("experiment search deleted", "experiments/search", {"max_results": 5, "view_type": "DELETED_ONLY"})
post("experiment search deleted by number", "experiments/search", {"max_results": 5, "view_type": 2})
post("experiment restore", "experiments/restore", {"experiment_id": "{two}"})
post("experiment restore again", "experiments/restore", {"experiment_id": "{two}"})

# --- runs
post("run create", "runs/create", {"experiment_id": "{one}", "user_id": "ann", "run_name": "first", "start_time": 1000,
     "tags": [{"key": "k", "value": "v"}]}, run="run.info.run_id")
post("run create name tag", "runs/create", {"experiment_id": "{one}", "start_time": 2000, "tags": [{"key": "mlflow.runName", "value": "tagged"}]}, tagged="run.info.run_id")
post("run create both names", "runs/create", {"experiment_id": "{one}", "run_name": "x", "tags": [{"key": "mlflow.runName", "value": "y"}]})
post("run create text time", "runs/create", {"experiment_id": "{one}", "run_name": "third", "start_time": "3000"}, third="run.info.run_id")
post("run create no experiment", "runs/create", {"experiment_id": "999999"})
post("run create number experiment", "runs/create", {"experiment_id": 1})
get("run get", "runs/get", {"run_id": "{run}"})
get("run get by uuid", "runs/get", {"run_uuid": "{run}"})
get("run get missing", "runs/get", {"run_id": "0" * 32})
get("run get nothing", "runs/get", {})
post("log param", "runs/log-parameter", {"run_id": "{run}", "key": "depth", "value": "3"})
post("log param same", "runs/log-parameter", {"run_id": "{run}", "key": "depth", "value": "3"})
post("log param other", "runs/log-parameter", {"run_id": "{run}", "key": "depth", "value": "4"})
post("log param empty", "runs/log-parameter", {"run_id": "{run}", "key": "empty", "value": ""})
post("log param no key", "runs/log-parameter", {"run_id": "{run}", "value": "4"})
post("log param long", "runs/log-parameter", {"run_id": "{run}", "key": "long", "value": "x" * 7000})
for n, key in enumerate(["a/../b", "/a", "a//b", "a:b", "a b", "ä", "a\tb", "x" * 251, "a/b", ".", "..", "./a", "a%b", "a=b"]):
    post(f"log param key {n}", "runs/log-parameter", {"run_id": "{run}", "key": key, "value": "1"})
    post(f"log metric key {n}", "runs/log-metric", {"run_id": "{run}", "key": key, "value": 1, "timestamp": 1})
for n, value in enumerate([1, 1.5, -2, "3", "NaN", "Infinity", "-Infinity", True, None, "abc", [], 1e308]):
    post(f"log metric value {n}", "runs/log-metric", {"run_id": "{run}", "key": f"m{n}", "value": value, "timestamp": 1, "step": n})
for n, time in enumerate([0, -1, "5", 1.5, None, "x", 10**15]):
    post(f"log metric time {n}", "runs/log-metric", {"run_id": "{run}", "key": "t", "value": 1, "timestamp": time})
for n, step in enumerate([0, -5, "7", 1.5, None, 10**12]):
    post(f"log metric step {n}", "runs/log-metric", {"run_id": "{run}", "key": "s", "value": n, "timestamp": 1, "step": step})
post("log metric missing run", "runs/log-metric", {"run_id": "f" * 32, "key": "x", "value": 1, "timestamp": 1})
post("set tag", "runs/set-tag", {"run_id": "{run}", "key": "colour", "value": "red"})
post("set tag again", "runs/set-tag", {"run_id": "{run}", "key": "colour", "value": "blue"})
post("set tag name", "runs/set-tag", {"run_id": "{run}", "key": "mlflow.runName", "value": "renamed"})
post("delete tag", "runs/delete-tag", {"run_id": "{run}", "key": "k"})
post("delete tag again", "runs/delete-tag", {"run_id": "{run}", "key": "k"})
get("run get full", "runs/get", {"run_id": "{run}"})
post("batch", "runs/log-batch", {"run_id": "{tagged}", "metrics": [
        {"key": "auc", "value": 0.8, "timestamp": 1, "step": 0}, {"key": "auc", "value": 0.9, "timestamp": 2, "step": 1},
        {"key": "auc", "value": 0.7, "timestamp": 3, "step": 1}, {"key": "loss", "value": 2, "timestamp": 1}],
     "params": [{"key": "depth", "value": "5"}, {"key": "Mode", "value": "A"}],
     "tags": [{"key": "team", "value": "x"}, {"key": "team", "value": "fraud"}]})
post("batch third", "runs/log-batch", {"run_id": "{third}", "metrics": [{"key": "auc", "value": "NaN", "timestamp": 1, "step": 0}],
     "params": [{"key": "depth", "value": "3"}], "tags": [{"key": "team", "value": "Fraud"}]})
post("batch nothing", "runs/log-batch", {"run_id": "{third}"})
post("batch duplicate params", "runs/log-batch", {"run_id": "{third}", "params": [{"key": "p", "value": "1"}, {"key": "p", "value": "2"}]})
post("batch changed param", "runs/log-batch", {"run_id": "{third}", "params": [{"key": "depth", "value": "9"}]})
post("batch too many params", "runs/log-batch", {"run_id": "{third}", "params": [{"key": f"p{n}", "value": "1"} for n in range(101)]})
post("batch too many metrics", "runs/log-batch", {"run_id": "{third}", "metrics": [{"key": f"m{n}", "value": 1, "timestamp": 1} for n in range(1001)]})
post("batch too many tags", "runs/log-batch", {"run_id": "{third}", "tags": [{"key": f"t{n}", "value": "1"} for n in range(101)]})
post("batch metric without value", "runs/log-batch", {"run_id": "{third}", "metrics": [{"key": "m", "timestamp": 1}]})
post("batch not a list", "runs/log-batch", {"run_id": "{third}", "metrics": 5})
post("run update", "runs/update", {"run_id": "{tagged}", "status": "FINISHED", "end_time": 9000, "run_name": "second"})
post("run update number", "runs/update", {"run_id": "{third}", "status": 4, "end_time": "8000"})
post("run update wrong status", "runs/update", {"run_id": "{third}", "status": "DONE"})
post("run update missing", "runs/update", {"run_id": "e" * 32, "status": "FINISHED"})
get("history", "metrics/get-history", {"run_id": "{tagged}", "metric_key": "auc"})
get("history page", "metrics/get-history", {"run_id": "{tagged}", "metric_key": "auc", "max_results": "2"}, points="next_page_token")
get("history next page", "metrics/get-history", {"run_id": "{tagged}", "metric_key": "auc", "max_results": "2", "page_token": "{points}"})
get("history none", "metrics/get-history", {"run_id": "{tagged}", "metric_key": "none"})
get("history no key", "metrics/get-history", {"run_id": "{tagged}"})
get("history infinity", "metrics/get-history", {"run_id": "{run}", "metric_key": "m5"})
get("bulk interval", "metrics/get-history-bulk-interval", {"run_ids": ["{tagged}", "{third}"], "metric_key": "auc", "max_results": "10"})
get("bulk interval steps", "metrics/get-history-bulk-interval", {"run_ids": "{tagged}", "metric_key": "auc", "start_step": "1", "end_step": "1"})
get("bulk interval half", "metrics/get-history-bulk-interval", {"run_ids": "{tagged}", "metric_key": "auc", "start_step": "1"})
get("bulk interval no runs", "metrics/get-history-bulk-interval", {"metric_key": "auc"})
# one at a time: several come by run id, which is by chance
for run in ("tagged", "third"):
    raw("bulk", "GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id={" + run + "}&metric_key=auc")

# --- searches for runs
SEARCHES = [
    "metrics.auc > 0.5", "metrics.auc != 0.7", "metric.auc = 0.7", "metrics.`auc` <= 0.7", "metrics.\"auc\" < 1e3",
    "metrics.none > 0", "params.depth = '3'", "params.depth != '3'", "parameters.depth LIKE '%3%'", "param.Mode ILIKE 'a'",
    "params.Mode LIKE 'a'", "params.depth IS NULL", "params.depth IS NOT NULL", "tags.team = 'fraud'", "tags.team ILIKE 'FRAUD'",
    "tag.`team` != 'fraud'", "tags.team IS NULL", "tags.mlflow.runName = 'second'", "status = 'FINISHED'", "attributes.status != 'RUNNING'",
    "run_name = 'second'", "run_name LIKE 'r%'", "attribute.run_id IN ('{run}', '{third}')", "run_id NOT IN ('{run}')",
    "start_time >= 2000", "start_time < 2000 and status = 'RUNNING'", "end_time > 8500", "created > 0", "`run name` = 'second'",
    "user_id = 'ann'", "metrics.auc > 0.5 AND params.depth = '5' AND tags.team = 'fraud'", "artifact_uri LIKE '%artifacts'",
    # wrong ones
    "metrics.auc > '0.5'", "params.depth = 3", "params.depth > '3'", "tags.team IN ('a', 'b')x", "foo.bar = 'x'", "colour = 'x'",
    "metrics.auc >", "metrics.auc > 0.5 AND", "metrics.auc LIKE '1'", "start_time = 'x'", "= 5", "status", "status = FINISHED",
    "metrics.auc > 0.5; drop table runs", "params.depth = '3", "status IN ('FINISHED', 'FAILED')", "run_id IN ()", "run_id IN ('a' 'b')",
]
for n, text in enumerate(SEARCHES):
    post(f"run search {n}: {text}", "runs/search", {"experiment_ids": ["{one}"], "filter": text})
ORDERS = [["metrics.auc DESC"], ["metrics.auc ASC"], ["params.depth ASC", "start_time ASC"], ["tags.team DESC"], ["attributes.start_time DESC"],
          ["status ASC", "run_id ASC"], ["end_time DESC"], ["end_time ASC"], ["start_time"], ["run_name"], ["created ASC"],
          ["metrics.auc UP"], ["colour"], ["metrics.auc", "metrics.auc"], ["foo.bar"]]
for order in ORDERS:
    post(f"run search by {order}", "runs/search", {"experiment_ids": ["{one}"], "order_by": order})
post("run search page", "runs/search", {"experiment_ids": ["{one}"], "max_results": 2}, runs="next_page_token")
post("run search next page", "runs/search", {"experiment_ids": ["{one}"], "max_results": 2, "page_token": "{runs}"})
post("run search too many", "runs/search", {"experiment_ids": ["{one}"], "max_results": 50001})
post("run search negative", "runs/search", {"experiment_ids": ["{one}"], "max_results": -1})
post("run search nowhere", "runs/search", {"experiment_ids": []})
post("run search bad token", "runs/search", {"experiment_ids": ["{one}"], "page_token": "???"})

# --- deletion
post("run delete", "runs/delete", {"run_id": "{third}"})
post("run delete again", "runs/delete", {"run_id": "{third}"})
post("log to deleted run", "runs/log-metric", {"run_id": "{third}", "key": "x", "value": 1, "timestamp": 1})
post("update deleted run", "runs/update", {"run_id": "{third}", "status": "FINISHED"})
get("run get deleted", "runs/get", {"run_id": "{third}"})
post("run search active", "runs/search", {"experiment_ids": ["{one}"], "run_view_type": "ACTIVE_ONLY", "order_by": ["start_time ASC"]})
post("run search deleted", "runs/search", {"experiment_ids": ["{one}"], "run_view_type": "DELETED_ONLY"})
post("run search all", "runs/search", {"experiment_ids": ["{one}"], "run_view_type": "ALL", "order_by": ["start_time ASC"]})
post("run restore", "runs/restore", {"run_id": "{third}"})
post("run restore missing", "runs/restore", {"run_id": "d" * 32})

# --- datasets and legacy models
DATASET = {"name": "transactions", "digest": "abc123", "source_type": "local", "source": "{}", "schema": "{}", "profile": "{}"}
post("log inputs", "runs/log-inputs", {"run_id": "{run}", "datasets": [{"dataset": DATASET, "tags": [{"key": "mlflow.data.context", "value": "train"}]}]})
post("log inputs again", "runs/log-inputs", {"run_id": "{run}", "datasets": [{"dataset": DATASET, "tags": [{"key": "mlflow.data.context", "value": "train"}]}]})
post("log inputs no digest", "runs/log-inputs", {"run_id": "{run}", "datasets": [{"dataset": {"name": "x", "source_type": "l", "source": "s"}}]})
post("log inputs long name", "runs/log-inputs", {"run_id": "{run}", "datasets": [{"dataset": {**DATASET, "name": "n" * 501}}]})
get("run get with inputs", "runs/get", {"run_id": "{run}"})
for text in ["datasets.name = 'transactions'", "dataset.digest LIKE 'abc%'", "datasets.context = 'train'", "datasets.context = 'test'",
             "datasets.name IN ('transactions', 'x')", "datasets.colour = 'x'"]:
    post(f"run search {text}", "runs/search", {"experiment_ids": ["{one}"], "filter": text})
raw("search datasets", "POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": ["{one}"]})
MODEL = '{"artifact_path": "model", "flavors": {}, "utc_time_created": "2026-01-01", "run_id": "r"}'
post("log model", "runs/log-model", {"run_id": "{run}", "model_json": MODEL})
post("log model not json", "runs/log-model", {"run_id": "{run}", "model_json": "{"})
post("log model incomplete", "runs/log-model", {"run_id": "{run}", "model_json": "{}"})

# --- logged models
post("logged model create", "logged-models", {"experiment_id": "{one}", "name": "classifier", "model_type": "spark", "source_run_id": "{run}",
     "params": [{"key": "depth", "value": "3"}], "tags": [{"key": "a", "value": "b"}]}, model="model.info.model_id")
post("logged model bad name", "logged-models", {"experiment_id": "{one}", "name": "a/b"})
post("logged model no experiment", "logged-models", {"name": "x"})
get("logged model get", "logged-models/{model}")
get("logged model get missing", "logged-models/m-" + "0" * 32)
send("logged model finalise", "PATCH", "logged-models/{model}", {"model_id": "{model}", "status": "LOGGED_MODEL_READY"})
send("logged model finalise by number", "PATCH", "logged-models/{model}", {"model_id": "{model}", "status": 2})
send("logged model tags", "PATCH", "logged-models/{model}/tags", {"tags": [{"key": "c", "value": "d"}]})
send("logged model delete tag", "DELETE", "logged-models/{model}/tags/a", None)
send("logged model delete tag again", "DELETE", "logged-models/{model}/tags/a", None)
post("logged model params", "logged-models/{model}/params", {"model_id": "{model}", "params": [{"key": "trees", "value": "9"}]})
post("metric of a model", "runs/log-metric", {"run_id": "{run}", "key": "ap", "value": 0.6, "timestamp": 5, "step": 1, "model_id": "{model}", "dataset_name": "transactions", "dataset_digest": "abc123"})
post("outputs", "runs/outputs", {"run_id": "{run}", "models": [{"model_id": "{model}", "step": 0}]})
get("logged model get full", "logged-models/{model}")
get("run get with outputs", "runs/get", {"run_id": "{run}"})
post("logged model search", "logged-models/search", {"experiment_ids": ["{one}"]})
for text in ["name = 'classifier'", "metrics.ap > 0.5", "metrics.ap > 0.7", "params.depth = '3'", "tags.c = 'd'", "status = 'READY'", "source_run_id = '{run}'", "foo.x = 1"]:
    post(f"logged model search {text}", "logged-models/search", {"experiment_ids": ["{one}"], "filter": text})
for n, data in enumerate([{"dataset_name": "transactions"}, {"dataset_name": "transactions", "dataset_digest": "abc123"}, {"dataset_name": "transactions", "dataset_digest": "x"}, {"dataset_name": "o'ther <a> :b"}]):
    post(f"logged model search data {n}", "logged-models/search", {"experiment_ids": ["{one}"], "datasets": [data]})
    post(f"logged model search metric on data {n}", "logged-models/search", {"experiment_ids": ["{one}"], "datasets": [data], "filter": "metrics.ap > 0.5"})
    post(f"logged model search order on data {n}", "logged-models/search", {"experiment_ids": ["{one}"], "order_by": [{"field_name": "metrics.ap", **data}]})
post("logged model search order", "logged-models/search", {"experiment_ids": ["{one}"], "order_by": [{"field_name": "metrics.ap", "ascending": False}]})
send("logged model delete", "DELETE", "logged-models/{model}", None)
get("logged model get deleted", "logged-models/{model}")

# --- registry
post("model create", "registered-models/create", {"name": "fraud", "description": "d", "tags": [{"key": "t", "value": "v"}]})
post("model create again", "registered-models/create", {"name": "fraud"})
post("model create slash", "registered-models/create", {"name": "a/b"})
post("model create colon", "registered-models/create", {"name": "a:b"})
post("model create empty", "registered-models/create", {"name": ""})
post("model create other", "registered-models/create", {"name": "other"})
get("model get", "registered-models/get", {"name": "fraud"})
get("model get missing", "registered-models/get", {"name": "none"})
send("model update", "PATCH", "registered-models/update", {"name": "fraud", "description": "better"})
post("model tag", "registered-models/set-tag", {"name": "fraud", "key": "team", "value": "x"})
post("model tag missing", "registered-models/set-tag", {"name": "none", "key": "team", "value": "x"})
send("model delete tag", "DELETE", "registered-models/delete-tag", {"name": "fraud", "key": "t"})
send("model delete tag again", "DELETE", "registered-models/delete-tag", {"name": "fraud", "key": "t"})
for n in (1, 2, 3):
    post(f"version create {n}", "model-versions/create", {"name": "fraud", "source": "s3://bucket/m", "run_id": "{run}", "description": f"v{n}", "tags": [{"key": "n", "value": str(n)}]})
post("version create nowhere", "model-versions/create", {"name": "none", "source": "s3://bucket/m"})
post("version create no source", "model-versions/create", {"name": "fraud"})
for n, source in enumerate(["file:///etc", "/etc/passwd", "s3://bucket/../x", "http://example.com/x#y", "mlflow-artifacts:/../../x"]):
    post(f"version create bad source {n}", "model-versions/create", {"name": "fraud", "source": source})
get("version get", "model-versions/get", {"name": "fraud", "version": "1"})
get("version get missing", "model-versions/get", {"name": "fraud", "version": "99"})
get("version get word", "model-versions/get", {"name": "fraud", "version": "x"})
get("version download uri", "model-versions/get-download-uri", {"name": "fraud", "version": "1"})
send("version update", "PATCH", "model-versions/update", {"name": "fraud", "version": "1", "description": "new"})
post("version tag", "model-versions/set-tag", {"name": "fraud", "version": "1", "key": "k", "value": "v"})
send("version delete tag", "DELETE", "model-versions/delete-tag", {"name": "fraud", "version": "1", "key": "n"})
send("version delete tag again", "DELETE", "model-versions/delete-tag", {"name": "fraud", "version": "1", "key": "n"})
post("stage", "model-versions/transition-stage", {"name": "fraud", "version": "1", "stage": "Production", "archive_existing_versions": False})
post("stage any case", "model-versions/transition-stage", {"name": "fraud", "version": "2", "stage": "production", "archive_existing_versions": True})
post("stage wrong", "model-versions/transition-stage", {"name": "fraud", "version": "2", "stage": "Live", "archive_existing_versions": False})
post("stage archive none", "model-versions/transition-stage", {"name": "fraud", "version": "3", "stage": "None", "archive_existing_versions": True})
post("latest versions", "registered-models/get-latest-versions", {"name": "fraud"})
post("latest production", "registered-models/get-latest-versions", {"name": "fraud", "stages": ["Production"]})
get("latest by get", "registered-models/get-latest-versions", {"name": "fraud", "stages": ["Production", "Archived"]})
post("alias", "registered-models/alias", {"name": "fraud", "alias": "champion", "version": "2"})
for n, alias in enumerate(["latest", "v1", "a b", "", "x" * 256, "A-b_9"]):
    post(f"alias name {n}", "registered-models/alias", {"name": "fraud", "alias": alias, "version": "1"})
post("alias of nothing", "registered-models/alias", {"name": "fraud", "alias": "x", "version": "99"})
get("alias get", "registered-models/alias", {"name": "fraud", "alias": "champion"})
get("alias get missing", "registered-models/alias", {"name": "fraud", "alias": "none"})
get("alias get latest", "registered-models/alias", {"name": "fraud", "alias": "latest"})
get("alias get of no model", "registered-models/alias", {"name": "none", "alias": "x"})
get("model get with aliases", "registered-models/get", {"name": "fraud"})
send("alias delete", "DELETE", "registered-models/alias", {"name": "fraud", "alias": "champion"})
send("alias delete again", "DELETE", "registered-models/alias", {"name": "fraud", "alias": "champion"})
for text in ["name = 'fraud'", "name LIKE 'f%'", "name ILIKE 'FR%'", "name != 'fraud'", "tags.team = 'x'", "tags.`team` = 'y'", "colour = 'x'", "name = fraud", "name > 'a'"]:
    get(f"model search {text}", "registered-models/search", {"filter": text})
for order in ["name DESC", "last_updated_timestamp DESC", "timestamp ASC", "colour"]:
    get(f"model search by {order}", "registered-models/search", {"order_by": order})
get("model search too many", "registered-models/search", {"max_results": "1001"})
get("model search page", "registered-models/search", {"max_results": "1"}, models="next_page_token")
get("model search next page", "registered-models/search", {"max_results": "1", "page_token": "{models}"})
for text in ["name = 'fraud'", "run_id = '{run}'", "run_id IN ('{run}', 'x')", "version_number > 1", "version_number = 2", "source_path = 's3://bucket/m'",
             "tags.n = '2'", "name LIKE 'f%' AND version_number <= 2", "colour = 'x'", "version_number = 'x'", "name IN ('fraud')"]:
    get(f"version search {text}", "model-versions/search", {"filter": text, "order_by": "version_number ASC"})
get("version search by name", "model-versions/search", {"order_by": ["name ASC", "version_number DESC"]})
send("version delete", "DELETE", "model-versions/delete", {"name": "fraud", "version": "3"})
send("version delete again", "DELETE", "model-versions/delete", {"name": "fraud", "version": "3"})
get("version get deleted", "model-versions/get", {"name": "fraud", "version": "3"})
post("version create after deletion", "model-versions/create", {"name": "fraud", "source": "s3://bucket/m"})
post("model rename", "registered-models/rename", {"name": "fraud", "new_name": "card-fraud"})
post("model rename taken", "registered-models/rename", {"name": "card-fraud", "new_name": "other"})
get("model get old name", "registered-models/get", {"name": "fraud"})
get("version get renamed", "model-versions/get", {"name": "card-fraud", "version": "1"})
send("model delete", "DELETE", "registered-models/delete", {"name": "card-fraud"})
send("model delete again", "DELETE", "registered-models/delete", {"name": "card-fraud"})

# --- artifacts
PROXY = "/api/2.0/mlflow-artifacts/artifacts"
raw("artifact put", "PUT", PROXY + "/{one}/{run}/artifacts/a/b.txt", b"hello", {"Content-Type": "text/plain"})
raw("artifact put empty", "PUT", PROXY + "/{one}/{run}/artifacts/_SUCCESS", b"", {"Content-Type": "application/octet-stream"})
raw("artifact get", "GET", PROXY + "/{one}/{run}/artifacts/a/b.txt")
raw("artifact get missing", "GET", PROXY + "/{one}/{run}/artifacts/none")
get("artifact list", "artifacts/list", {"run_id": "{run}"})
get("artifact list folder", "artifacts/list", {"run_id": "{run}", "path": "a"})
get("artifact list file", "artifacts/list", {"run_id": "{run}", "path": "a/b.txt"})
get("artifact list up", "artifacts/list", {"run_id": "{run}", "path": "../x"})
get("artifact list absolute", "artifacts/list", {"run_id": "{run}", "path": "/etc"})
raw("artifact proxy list", "GET", PROXY + "?path={one}/{run}/artifacts")
for n, path in enumerate(["%2e%2e/x", "..%2fx", "a/%2e%2e/%2e%2e/x", "%252e%252e/x", "a%5c..%5cx", "%2fetc/passwd"]):
    raw(f"artifact get evil {n}", "GET", PROXY + "/" + path)
raw("artifact of run", "GET", "/get-artifact?run_id={run}&path=a/b.txt")
raw("artifact of run up", "GET", "/get-artifact?run_id={run}&path=../x")
raw("artifact delete", "DELETE", PROXY + "/{one}/{run}/artifacts/a/b.txt")
raw("artifact get deleted", "GET", PROXY + "/{one}/{run}/artifacts/a/b.txt")

raw("parts begin", "POST", "/api/2.0/mlflow-artifacts/mpu/create/{one}/{run}/artifacts", {"path": "/tmp/x.bin", "num_parts": 2})
raw("presigned", "GET", "/api/2.0/mlflow-artifacts/presigned/{one}/{run}/artifacts/_SUCCESS")
raw("presigned missing", "GET", "/api/2.0/mlflow-artifacts/presigned/{one}/{run}/artifacts/none")

# --- webhooks
get("webhook list", "webhooks")
get("webhook get missing", "webhooks/00000000-0000-0000-0000-000000000000")
send("webhook delete missing", "DELETE", "webhooks/00000000-0000-0000-0000-000000000000", None)
post("webhook create without a name", "webhooks", {"url": "https://example.com", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]})
post("webhook create without events", "webhooks", {"name": "hook", "url": "https://example.com"})
post("webhook create of a file", "webhooks", {"name": "hook", "url": "file:///x", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]})

post("experiment create bad location", "experiments/create", {"name": "bad", "artifact_location": "s3://bucket/../x"})

# --- the protocol itself
raw("health", "GET", "/health")
raw("not json", "POST", API + "runs/create", "{", {"Content-Type": "application/json"})
raw("not declared json", "POST", API + "runs/create", "{}", {"Content-Type": "text/plain"})
raw("json in json", "POST", API + "runs/get", '"{}"')
raw("unknown field", "POST", API + "runs/search", {"experiment_ids": ["{one}"], "colour": "red", "max_results": 1, "order_by": ["start_time ASC"]})
raw("no such route", "GET", API + "nothing")
raw("traces", "POST", "/api/3.0/mlflow/nothing", {})
raw("ajax twin", "GET", "/ajax-api/2.0/mlflow/runs/get?run_id={run}")
