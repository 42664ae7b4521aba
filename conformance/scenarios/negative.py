"""Requests that are wrong, or at the edge, over plain HTTP: every text and number of every call, every limit and token.

The valid bodies stand in a table; each place in them takes each of the odd values in turn. Both servers' answers are
compared; here it is only checked that there is an answer.
"""

import copy
import functools
import json
import os
import urllib.error
import urllib.parse
import urllib.request

from mlflow.utils import validation

import scenarios
from scenarios import VERSION, check, scenario, since, size

API = "/api/2.0/mlflow/"
TEXTS = {
    "NUL": "a\0b",
    "long": "x" * 100_000,
    "surrogate": "\ud800",
    "emoji": "a🐝👩‍👩‍👧b",
    "right to left": "\u202ea\u200fb\u2069",
    "empty": "",
    "number": 777_777,
    "list": ["a"],
    "object": {"a": 1},
    "null": None,
    "boolean": True,
}
NUMBERS = {
    "text": "x",
    "digits": "12",
    "negative": -1,
    "zero": 0,
    "NaN": float("nan"),
    "infinite": float("inf"),
    "float": 1.5,
    "whole float": 3.0,
    "huge": 10**30,
    "beyond 63 bits": 2**63,
    "boolean": True,
    "null": None,
    "list": [1],
    "NaN text": "NaN",
    "empty": "",
}
DATASET = {"name": "rows {n}", "digest": "d{n}", "source_type": "http", "source": "{}", "schema": "{}", "profile": "{}"}
TAG = {"key": "k{n}", "value": "v"}
# method, path, a valid body; {n} is another number every time
CALLS = [
    ("POST", "experiments/create", {"name": "negative {n}", "artifact_location": "s3://bucket/{n}", "tags": [TAG]}),
    ("GET", "experiments/get", {"experiment_id": "{experiment}"}),
    ("GET", "experiments/get-by-name", {"experiment_name": "negative"}),
    ("POST", "experiments/update", {"experiment_id": "{other}", "new_name": "other {n}"}),
    ("POST", "experiments/set-experiment-tag", {"experiment_id": "{experiment}", **TAG}),
    (
        "POST",
        "experiments/search",
        {"max_results": 5, "filter": "name = 'negative'", "order_by": ["name"], "view_type": "ALL", "page_token": ""},
    ),
    ("POST", "experiments/delete", {"experiment_id": "{nowhere}"}),
    ("POST", "experiments/restore", {"experiment_id": "{nowhere}"}),
    (
        "POST",
        "runs/create",
        {"experiment_id": "{experiment}", "user_id": "ann", "run_name": "r {n}", "start_time": 1000, "tags": [TAG]},
    ),
    ("GET", "runs/get", {"run_id": "{run}"}),
    ("POST", "runs/update", {"run_id": "{spare}", "status": "FINISHED", "end_time": 2000, "run_name": "u {n}"}),
    ("POST", "runs/delete", {"run_id": "{nothing}"}),
    ("POST", "runs/restore", {"run_id": "{nothing}"}),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "key": "p{n}", "value": "v"}),
    ("POST", "runs/log-metric", {"run_id": "{run}", "key": "m{n}", "value": 1.5, "timestamp": 1000, "step": 2}),
    ("POST", "runs/set-tag", {"run_id": "{run}", **TAG}),
    ("POST", "runs/delete-tag", {"run_id": "{run}", "key": "none"}),
    (
        "POST",
        "runs/log-batch",
        {
            "run_id": "{run}",
            "metrics": [{"key": "b{n}", "value": 1.5, "timestamp": 1000, "step": 2}],
            "params": [TAG],
            "tags": [TAG],
        },
    ),
    ("POST", "runs/log-inputs", {"run_id": "{run}", "datasets": [{"dataset": DATASET, "tags": [TAG]}]}),
    (
        "POST",
        "runs/log-model",
        {
            "run_id": "{spare}",
            "model_json": '{"artifact_path":"m","flavors":{},"utc_time_created":"x","run_id":"{spare}"}',
        },
    ),
    (
        "POST",
        "runs/search",
        {
            "experiment_ids": ["{experiment}"],
            "filter": "params.p = 'x'",
            "run_view_type": "ALL",
            "max_results": 5,
            "order_by": ["start_time"],
            "page_token": "",
        },
    ),
    ("GET", "metrics/get-history", {"run_id": "{run}", "metric_key": "auc", "max_results": 5, "page_token": ""}),
    (
        "GET",
        "metrics/get-history-bulk-interval",
        {"run_ids": "{run}", "metric_key": "auc", "start_step": 0, "end_step": 9, "max_results": 5},
    ),
    ("GET", "artifacts/list", {"run_id": "{run}", "path": "folder"}),
    ("POST", "registered-models/create", {"name": "model {n}", "description": "d", "tags": [TAG]}),
    ("GET", "registered-models/get", {"name": "negative"}),
    ("PATCH", "registered-models/update", {"name": "negative", "description": "d"}),
    ("POST", "registered-models/rename", {"name": "none", "new_name": "renamed {n}"}),
    ("DELETE", "registered-models/delete", {"name": "none"}),
    (
        "GET",
        "registered-models/search",
        {"filter": "name = 'negative'", "max_results": 5, "order_by": "name", "page_token": ""},
    ),
    ("POST", "registered-models/get-latest-versions", {"name": "negative", "stages": ["None"]}),
    ("POST", "registered-models/set-tag", {"name": "negative", **TAG}),
    ("DELETE", "registered-models/delete-tag", {"name": "negative", "key": "none"}),
    ("POST", "registered-models/alias", {"name": "negative", "alias": "alias-{n}", "version": "1"}),
    ("GET", "registered-models/alias", {"name": "negative", "alias": "none"}),
    ("DELETE", "registered-models/alias", {"name": "negative", "alias": "none"}),
    (
        "POST",
        "model-versions/create",
        {
            "name": "negative 2",
            "source": "s3://bucket/{n}",
            "run_id": "{run}",
            "run_link": "https://example.com",
            "description": "d",
            "tags": [TAG],
        },
    ),
    ("GET", "model-versions/get", {"name": "negative", "version": "1"}),
    ("PATCH", "model-versions/update", {"name": "negative", "version": "1", "description": "d"}),
    (
        "POST",
        "model-versions/transition-stage",
        {"name": "negative", "version": "1", "stage": "Staging", "archive_existing_versions": False},
    ),
    ("DELETE", "model-versions/delete", {"name": "negative", "version": "9999"}),
    (
        "GET",
        "model-versions/search",
        {"filter": "name = 'negative'", "max_results": 5, "order_by": "name", "page_token": ""},
    ),
    ("POST", "model-versions/set-tag", {"name": "negative", "version": "1", **TAG}),
    ("DELETE", "model-versions/delete-tag", {"name": "negative", "version": "1", "key": "none"}),
    ("GET", "model-versions/get-download-uri", {"name": "negative", "version": "1"}),
]
NEWER_CALLS = [
    ("POST", "experiments/delete-experiment-tag", {"experiment_id": "{experiment}", "key": "none"}),
    (
        "POST",
        "logged-models",
        {
            "experiment_id": "{experiment}",
            "name": "logged",
            "model_type": "kind",
            "source_run_id": "{run}",
            "params": [TAG],
            "tags": [TAG],
        },
    ),
    ("GET", "logged-models/{model}", {}),
    ("PATCH", "logged-models/{model}", {"model_id": "{model}", "status": "LOGGED_MODEL_READY"}),
    ("PATCH", "logged-models/{model}/tags", {"tags": [TAG]}),
    ("POST", "logged-models/{model}/params", {"model_id": "{model}", "params": [TAG]}),
    (
        "POST",
        "logged-models/search",
        {
            "experiment_ids": ["{experiment}"],
            "filter": "name = 'x'",
            "max_results": 5,
            "order_by": [{"field_name": "name", "ascending": True}],
            "datasets": [{"dataset_name": "d", "dataset_digest": "1"}],
            "page_token": "",
        },
    ),
    ("POST", "runs/outputs", {"run_id": "{run}", "models": [{"model_id": "{model}", "step": 1}]}),
    (
        "POST",
        "runs/log-metric",
        {
            "run_id": "{run}",
            "key": "d{n}",
            "value": 1,
            "timestamp": 1000,
            "model_id": "{model}",
            "dataset_name": "d",
            "dataset_digest": "1",
        },
    ),
]


