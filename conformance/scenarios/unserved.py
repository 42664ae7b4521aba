"""What Mayfly does not serve is refused at once, in MLflow's form, and clients that need it don't wait for minutes."""

import json
import os
import re
import time
import urllib.error
import urllib.request

import mlflow
from mlflow import MlflowClient

from scenarios import LEFT_OUT, check, scenario

ID = "0" * 32
UNSERVED = """
POST 2.0/traces
PATCH 2.0/traces/tr-ID
GET 2.0/traces
GET 2.0/traces/tr-ID/info
POST 2.0/traces/delete-traces
PATCH 2.0/traces/tr-ID/tags
DELETE 2.0/traces/tr-ID/tags
POST 3.0/traces
POST 3.0/traces/search
GET 3.0/traces/tr-ID
GET 3.0/traces/get
GET 3.0/traces/batchGet
POST 3.0/traces/delete-traces
POST 3.0/traces/link-to-run
POST 3.0/traces/tr-ID/assessments
GET 3.0/traces/tr-ID/assessments/a-ID
PATCH 3.0/traces/tr-ID/assessments/a-ID
DELETE 3.0/traces/tr-ID/assessments/a-ID
POST 3.0/scorers/register
GET 3.0/scorers/list
GET 3.0/scorers/get
DELETE 3.0/scorers/delete
POST 3.0/datasets/create
GET 3.0/datasets/d-ID
DELETE 3.0/datasets/d-ID
POST 3.0/datasets/search
POST 3.0/datasets/d-ID/records
GET 3.0/gateway/endpoints/list
POST 3.0/gateway/secrets/create
POST 3.0/gateway/endpoints/create
GET 3.0/workspaces
POST 3.0/workspaces
GET 3.0/jobs/j-ID
POST 3.0/jobs
POST 3.0/prompt-optimization/jobs
GET 3.0/issues
"""


def asked(method, path):
    url = os.environ["MLFLOW_TRACKING_URI"] + path
    body = None if method in ("GET", "DELETE") else b"{}"
    request = urllib.request.Request(url, data=body, method=method, headers={"Content-Type": "application/json"})
    started = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            status, kind, text = reply.status, reply.headers.get("Content-Type", ""), reply.read()
    except urllib.error.HTTPError as error:
        status, kind, text = error.code, error.headers.get("Content-Type", ""), error.read()
    return status, kind, text, time.monotonic() - started


@scenario(alone=True)
def unserved_calls():
    paths = [tuple(line.split()) for line in UNSERVED.strip().splitlines()]
    calls = [
        (method, re.sub(r"^(\d.0)/", rf"{prefix}\1/mlflow/", path.replace("ID", ID)))
        for method, path in paths
        for prefix in ("/api/", "/ajax-api/")
    ]
    calls += [
        ("POST", "/graphql"),
        ("GET", "/graphql"),
        ("POST", "/v1/traces"),
        ("GET", "/api/3.0/mlflow/no/such"),
        ("PUT", "/gateway/x/y"),
    ]
    for method, path in calls:
        status, kind, text, seconds = asked(method, path)
        try:
            code = json.loads(text).get("error_code")
        except (ValueError, AttributeError):
            code = None
        right = status == 404 and code == "ENDPOINT_NOT_FOUND" and kind.startswith("application/json") and seconds < 1
        check(f"{method} {path}: {status} {kind} {text[:120]} in {seconds:.1f} s", right)


def attempts(client):
    """What a client of this generation may try, by name."""
    yield "search_traces", lambda: client.search_traces(["0"])
    yield "delete_traces", lambda: client.delete_traces("0", max_timestamp_millis=1, max_traces=1)
    yield "get_trace", lambda: client.get_trace("tr-" + ID)
    if hasattr(mlflow, "genai") and hasattr(mlflow.genai, "datasets"):
        yield "create_dataset", lambda: mlflow.genai.datasets.create_dataset(name="d", experiment_id="0")
    if hasattr(mlflow, "genai") and hasattr(mlflow.genai, "list_scorers"):
        yield "list_scorers", lambda: mlflow.genai.list_scorers(experiment_id="0")
    if hasattr(mlflow, "log_feedback"):
        yield "log_feedback", lambda: mlflow.log_feedback(trace_id="tr-" + ID, name="f", value=1)
    if hasattr(client, "list_workspaces"):
        yield "list_workspaces", lambda: list(client.list_workspaces())
    if hasattr(client, "search_datasets"):
        yield "search_datasets", lambda: list(client.search_datasets(["0"]))


@scenario(alone=True)
def unserved_clients():
    """With the client's own retries, as a user has them."""
    settings = [name for name in os.environ if name.startswith("MLFLOW_HTTP_REQUEST_")]
    saved = {name: os.environ.pop(name) for name in settings}
    try:
        for name, attempt in attempts(MlflowClient()):
            started = time.monotonic()
            try:
                attempt()
                answer = "answered"
            except Exception as e:
                answer = f"{type(e).__name__}: {str(e)[:100]}"
            seconds = time.monotonic() - started
            check(f"{name} fails soon: {answer} in {seconds:.1f} s", answer != "answered" and seconds < 5)
    finally:
        os.environ.update(saved)
    traced_function()


def traced_function():
    """A traced function works, though its trace has nowhere to go."""
    if not hasattr(mlflow, "trace"):
        LEFT_OUT.append(("trace", f"not in mlflow {mlflow.__version__}"))
        return

    @mlflow.trace
    def double(n):
        return 2 * n

    started = time.monotonic()
    check("a traced function returns", double(2) == 4)
    check("at once", time.monotonic() - started < 5)
