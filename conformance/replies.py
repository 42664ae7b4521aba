"""How two replies are compared, and which differences are allowed."""

import json
import operator
import pathlib
import re

UNORDERED = (
    "tags",
    "params",
    "metrics",
    "aliases",
    "latest_versions",
    "dataset_inputs",
    "model_inputs",
    "model_outputs",
)
ABSENT = "<absent>"


def by(item):
    """What lists without an order of their own are put in order by."""
    names = ("version", "alias", "key", "step", "timestamp", "value")
    if not isinstance(item, dict):
        return json.dumps(item)
    inner = next((item[key] for key in ("dataset", "info") if isinstance(item.get(key), dict)), item)
    return json.dumps(
        [item.get(key) or 0 for key in names] + [inner.get(key) for key in ("name", "run_name", "digest", "path")]
    )


def name(item):
    """What an item of a list is known by; nothing that is by chance."""
    if not isinstance(item, dict):
        return ""
    inner = next((item[key] for key in ("dataset", "info") if isinstance(item.get(key), dict)), item)
    return " ".join(str(inner[key]) for key in ("name", "run_name", "key", "alias", "version", "path") if key in inner)


def differences(theirs, ours, path="", same=operator.eq, unordered=UNORDERED, known=lambda text, of_theirs: ""):
    """Each place where two values differ, with what is there in the one and in the other.

    known makes the ids in a text equal that are the same on both servers.
    """
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(set(theirs) | set(ours)):
            here = f"{path}.{key}" if path else key
            if key not in ours:
                yield here, theirs[key], ABSENT
            elif key not in theirs:
                yield here, ABSENT, ours[key]
            else:
                yield from differences(theirs[key], ours[key], here, same, unordered, known)
    elif isinstance(theirs, list) and isinstance(ours, list):
        if path.endswith(unordered):
            theirs, ours = (
                sorted(values, key=lambda item: (by(item), known(json.dumps(item), values is theirs)))
                for values in (theirs, ours)
            )
        names = [[name(v) for v in values] for values in (theirs, ours)]
        if names[0] != names[1]:
            yield f"{path}.{'order' if sorted(names[0]) == sorted(names[1]) else 'length'}", *names
            return
        for n, (a, b) in enumerate(zip(theirs, ours)):
            yield from differences(a, b, f"{path}[{n}]", same, unordered, known)
    else:
        nested = [json_in(value) for value in (theirs, ours)]
        if None not in nested:
            yield from differences(*nested, path, same, unordered)
        elif not same(theirs, ours):
            yield path, theirs, ours


def json_in(text):
    """Tags hold JSON, which may be written with other spaces."""
    if isinstance(text, str) and text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except ValueError:
            return None
    return None


class Allowed:
    """Differences that are right to keep. A rule names the step and the place in the reply it is for, and why; also, if
    it is not for all, the clients, what was asked, and what is there in their reply and in ours; these are patterns. A
    rule marked full is for values that only the full set has."""

    def __init__(self, file, client=""):
        rules = json.loads(pathlib.Path(file).read_text())
        self.rules = [rule for rule in rules if re.fullmatch(rule.get("clients", ".*"), client)]
        self.used = set()

    def allows(self, step, where, theirs, ours, asked=""):
        seen = {"step": step, "where": where, "theirs": theirs, "ours": ours, "asked": asked}
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in seen.items()}
        for n, rule in enumerate(self.rules):
            if all(re.fullmatch(rule[name], text, re.DOTALL) for name, text in texts.items() if name in rule):
                self.used.add(n)
                return True
        return False

    def unused(self, quick=False):
        return [rule for n, rule in enumerate(self.rules) if n not in self.used and not (quick and rule.get("full"))]
