"""Starts a script on a cloud. What stands in a job's properties is shown to whoever sees the cluster, so the token of the job comes
in a file; the script finds it where MLflow's client looks for it."""

import os
import runpy
import sys


def found(name):
    for folder in [os.getcwd()] + sys.path:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    sys.exit("mayfly: there is no %s beside the job (expected: one that the cluster has fetched)" % name)


token = os.environ.get("MAYFLY_TOKEN_FILE", "")
if token:
    with open(found(os.path.basename(token))) as file:
        os.environ["MLFLOW_TRACKING_TOKEN"] = file.read().strip()
script = found(os.environ["MAYFLY_SCRIPT"])
sys.argv[0] = script
sys.path.insert(0, os.path.dirname(script))
runpy.run_path(script, run_name="__main__")
