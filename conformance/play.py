"""Plays the scenarios against a server that is new and empty.

    play.py URL [--quick] [--alone] [scenario names]

--quick takes smaller numbers of everything; --alone plays also what a live MLflow need not pass. A name may be that of a
module, of which all is played.
"""

import importlib
import logging
import os
import pathlib
import sys
import tempfile
import time
import urllib.request
import warnings

HERE = pathlib.Path(__file__).resolve().parent
SETTINGS = {
    "LOGNAME": "ann",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # What a client repeats shows as more calls; it need not last.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0",
    "MLFLOW_HTTP_REQUEST_BACKOFF_JITTER": "0",
    "OMP_NUM_THREADS": "1",
    "TQDM_DISABLE": "1",
    "MPLBACKEND": "agg",
    "SPARK_LOCAL_IP": "127.0.0.1",
    "GIT_PYTHON_REFRESH": "quiet",
}


def begin(url, scene):
    """Tells the recorder, if there is one, that a scenario begins."""
    try:
        urllib.request.urlopen(f"{url}/__scenario/{scene.name}?order={'alone' if scene.alone else scene.order}").close()
    except OSError:
        pass


def chosen(scenes, names, alone):
    for scene in scenes:
        if names and not names & {scene.name, scene.module}:
            continue
        if scene.asked and scene.name not in names or scene.alone and not alone:
            continue
        yield scene


def main():
    arguments = sys.argv[1:]
    url = next(a for a in arguments if not a.startswith("--"))
    names = {a for a in arguments if not a.startswith("--")} - {url}
    os.environ.update(SETTINGS, MLFLOW_TRACKING_URI=url)
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(HERE))
    import scenarios

    scenarios.QUICK = "--quick" in arguments
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    mlflow.models.infer_pip_requirements = lambda *a, **k: ["mlflow"]  # it asks no server, and takes seconds
    for module in scenarios.MODULES:
        importlib.import_module(f"scenarios.{module}")
    print(f"mlflow {mlflow.__version__} against {url}")
    folder = tempfile.TemporaryDirectory()
    os.chdir(folder.name)
    for scene in chosen(scenarios.ALL, names, "--alone" in arguments):
        begin(url, scene)
        started, before = time.monotonic(), scenarios.COUNT["passed"]
        try:
            scene.play()
        except Exception as e:
            scenarios.check(f"{scene.name} comes to its end: {type(e).__name__}: {str(e)[:300]}", False)
        count = scenarios.COUNT["passed"] - before
        print(f"  ok   {scene.name}: {count} checks in {time.monotonic() - started:.1f} s", flush=True)
    for what, why in scenarios.LEFT_OUT:
        print(f"  left out: {what} ({why})")
    print(f"{scenarios.COUNT['passed']} passed, {scenarios.COUNT['failed']} failed")
    sys.exit(1 if scenarios.COUNT["failed"] else 0)


if __name__ == "__main__":
    main()
