#!/usr/bin/python3
"""Validates JSON Lines against a JSON Schema.

Usage: validate.py SCHEMA FILE

Prints `LINE: where: what` for each fault, and at the end how many lines there were.
"""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as schema_file:
    schema = json.load(schema_file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def keys_once(pairs):
    """JSON allows a key twice, and every reader makes of that what it likes."""
    keys = [key for key, _ in pairs]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise ValueError(f"keys that are there twice: {', '.join(sorted(twice))}")
    return dict(pairs)


number = 0
with open(sys.argv[2], encoding="utf-8") as lines:
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line, object_pairs_hook=keys_once)
        except ValueError as error:
            print(f"{number}: {error}")
            continue
        for fault in validator.iter_errors(record):
            print(f"{number}: {fault.json_path}: {fault.message}")
print(f"{number} lines")
