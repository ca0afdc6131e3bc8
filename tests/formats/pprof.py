"""Reads what `protoc --decode=Profile` prints; `pprof.py < TEXT` sums it up as JSON.

types: (type, unit) each; total: the sum of the last value; own: by function the sums of the first value; lines: by
"function:line" the sums of the last one; roots: the outermost functions; unknown: fields that the description does not have.
"""
import collections
import json
import re
import sys

TEXT = re.compile(r'\\(?:([0-7]{3})|(.))')


def message(lines):
    """The fields of one message, name -> list of values, up to its closing brace."""
    fields = collections.defaultdict(list)
    for line in lines:
        line = line.strip()
        if line == "}":
            break
        if line.endswith(" {"):
            fields[line[:-2]].append(message(lines))
        else:
            name, value = line.split(": ", 1)
            fields[name].append(unquoted(value) if value[0] == '"' else int(value))
    return fields


def unquoted(value):
    plain = {"n": "\n", "r": "\r", "t": "\t"}
    text = TEXT.sub(lambda m: chr(int(m[1], 8)) if m[1] else plain.get(m[2], m[2]), value[1:-1])
    return text.encode("latin-1").decode()


def main():
    profile = message(iter(sys.stdin))
    strings = profile["string_table"]
    names = {f["id"][0]: strings[f["name"][0]] for f in profile["function"]}
    places = {p["id"][0]: (names[p["line"][0]["function_id"][0]], *p["line"][0]["line"]) for p in profile["location"]}
    own, lines, roots = collections.Counter(), collections.Counter(), set()
    for sample in profile["sample"]:
        first, *_, last = sample["location_id"] * 2
        own[places[first][0]] += sample["value"][0]
        lines[":".join(map(str, places[first]))] += sample["value"][1]
        roots.add(places[last][0])
    json.dump({"types": [[strings[t["type"][0]], strings[t["unit"][0]]] for t in profile["sample_type"]],
               "total": sum(s["value"][1] for s in profile["sample"]), "duration": sum(profile["duration_nanos"]),
               "own": own, "lines": lines, "roots": sorted(roots), "unknown": [name for name in profile if name.isdigit()],
               "empty": strings[0]}, sys.stdout)


main()
