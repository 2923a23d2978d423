# SPDX-License-Identifier: GPL-2.0-or-later
"""validate.py SCHEMA FILE...

Says what is wrong with files that must hold one line with one JSON object each.
"""

import json
import sys

import jsonschema


def without_repetition(pairs):
    """The object; json.load() itself keeps the last of equal keys."""
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"the key {key} stands twice")
    return dict(pairs)


def refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def parse(line):
    return json.loads(line, object_pairs_hook=without_repetition, parse_constant=refuse)


def complaints(validator, path):
    with open(path, encoding="ascii", newline="\n") as file:
        lines = file.readlines()
    if len(lines) != 1 or not lines[0].endswith("\n"):
        return [f"{len(lines)} lines, or no line end"]
    return [f"{error.json_path}: {error.message}"
            for error in validator.iter_errors(parse(lines[0]))]


def main(schema_path, *paths):
    with open(schema_path, encoding="ascii") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for path in paths:
        try:
            found = complaints(validator, path)
        except ValueError as error:
            found = [error]
        for complaint in found:
            print(f"{path}: {complaint}")


main(*sys.argv[1:])
