"""The same requests to a live MLflow server and to Mayfly, the replies compared field by field.

    differential.py MLFLOW_URL MAYFLY_URL

Each step names a request; values of earlier replies stand in braces. Ids, times and page tokens differ by nature and are
compared by their kind. Whatever else differs must stand in allowed-differences.json, with its reason.
"""

import json
import pathlib
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

from replies import UNORDERED, Allowed, differences
from steps import STEPS

ALLOWED = pathlib.Path(__file__).parent / "allowed-differences.json"
TIMES = re.compile(r"(time|timestamp|timestamp_ms)$")


class Server:
    def __init__(self, url):
        self.url = url
        self.saved = {}

    def fill(self, value):
        if isinstance(value, str):
            return re.sub(r"\{(\w+)\}", lambda m: str(self.saved.get(m.group(1), m.group(0))), value)
        if isinstance(value, list):
            return [self.fill(v) for v in value]
        if isinstance(value, dict):
            return {k: self.fill(v) for k, v in value.items()}
        return value

    def call(self, method, path, body, headers):
        url = self.url + self.fill(path)
        data = None
        if isinstance(body, bytes):
            data = body
        elif isinstance(body, str):
            data = body.encode()
        elif body is not None and method == "GET":
            url += "?" + urllib.parse.urlencode(self.fill(body), doseq=True)
        elif body is not None:
            data = json.dumps(self.fill(body)).encode()
        kinds = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(url, data=data, method=method, headers=kinds if data is not None else headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, reply.read(), dict(reply.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read(), dict(error.headers)


def at(reply, path):
    for part in path.split("."):
        reply = reply[int(part)] if part.isdigit() else reply[part]
    return reply


def normal(value, server, key=""):
    """What may differ by nature becomes its kind."""
    names = sorted(server.saved.items(), key=lambda item: -len(str(item[1])))
    if isinstance(value, dict):
        return {k: normal(v, server, k) for k, v in value.items() if k not in ("sqlstate", "error_class")}
    if isinstance(value, list):
        return [normal(v, server, key) for v in value]
    if key == "next_page_token":
        return "<token>" if value else value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and TIMES.search(key) and value > 1e12:
        return "<time>"
    if isinstance(value, str):
        if key in ("user_id", "message"):
            return f"<{key}>"
        for name, saved in names:
            if isinstance(saved, str) and len(saved) > 8:
                value = value.replace(saved, f"<{name}>")
            elif str(saved) == value and key.endswith("_id"):
                value = f"<{name}>"
        if key in ("artifact_location", "artifact_uri", "root_uri", "source") or value.startswith("mlflow-artifacts:"):
            value = re.sub(r"^mlflow-artifacts:/+\d+", "mlflow-artifacts:/<experiment>", value)
        return value
    return value


def main():
    theirs, ours = Server(sys.argv[1]), Server(sys.argv[2])
    allowed = Allowed(ALLOWED)
    wrong, count = 0, 0
    for step in STEPS:
        count += 1
        replies = []
        for server in (theirs, ours):
            status, body, _ = server.call(step.method, step.path, step.body, step.headers)
            try:
                reply = json.loads(body)
            except ValueError:
                reply = {"<text>": body.decode("utf-8", "replace") if status == 200 else "<error page>"}
            for name, where in step.save.items():
                try:
                    server.saved[name] = at(reply, where)
                except (KeyError, IndexError, TypeError):
                    print(f"{step.name}: no {where} in {json.dumps(reply)[:300]} of {server.url}")
            replies.append((status, reply))
        compared = [{"status": status, "body": normal(reply, server)} for (status, reply), server in zip(replies, (theirs, ours))]
        found = list(differences(*compared, unordered=UNORDERED + ("model_versions",)))
        if any(where == "status" for where, _, _ in found):
            found = [difference for difference in found if difference[0] == "status"]
        for where, a, b in found:
            if allowed.allows(step.name, where, a, b):
                continue
            wrong += 1
            print(f"{step.name}: {where}\n    MLflow {json.dumps(a)[:400]}\n    Mayfly {json.dumps(b)[:400]}")
            if where == "status":
                print(f"    messages: {json.dumps(replies[0][1])[:300]} | {json.dumps(replies[1][1])[:300]}")
    for rule in allowed.unused():
        wrong += 1
        print(f"allowed-differences.json: '{rule['step']}' is no difference any more; take it out")
    print(f"{count} requests, {wrong} differences beyond the allowed {len(allowed.rules)}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
