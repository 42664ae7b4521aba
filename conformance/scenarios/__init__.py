"""What data scientists do with MLflow's client, each scenario a function, and what they all need."""

import dataclasses
import json
import os
import types
import urllib.request

import mlflow
from mlflow.exceptions import MlflowException

# In the order in which they are played: negative leaves things on one server that the other one refuses, and unserved
# has threads that try for a while.
MODULES = ["first_minute", "runs", "searches", "datasets", "files", "registry", "training", "negative", "unserved"]
ALL = []
LEFT_OUT = []
COUNT = {"passed": 0, "failed": 0}
QUICK = False
VERSION = tuple(int(n) for n in mlflow.__version__.split(".")[:2])


@dataclasses.dataclass
class Scene:
    name: str
    module: str
    play: types.FunctionType
    order: str  # of its calls: fixed, any, or none: then the calls are other ones every time
    alone: bool  # a live MLflow need not pass it
    asked: bool  # only played when it is named


def scenario(order="fixed", alone=False, asked=False):
    def add(play):
        module = play.__module__.removeprefix("scenarios.")
        ALL.append(Scene(play.__name__, module, play, order, alone, asked))
        return play

    return add


def check(name, condition):
    COUNT["passed" if condition else "failed"] += 1
    if not condition:
        print(f"  FAIL {name}", flush=True)


def refused(call, *arguments, **named):
    """The error code that a call is refused with, or None."""
    try:
        call(*arguments, **named)
    except MlflowException as e:
        return e.error_code
    return None


def has(owner, name):
    """Whether this generation has a call; what it has not is printed at the end."""
    if hasattr(owner, name):
        return True
    LEFT_OUT.append((name, f"not in mlflow {mlflow.__version__}"))
    return False


def since(version, what):
    """Whether this generation can do it, as calls of the same name do not tell."""
    if VERSION >= version:
        return True
    LEFT_OUT.append((what, f"not in mlflow {mlflow.__version__}"))
    return False


def size(full, quick):
    return quick if QUICK else full


def some(things):
    """All of them, or each third."""
    return list(things)[::3] if QUICK else things


def pages(search, **arguments):
    """All that a search finds, page by page, and the number of pages."""
    found, token, count = [], None, 0
    while True:
        page = search(page_token=token, **arguments)
        found += page
        count += 1
        token = page.token
        if not token:
            return found, count


def post(path, body):
    """What the client will not send."""
    url = f"{os.environ['MLFLOW_TRACKING_URI']}/api/2.0/mlflow/{path}"
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)
