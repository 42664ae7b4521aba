"""Compares two recordings of the same scenarios: what a client and MLflow said to each other, and it and Mayfly.

    compare.py THEIRS.jsonl OURS.jsonl --client VERSION --allowed FILE

Ids, times, page tokens and addresses differ by nature: where an id of theirs stands, the same id of ours must stand
every time. What else differs must stand in the file of allowed differences, with its reason.
"""

import argparse
import collections
import difflib
import hashlib
import itertools
import json
import os
import re
import sys

from replies import ABSENT, UNORDERED, Allowed, differences, json_in

ID = re.compile(
    r"(?<![0-9a-f])(?:m-)?[0-9a-f]{32}(?![0-9a-f])|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<=mlflow-artifacts:/)\d+|(?<=/artifacts/)\d+(?=/)|(?:(?<=\")|^)\d+(?=/(?:[0-9a-f]{32}|models)/)"
)
VARYING = [
    (re.compile(r"\b1[6-9]\d{11}\b"), "<time>"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?"), "<time>"),
    (re.compile(r"_[0-9a-f]{12}\b"), "_<uid>"),
    (re.compile(r"\btmp[a-z0-9_]{8}\b"), "<temporary>"),
    (re.compile(r"\b(127\.0\.0\.1|localhost):\d+"), "<server>"),
]

MADE_UP = re.compile(r"[a-z]+-[a-z]+-\d+")  # a name that a server gives to a run without one
LONG = 20_000  # in longer texts no ids are looked for


def varied(text):
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text


def is_time(value):
    return isinstance(value, (int, float)) and 1.6e12 < value < 2.5e12


class Twins:
    """Which id of ours is which of theirs."""

    def __init__(self):
        self.ours, self.theirs = {}, {}

    def pair(self, theirs, ours):
        return self.ours.setdefault(theirs, ours) == ours and self.theirs.setdefault(ours, theirs) == theirs

    def same(self, theirs, ours):
        if theirs == ours and not isinstance(theirs, str) or is_time(theirs) and is_time(ours):
            return True
        if theirs != theirs and ours != ours:  # both are no numbers
            return True
        if not isinstance(theirs, str) or not isinstance(ours, str):
            return False
        theirs, ours = varied(theirs), varied(ours)
        ids = [ID.findall(text) for text in (theirs, ours)]
        return ID.sub("<id>", theirs) == ID.sub("<id>", ours) and all(self.pair(*two) for two in zip(*ids))

    def known(self, text, of_theirs):
        """The text with ids that both servers know as ours, and others as <id>."""

        def name(found):
            if of_theirs:
                return self.ours.get(found[0], "<id>")
            return found[0] if found[0] in self.theirs else "<id>"

        return ID.sub(name, varied(text))


def normal(value, key=""):
    """What can't be compared at all becomes its kind; ids of experiments are made to look like ids."""
    if isinstance(value, dict):
        inexact = str(value.get("path", "")).endswith("MLmodel")  # it holds ids and times
        keys = {"value": str(value.get("key", "value"))}
        if "is_dir" in value:  # images are named after the time, and an id
            keys["path"] = "listed"
        return {k: normal(v, keys.get(k, k)) for k, v in value.items() if not (k == "file_size" and inexact)}
    if isinstance(value, list):
        return [normal(v, key) for v in value]
    if nested := json_in(value):
        return {"json in text": normal(nested)}
    if isinstance(value, str) and len(value) > LONG:
        return f"{value[:LONG]}... {len(value)} {hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"
    if key == "listed":
        return ID.sub("<id>", varied(value))
    if key in ("run_name", "mlflow.runName") and MADE_UP.fullmatch(str(value)):
        return "<made up>"
    if key.endswith("_time") and isinstance(value, float):
        return "<duration>"
    if key in ("next_page_token", "page_token") and value and len(str(value)) > 7:
        return "<token>"
    if key in ("experiment_id", "experiment_ids") and isinstance(value, str) and value.isdigit():
        return f"mlflow-artifacts:/{value}"
    return value


def template(path):
    return re.sub(r"(?<=/artifacts/).*", "<file>", ID.sub("<id>", path))


def call(exchange):
    return f"{exchange['method']} {template(exchange['path'])}"


def step(exchange):
    return f"{exchange['scenario']} {exchange['case'] or call(exchange)}"


def request(exchange):
    query = collections.defaultdict(list)
    for name, value in exchange["query"]:
        query[name].append(value)
    body = None if is_artifact(exchange) else normal(exchange["request"])  # a client pickles what it likes
    return {"path": exchange["path"], "query": normal(query), "body": body}


def is_artifact(exchange):
    return "/mlflow-artifacts/artifacts/" in exchange["path"]


def reply(exchange):
    body = "as it was sent" if exchange.get("as sent") else normal(exchange["reply"])
    if exchange["status"] >= 400 and isinstance(body, dict) and isinstance(body.get("json"), dict):
        body = {"json": {k: v for k, v in body["json"].items() if k not in ("message", "sqlstate", "error_class")}}
    kind = exchange["headers"].get("content-type", "").partition(";")[0]
    return {"body": body, "type": kind, "disposition": exchange["headers"].get("content-disposition", "")}


def shape(value, path=""):
    """The places that there are in a reply, and its status."""
    if isinstance(value, dict):
        name = f"{path}.{value['key']}" if isinstance(value.get("key"), str) else path
        return set().union({name}, *(shape(v, f"{name}.{k}".lstrip(".")) for k, v in value.items()))
    if isinstance(value, list):
        return set().union(*(shape(v, f"{path}[]") for v in value), set())
    return {f"status={value}" if path == "status" else path}


def wording(exchange):
    """A request without what differs by nature."""
    return ID.sub("<id>", varied(json.dumps([exchange["case"] or call(exchange), request(exchange)], sort_keys=True)))


def in_order(theirs, ours, twins):
    """Pairs of exchanges, one after the other; None where one server was asked what the other wasn't."""
    groups = [[(word, list(same)) for word, same in itertools.groupby(side, wording)] for side in (theirs, ours)]
    words = [[word for word, _ in side] for side in groups]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if kind == "equal":
            for (_, one), (_, other) in zip(groups[0][a:b], groups[1][c:d]):
                yield from itertools.zip_longest(one, other)
        else:
            sides = [[e for _, same in side for e in same] for side in (groups[0][a:b], groups[1][c:d])]
            names = [[e["case"] or call(e) for e in side] for side in sides]
            alike = len(os.path.commonprefix(names))
            yield from zip(sides[0][:alike], sides[1][:alike])
            yield from ((e, None) for e in sides[0][alike:])
            yield from ((None, e) for e in sides[1][alike:])


def in_any_order(theirs, ours, twins):
    """Pairs of exchanges with the same request, wherever it came; of several, the one with the same ids."""
    waiting = collections.defaultdict(list)
    for exchange in ours:
        waiting[wording(exchange)].append((exchange, json.dumps([call(exchange), request(exchange)], sort_keys=True)))
    for exchange in theirs:
        alike = waiting[wording(exchange)]
        wanted = twins.known(json.dumps([call(exchange), request(exchange)], sort_keys=True), True)
        found = next((n for n, (_, text) in enumerate(alike) if twins.known(text, False) == wanted), None)
        yield exchange, None if found is None else alike.pop(found)[0]
    yield from ((None, exchange) for alike in waiting.values() for exchange, _ in alike)


class Comparison:
    def __init__(self, allowed):
        self.allowed, self.twins = allowed, Twins()
        self.passed = self.failed = 0
        self.shown = collections.defaultdict(list)

    def scenario(self, theirs, ours):
        order = (theirs or ours)[0]["order"]
        if order == "none":
            self.kinds(theirs, ours)
        if order in ("none", "alone"):
            return
        unordered = UNORDERED + (("runs", "models", "files") if order == "any" else ())
        for a, b in (in_any_order if order == "any" else in_order)(theirs, ours, self.twins):
            self.note(a, b, self.found(a, b, unordered), 1)

    def kinds(self, theirs, ours):
        """Of calls that are other ones every time: each kind of them, and what is in the replies."""
        sides = [collections.defaultdict(list) for _ in range(2)]
        for side, exchanges in zip(sides, (theirs, ours)):
            for exchange in exchanges:
                side[call(exchange)].append(exchange)
        for name in sorted(sides[0] | sides[1]):
            a, b = sides[0][name], sides[1][name]
            shapes = [
                set().union(*(shape({"status": e["status"], "reply": reply(e)}) for e in side)) for side in (a, b)
            ]
            found = [
                (place, *(place if place in side else ABSENT for side in shapes))
                for place in sorted(shapes[0] ^ shapes[1])
            ]
            self.note(a[0] if a else None, b[0] if b else None, found, len(b))

    def note(self, theirs, ours, found, calls):
        name = step(theirs or ours)
        asked = json.dumps(request(theirs or ours))
        found = [d for d in found if not self.allowed.allows(name, *d, asked)]
        self.passed += 0 if found else calls
        self.failed += bool(found)
        for where, *values in found:
            self.shown[name, re.sub(r"\[\d+\]", "[]", where)].append((theirs, ours, values))

    def found(self, theirs, ours, unordered):
        if not theirs or not ours:
            return [("call", *(side["status"] if side else "<none>" for side in (theirs, ours)))]
        found = list(
            differences(request(theirs), request(ours), "request", self.twins.same, unordered, self.twins.known)
        )
        if theirs["status"] != ours["status"]:
            return found + [("status", theirs["status"], ours["status"])]
        return found + list(
            differences(reply(theirs), reply(ours), "reply", self.twins.same, unordered, self.twins.known)
        )

    def show(self, limit, most):
        for (name, where), cases in self.shown.items():
            print(f"  FAIL {name}: {where}" + (f" ({len(cases)} times)" if len(cases) > 1 else ""))
            for theirs, ours, values in cases[:most]:
                asked = theirs or ours
                print(f"       asked  {asked['path']} {brief([asked['query'], asked['request']], limit)}")
                if where == "status":
                    values = [[side["status"], side["reply"]] for side in (theirs, ours)]
                print(f"       MLflow {brief(values[0], limit)}\n       Mayfly {brief(values[1], limit)}")


def brief(value, limit):
    text = json.dumps(value)
    return text if len(text) <= limit else f"{text[:limit]}..."


def read(file):
    scenarios, sent = {}, {}
    with open(file, encoding="utf-8") as lines:
        exchanges = sorted(map(json.loads, lines), key=lambda e: e["number"])
    for exchange in exchanges:
        if is_artifact(exchange) and exchange["method"] == "PUT":
            sent[exchange["path"]] = exchange["request"]
        elif is_artifact(exchange) and exchange["method"] == "GET":
            exchange["as sent"] = sent.get(exchange["path"]) == exchange["reply"]
        if exchange["path"].endswith("/server-info"):  # a client asks again after a while
            scenarios["server-info"] = [{**exchange, "scenario": "server-info", "order": "fixed"}]
        else:
            scenarios.setdefault(exchange["scenario"], []).append(exchange)
    return scenarios


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("theirs")
    arguments.add_argument("ours")
    arguments.add_argument("--client", default="")
    arguments.add_argument("--allowed", required=True)
    arguments.add_argument(
        "--part", action="store_true", help="not all scenarios were played: allowed differences may be unused"
    )
    arguments.add_argument("--quick", action="store_true", help="not the full set of odd values was played")
    arguments.add_argument("--shown", type=int, default=300, help="characters of a value that are shown")
    arguments.add_argument("--cases", type=int, default=3, help="cases of the same difference that are shown")
    options = arguments.parse_args()
    theirs, ours = read(options.theirs), read(options.ours)
    comparison = Comparison(Allowed(options.allowed, options.client))
    for name in theirs | ours:
        comparison.scenario(theirs.get(name, []), ours.get(name, []))
    comparison.show(options.shown, options.cases)
    for rule in [] if options.part else comparison.allowed.unused(options.quick):
        comparison.failed += 1
        print(f"  FAIL '{rule['step']}' at '{rule['where']}' is allowed to differ and does not; take it out")
    totals = [sum(map(len, side.values())) for side in (theirs, ours)]
    print(f"client {options.client}: {totals[0]} calls to MLflow, {totals[1]} to Mayfly")
    print(f"{comparison.passed} passed, {comparison.failed} failed")
    sys.exit(1 if comparison.failed else 0)


if __name__ == "__main__":
    main()
