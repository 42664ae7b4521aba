"""What a job asks of Mayfly: secrets, and where it belongs.

    import mayfly
    password = mayfly.secret("lockbox:e6q0000/password")   # as the service account of the cluster
    print(mayfly.lineage()["run"])

Run as a script it starts another one, MAYFLY_SCRIPT, after it has put secrets into its arguments and variables: these stand on no
command line and in no property.
"""

import base64
import json
import os
import runpy
import sys
import urllib.request

_LINEAGE = {
    "pipeline": "MAYFLY_PIPELINE",
    "run": "MAYFLY_RUN_ID",
    "task": "MAYFLY_TASK",
    "attempt": "MAYFLY_ATTEMPT",
    "tracking_run": "MAYFLY_TRACKING_RUN_ID",
    "tracking_uri": "MLFLOW_TRACKING_URI",
}


def lineage():
    """Returns the pipeline, run, task, attempt, tracking run and tracking address of this job; empty outside of one."""
    return {name: os.environ[variable] for name, variable in _LINEAGE.items() if variable in os.environ}


def secret(reference):
    """Returns an entry of Lockbox, by lockbox:SECRET/KEY, read as the service account of this virtual machine.

    Raises ValueError for another reference or an entry that is not there, urllib.error.URLError if Lockbox can't be asked.
    """
    scheme, _, path = reference.partition(":")
    name, _, key = path.partition("/")
    if scheme != "lockbox" or not name or not key or "/" in key:
        raise ValueError("%s (expected: lockbox:SECRET/KEY)" % reference)
    metadata = os.environ.get("MAYFLY_METADATA_URL", "http://169.254.169.254")
    lockbox = os.environ.get("MAYFLY_LOCKBOX_URL", "https://payload.lockbox.api.cloud.yandex.net")
    token = _get(metadata + "/computeMetadata/v1/instance/service-accounts/default/token", {"Metadata-Flavor": "Google"})
    payload = _get(
        "%s/lockbox/v1/secrets/%s/payload" % (lockbox, name), {"Authorization": "Bearer " + token["access_token"]}
    )
    for entry in payload["entries"]:
        if entry["key"] == key:
            return entry["textValue"] if "textValue" in entry else base64.b64decode(entry["binaryValue"]).decode()
    raise ValueError("%s (expected: an entry that the secret has)" % reference)


def _get(url, headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return json.load(answer)


def _found(name):
    for folder in [os.getcwd()] + sys.path:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    sys.exit("mayfly: there is no %s beside the job (expected: one that the cluster has fetched)" % name)


def _reveal(hidden):
    """Puts secrets in the place of their marks; each is {"value": TEXT} or {"reference": lockbox:SECRET/KEY}."""
    values = {}

    def revealed(text):
        for mark, what in hidden.items():
            if mark in text:
                if mark not in values:
                    values[mark] = what["value"] if "value" in what else secret(what["reference"])
                text = text.replace(mark, values[mark])
        return text

    sys.argv[1:] = [revealed(argument) for argument in sys.argv[1:]]
    for name, text in list(os.environ.items()):
        if revealed(text) != text:
            os.environ[name] = revealed(text)


def _start():
    token = os.environ.get("MAYFLY_TOKEN_FILE", "")
    if token:
        with open(_found(os.path.basename(token))) as file:
            os.environ["MLFLOW_TRACKING_TOKEN"] = file.read().strip()
    _reveal(json.loads(os.environ.pop("MAYFLY_SECRETS", "{}")))
    script = _found(os.environ["MAYFLY_SCRIPT"])
    sys.argv[0] = script
    sys.path.insert(0, os.path.dirname(script))
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    _start()
