"""Gradescope's results.json as a JSON schema, written from its autograder specifications.

https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format" and "Output string
formatting". Fields the page does not name are not allowed, so that a typing error is found.
"""

import jsonschema

VISIBILITY = {"enum": ["visible", "hidden", "after_due_date", "after_published"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
TEST = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"},
        "name_format": FORMAT,
        "number": {"type": "string"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": VISIBILITY,
        "extra_data": {"type": "object"},
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [
        {"required": ["score"]},
        {"properties": {"tests": {"items": {"required": ["score"]}}}, "required": ["tests"]},
    ],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": TEST},
        "leaderboard": {"type": "array"},
    },
}


def validate(results: dict) -> None:
    """Raise where results are not of Gradescope's form, or their parts do not add up."""
    jsonschema.validate(results, SCHEMA)
    total = sum(t.get("score", 0) for t in results["tests"])
    assert abs(total - results["score"]) < 1e-6
    numbers = [t["number"] for t in results["tests"] if "number" in t]
    assert len(numbers) == len(set(numbers))