@functools.cache
def prepared():
    return Asker()


class Asker:
    """Sends what it is told, with the ids of this server in it."""

    def __init__(self):
        self.url, self.n, self.ids = os.environ["MLFLOW_TRACKING_URI"], 0, {"nowhere": "987654", "nothing": "f" * 32}
        self.ids["experiment"] = self.ask("POST", "experiments/create", {"name": "negative"})["experiment_id"]
        self.ids["other"] = self.ask("POST", "experiments/create", {"name": "negative other"})["experiment_id"]
        for name in ("run", "spare", "third"):
            body = {"experiment_id": "{experiment}", "run_name": name, "start_time": 1000 + len(self.ids)}
            self.ids[name] = self.ask("POST", "runs/create", body)["run"]["info"]["run_id"]
        for step in range(3):
            self.ask(
                "POST",
                "runs/log-metric",
                {"run_id": "{run}", "key": "auc", "value": step, "timestamp": 1000 + step, "step": step},
            )
        for name in ("negative", "negative 2", "negative 3"):
            self.ask("POST", "registered-models/create", {"name": name})
            self.ask("POST", "model-versions/create", {"name": name, "source": "s3://bucket/a"})
        if VERSION >= (3, 0):
            for name in ("model", "second"):
                body = {"experiment_id": "{experiment}", "name": name}
                self.ids[name] = self.ask("POST", "logged-models", body)["model"]["info"]["model_id"]

    def filled(self, value):
        if isinstance(value, str):
            for name, text in [*self.ids.items(), ("n", str(self.n))]:
                value = value.replace("{" + name + "}", text)
            return value
        if isinstance(value, list):
            return [self.filled(v) for v in value]
        if isinstance(value, dict):
            return {k: self.filled(v) for k, v in value.items()}
        return value

    def ask(self, method, path, body, case=""):
        self.n += 1
        body = self.filled(body)
        url, data = self.url + API + self.filled(path), None
        if method == "GET":
            plain = {k: v if isinstance(v, (str, list)) else json.dumps(v) for k, v in body.items()}
            url += "?" + urllib.parse.urlencode(plain, doseq=True, errors="surrogatepass")
        else:
            data = json.dumps(body).encode()
        request = urllib.request.Request(
            url, data=data, method=method, headers={"Content-Type": "application/json", "X-Case": case}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                status, text = reply.status, reply.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        if case:
            check(f"{case} is answered: {status}", status > 0)
        try:
            return json.loads(text)
        except ValueError:
            return {}


def places(body, path=()):
    """Where texts and numbers stand in a body."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        if isinstance(value, (dict, list)):
            yield path + (key,), value
            yield from places(value, path + (key,))
        else:
            yield path + (key,), value


def put(body, path, value):
    body = copy.deepcopy(body)
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return body


def without(body, path):
    body = copy.deepcopy(body)
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return body


def calls():
    return CALLS + (NEWER_CALLS if VERSION >= (3, 0) else [])


def odd(method, value):
    """The values that take the place of this one."""
    if isinstance(value, (dict, list)):
        return {"text": "x", "number": 7, "null": None, "empty list": []}
    values = TEXTS if isinstance(value, str) else NUMBERS
    if method == "GET":
        values = {**values, **({"long": "x" * 3000} if isinstance(value, str) else {})}
    few = ("NUL", "long", "text", "huge", "null")
    return {name: v for name, v in values.items() if name in few} if scenarios.QUICK else values


@scenario()
def page_tokens():
    asker = prepared()
    searches = [
        ("POST", "experiments/search", {"max_results": 1}, {"filter": "name LIKE 'neg%'"}),
        (
            "POST",
            "runs/search",
            {"max_results": 1, "experiment_ids": ["{experiment}"]},
            {"experiment_ids": ["{other}"]},
        ),
        (
            "GET",
            "metrics/get-history",
            {"max_results": 1, "run_id": "{run}", "metric_key": "auc"},
            {"run_id": "{spare}"},
        ),
        ("GET", "registered-models/search", {"max_results": 1}, {"filter": "name LIKE 'neg%'"}),
        ("GET", "model-versions/search", {"max_results": 1}, {"filter": "name LIKE 'neg%'"}),
    ]
    if VERSION >= (3, 0):
        searches.append(
            (
                "POST",
                "logged-models/search",
                {"max_results": 1, "experiment_ids": ["{experiment}"]},
                {"experiment_ids": ["{other}"]},
            )
        )
    if not since((3, 0), "pages of metric histories"):
        del searches[2]
    tokens = {path: asker.ask(method, path, body).get("next_page_token", "") for method, path, body, _ in searches}
    for method, path, body, other in searches:
        token = tokens[path]
        check(f"{path} has a next page", bool(token))
        altered = {
            "right": token,
            "without its end": token[:-6],
            "without its start": token[5:],
            "with more": token + "AAAA",
            "reversed": token[::-1],
            "upper": token.upper(),
            "garbage": "garbage!",
            "long": "A" * 3000,
            "quote": "' OR 1=1 --",
            "number": 5,
            "object": "e30=",
            "minus": "eyJvZmZzZXQiOiAtMX0=",
        }
        altered |= {f"of {name}": value for name, value in tokens.items() if name != path}
        for name, value in altered.items():
            asker.ask(method, path, {**body, "page_token": value}, f"{path} token {name}")
        asker.ask(method, path, {**body, **other, "page_token": token}, f"{path} token with another filter")
        asker.ask(method, path, {**body, "max_results": 2, "page_token": token}, f"{path} token with another size")


@scenario()
def limits():
    asker = prepared()
    bodies = {(method, path): body for method, path, body in calls()}
    for method, path, place, limit in LIMITS:
        if (method, path) in bodies:
            for length in (limit, limit + 1):
                start = "s3://bucket/" if place[-1] in ("artifact_location", "source") and len(place) == 1 else ""
                text = f"{start}{asker.n}-{'x' * length}"[:length]
                asker.ask(
                    method,
                    path,
                    put(bodies[method, path], place, text),
                    f"{path} {'.'.join(map(str, place))} of {length}",
                )
    for kind, count in (("metrics", 1000), ("params", 100), ("tags", 100)):
        for many in (count, count + 1):
            items = [
                {"key": f"{kind[0]}{{n}}-{i}", "value": 1 if kind == "metrics" else "1", "timestamp": 1}
                for i in range(many)
            ]
            items = items if kind == "metrics" else [{k: v for k, v in i.items() if k != "timestamp"} for i in items]
            asker.ask("POST", "runs/log-batch", {"run_id": "{run}", kind: items}, f"log-batch of {many} {kind}")
    for many in (800, 801):
        body = {"run_id": "{run}", "metrics": [{"key": f"x{i}", "value": 1, "timestamp": 1} for i in range(many)]}
        for kind in ("params", "tags"):
            body[kind] = [{"key": f"{kind}{{n}}-{i}", "value": "1"} for i in range(100)]
        asker.ask("POST", "runs/log-batch", body, f"log-batch of {many + 200}")
    for many in (size(1000, 100), size(1001, 101)):
        items = [{"dataset": {**DATASET, "name": f"many {i}", "digest": "{n}"}} for i in range(many)]
        asker.ask("POST", "runs/log-inputs", {"run_id": "{third}", "datasets": items}, f"log-inputs of {many}")
    for many in (100, 101):
        ids = ["{run}"] + [f"{i:032x}" for i in range(1, many)]
        body = {"run_ids": ids, "metric_key": "auc"}
        asker.ask("GET", "metrics/get-history-bulk-interval", body, f"bulk interval of {many} runs")
    for method, path, limit in PAGES:
        body = {k: v for k, v in bodies.get((method, path), {}).items() if k != "page_token"}
        for count in (0, 1, limit, limit + 1, -1):
            if body:
                asker.ask(method, path, {**body, "max_results": count}, f"{path} max_results {count}")


PAGES = [
    ("POST", "experiments/search", 50_000),
    ("POST", "runs/search", 50_000),
    ("GET", "metrics/get-history", 25_000),
    ("GET", "metrics/get-history-bulk-interval", 2_500),
    ("GET", "registered-models/search", 1_000),
    ("GET", "model-versions/search", 200_000),
    ("POST", "logged-models/search", 50),
]
LIMITS = [
    ("POST", "experiments/create", ("name",), validation.MAX_EXPERIMENT_NAME_LENGTH),
    ("POST", "experiments/update", ("new_name",), validation.MAX_EXPERIMENT_NAME_LENGTH),
    ("POST", "experiments/create", ("tags", 0, "key"), validation.MAX_EXPERIMENT_TAG_KEY_LENGTH),
    ("POST", "experiments/create", ("tags", 0, "value"), validation.MAX_EXPERIMENT_TAG_VAL_LENGTH),
    ("POST", "experiments/create", ("artifact_location",), 256),
    ("POST", "experiments/set-experiment-tag", ("key",), validation.MAX_EXPERIMENT_TAG_KEY_LENGTH),
    ("POST", "experiments/set-experiment-tag", ("value",), validation.MAX_EXPERIMENT_TAG_VAL_LENGTH),
    ("POST", "runs/create", ("run_name",), 250),
    ("POST", "runs/create", ("user_id",), 256),
    ("POST", "runs/create", ("tags", 0, "key"), validation.MAX_ENTITY_KEY_LENGTH),
    ("POST", "runs/create", ("tags", 0, "value"), validation.MAX_TAG_VAL_LENGTH),
    ("POST", "runs/update", ("run_name",), 250),
    ("POST", "runs/update", ("run_name",), validation.MAX_TAG_VAL_LENGTH),
    ("POST", "runs/set-tag", ("key",), validation.MAX_ENTITY_KEY_LENGTH),
    ("POST", "runs/set-tag", ("value",), validation.MAX_TAG_VAL_LENGTH),
    ("POST", "runs/log-parameter", ("key",), validation.MAX_ENTITY_KEY_LENGTH),
    ("POST", "runs/log-parameter", ("value",), validation.MAX_PARAM_VAL_LENGTH),
    ("POST", "runs/log-metric", ("key",), validation.MAX_ENTITY_KEY_LENGTH),
    ("POST", "runs/log-batch", ("metrics", 0, "key"), validation.MAX_ENTITY_KEY_LENGTH),
    ("POST", "runs/log-batch", ("params", 0, "key"), validation.MAX_ENTITY_KEY_LENGTH),
    ("POST", "runs/log-batch", ("params", 0, "value"), validation.MAX_PARAM_VAL_LENGTH),
    ("POST", "runs/log-batch", ("tags", 0, "key"), validation.MAX_ENTITY_KEY_LENGTH),
    ("POST", "runs/log-batch", ("tags", 0, "value"), validation.MAX_TAG_VAL_LENGTH),
    ("POST", "runs/log-inputs", ("datasets", 0, "dataset", "name"), validation.MAX_DATASET_NAME_SIZE),
    ("POST", "runs/log-inputs", ("datasets", 0, "dataset", "digest"), validation.MAX_DATASET_DIGEST_SIZE),
    ("POST", "runs/log-inputs", ("datasets", 0, "dataset", "source_type"), 36),
    ("POST", "runs/log-inputs", ("datasets", 0, "dataset", "source"), validation.MAX_DATASET_SOURCE_SIZE),
    ("POST", "runs/log-inputs", ("datasets", 0, "dataset", "schema"), validation.MAX_DATASET_SCHEMA_SIZE),
    ("POST", "runs/log-inputs", ("datasets", 0, "dataset", "profile"), validation.MAX_DATASET_PROFILE_SIZE),
    ("POST", "runs/log-inputs", ("datasets", 0, "tags", 0, "key"), validation.MAX_INPUT_TAG_KEY_SIZE),
    ("POST", "runs/log-inputs", ("datasets", 0, "tags", 0, "value"), validation.MAX_INPUT_TAG_VALUE_SIZE),
    ("POST", "registered-models/create", ("name",), 256),
    ("POST", "registered-models/create", ("description",), 5000),
    ("POST", "registered-models/create", ("tags", 0, "key"), validation.MAX_MODEL_REGISTRY_TAG_KEY_LENGTH),
    ("POST", "registered-models/create", ("tags", 0, "value"), validation.MAX_MODEL_REGISTRY_TAG_VALUE_LENGTH),
    ("POST", "registered-models/set-tag", ("key",), validation.MAX_MODEL_REGISTRY_TAG_KEY_LENGTH),
    ("POST", "registered-models/set-tag", ("value",), validation.MAX_MODEL_REGISTRY_TAG_VALUE_LENGTH),
    ("POST", "registered-models/alias", ("alias",), validation.MAX_REGISTERED_MODEL_ALIAS_LENGTH),
    ("POST", "model-versions/create", ("source",), 500),
    ("POST", "model-versions/create", ("run_link",), 500),
    ("POST", "model-versions/create", ("description",), 5000),
    ("POST", "model-versions/create", ("tags", 0, "key"), validation.MAX_MODEL_REGISTRY_TAG_KEY_LENGTH),
    ("POST", "model-versions/create", ("tags", 0, "value"), validation.MAX_MODEL_REGISTRY_TAG_VALUE_LENGTH),
    ("POST", "model-versions/set-tag", ("key",), validation.MAX_MODEL_REGISTRY_TAG_KEY_LENGTH),
    ("POST", "model-versions/set-tag", ("value",), validation.MAX_MODEL_REGISTRY_TAG_VALUE_LENGTH),
    ("POST", "logged-models", ("name",), 256),
    ("POST", "logged-models", ("model_type",), 500),
    ("POST", "logged-models", ("tags", 0, "key"), 255),
    ("POST", "logged-models", ("tags", 0, "value"), 8000),
    ("POST", "logged-models", ("params", 0, "key"), 255),
    ("POST", "logged-models", ("params", 0, "value"), 6000),
]


@scenario()
def odd_values():
    asker = prepared()
    for method, path, body in calls():
        asker.ask(method, path, body, f"{path} valid")
        for place, value in places(body):
            where = ".".join(map(str, place))
            for name, other in odd(method, value).items():
                asker.ask(method, path, put(body, place, other), f"{method} {path} {where} {name}")
            if not isinstance(place[-1], int):
                asker.ask(method, path, without(body, place), f"{method} {path} {where} absent")
