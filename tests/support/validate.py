#!/usr/bin/env python3
"""Checks reports against docs/report.schema.json.

usage: validate.py SCHEMA FILE...     *.ndjson is read line by line, anything else as one object;
NAME.json may be of the kind that the schema defines as NAME ("ingest.json")
Strict: duplicate keys, NaN, invalid UTF-8 and raw control characters are faults.
Exit: 0 all valid, 1 a fault, 77 the python package jsonschema is missing or too old.
"""
import json
import os
import sys


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"duplicate key among {keys}")
    return dict(pairs)


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse(data):
    return json.loads(data.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_constant)


def numbered(path):
    """Yields (line, bytes) of what has to be one JSON value each."""
    with open(path, "rb") as file:
        data = file.read()
    if not path.endswith(".ndjson"):
        return [(1, data)]
    if data and not data.endswith(b"\n"):
        raise ValueError("the last line does not end")
    return list(enumerate(data.split(b"\n")[:-1], 1))


def validator_of(path, schema):
    from jsonschema import Draft202012Validator
    name = "line" if path.endswith(".ndjson") else os.path.basename(path).removesuffix(".json")
    if name in schema["$defs"]:
        return Draft202012Validator({**schema, "$ref": f"#/$defs/{name}"})
    return Draft202012Validator(schema)


def faults(path, schema):
    validator = validator_of(path, schema)
    for line, data in numbered(path):
        for error in validator.iter_errors(parse(data)):
            where = "/".join(str(part) for part in error.absolute_path)
            yield f"{path}:{line}: {where}: {error.message[:300]}"


def main(argv):
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        print("SKIPPED: no python package jsonschema 4 or newer", file=sys.stderr)
        return 77
    with open(argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    bad = 0
    for path in argv[2:]:
        try:
            found = list(faults(path, schema))
        except ValueError as error:
            found = [f"{path}: {error}"]
        for fault in found:
            print(fault, file=sys.stderr)
        bad += len(found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
