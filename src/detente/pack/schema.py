"""The JSON Schema of packs, with which editors help those who write one."""

import typing
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel

from detente.pack.model import Model
from detente.pack.number import (
    COMPANIONS,
    GAMMA_SHAPES,
    MOST_WEIGHT,
    NumberRow,
    WrittenNumber,
    has_form,
)
from detente.pack.places import REASONS, every_place, fields_of, number_table, row_of
from detente.pack.quantity import DOMAINS, Domain, Shape, accepted, unit_in_words
from detente.text import between, capitalised

Schema = dict[str, Any]
Draft = Literal["2020-12", "4"]

ADDRESSES: Mapping[Draft, str] = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "4": "http://json-schema.org/draft-04/schema#",
}
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
"""A day stands without quotes in TOML; to a schema it is a text of this form."""
NOT_BLANK = r"\S"


def schema(draft: Draft = "2020-12", *, is_part: bool = False) -> Schema:
    """Return the JSON Schema of a pack, all its files merged.

    With `is_part` it is that of one file of several, in which no table is required.
    """
    written = Model.model_json_schema(by_alias=True)
    parts = {
        place.kind.__name__: place.kind
        for _, place in every_place()
        if isinstance(place.kind, type) and issubclass(place.kind, BaseModel)
        if place.kind is not WrittenNumber
    }
    whole: Schema = {"$schema": ADDRESSES[draft], "title": "A pack of detente"}
    own = {key: value for key, value in written.items() if key not in {"$defs", "title"}}
    whole |= _part(Model, own)
    if is_part:
        del whole["required"]
    definitions = {name: _part(part, written["$defs"][name]) for name, part in parts.items()}
    definitions |= {_name_of(row): _number(row) for row in number_table().values()}
    content = {**whole, "$defs": dict(sorted(definitions.items()))}
    converted: Schema = _in_draft_4(content) if draft == "4" else content
    return converted


def _part(part: type[BaseModel], written: Schema) -> Schema:
    """Return the schema of a table, with our schema of numbers in place of pydantic's."""
    tidy: Schema = _tidy(written)
    for key, field in fields_of(part).items():
        row = row_of(field)
        if row is not None:
            tidy["properties"][key] = _measured(row)
    reasons = [key for key in REASONS if key in fields_of(part)]
    if reasons:
        tidy["properties"] |= {key: _reasons()[key] for key in reasons}
        tidy["allOf"] = [_reason_rule(reasons)]
    tidy["description"] = " ".join(str(tidy["description"]).split())
    return tidy


def _measured(row: NumberRow) -> Schema:
    """Return the description of a number: meaning, range, unit and whose it is."""
    unit = f" [{unit_in_words(row.unit)}]" if row.unit else ""
    roles = f" Only for {' or '.join(row.roles)}." if row.roles else ""
    otherwise = f" Left out: {row.otherwise}." if row.otherwise else ""
    words = f"{capitalised(row.says)}{unit}: {row.limits.words}.{roles}{otherwise}"
    return {"description": words, "allOf": [{"$ref": f"#/$defs/{_name_of(row)}"}]}


def _name_of(row: NumberRow) -> str:
    domain = row.limits
    if domain == DOMAINS[row.domain]:
        return row.domain
    if row.ends == "inside":
        return f"{row.domain}_inside"
    return f"{row.domain}_from_{domain.lower:g}_to_{domain.upper:g}"


def _number(row: NumberRow) -> Schema:
    """Return the schema of a number: one of the forms that its domain allows, and reasons."""
    domain = row.limits
    one, probability = _within(domain), _within(DOMAINS["probability"])
    shapes = dict(zip(("minimum", "maximum"), GAMMA_SHAPES, strict=True))
    mean = {"exclusiveMinimum": 0, "maximum": domain.upper}
    every_form: Schema = {
        "value": {"description": "The same in every world.", **one},
        "range": {"description": "Its 5th and its 95th percentile.", **_pair(one)},
        "values": {"description": "One of these.", "type": "array", "minItems": 1, "items": one},
        "chance": {
            "description": "The chance that it is so, or the ends of what is known of it.",
            "anyOf": [probability, _pair(probability)],
        },
        "gamma": {
            "description": "A gamma distribution, by its shape and its mean.",
            "type": "object",
            "additionalProperties": False,
            "required": ["shape", "mean"],
            "properties": {
                "shape": {"type": "number", **shapes},
                "mean": {"type": "number", **mean},
            },
        },
        "accepted": {
            "description": "A number of the accepted set: what calibration left of it.",
            "enum": list(accepted().columns),
        },
    }
    companions: Schema = {
        "shape": {
            "description": "The shape of a range; uniform has no tails.",
            "enum": list(typing.get_args(Shape)),
        },
        "within": {"description": "What a range or a gamma is cut to.", **_pair(one)},
        "weights": {
            "description": "How much each of the values counts next to the others.",
            "type": "array",
            "items": {"type": "number", "minimum": 0, "maximum": MOST_WEIGHT},
        },
    }
    forms = {form: its for form, its in every_form.items() if has_form(domain, form)}
    rules: list[Schema] = []
    for companion, owners in COMPANIONS.items():
        alone = {"not": {"required": [companion]}}
        rules.append({"anyOf": [alone, *({"required": [owner]} for owner in owners)]})
    return {
        "description": f"{between(f'{domain.lower:g}', f'{domain.upper:g}')}. Say with `gives`, "
        "`because` or `assumed` why it stands there.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**forms, **companions, **_reasons()},
        "oneOf": [{"required": [form]} for form in forms],
        "allOf": [*rules, _reason_rule(REASONS)],
    }


def _reasons() -> Mapping[str, Schema]:
    """Return the schema of the keys that give reasons."""
    text = {"type": "string"}
    claims = {"anyOf": [text, {"type": "array", "items": text}]}
    return {
        "gives": {"description": "The claim that gives its size, or a list of claims.", **claims},
        "because": {
            "description": "The claim that bears on it, or a list of claims.",
            **claims,
        },
        "assumed": {"description": "Why it was taken, in words.", **text, "pattern": NOT_BLANK},
    }


def _within(domain: Domain) -> Schema:
    if domain.whole:
        return {"enum": [int(domain.lower), int(domain.upper)]}
    return {"type": "number", "minimum": domain.lower, "maximum": domain.upper}


def _pair(entry: Schema) -> Schema:
    return {"type": "array", "minItems": 2, "maxItems": 2, "items": entry}


def _reason_rule(reasons: Iterable[str]) -> Schema:
    some = {"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1}]}
    claims = [{"required": [key], "properties": {key: some}} for key in reasons if key != "assumed"]
    return {"anyOf": [*claims, {"required": ["assumed"]}]}


def _tidy(written: Any) -> Any:
    """Return a schema without nulls, closed where the keys of a table have a pattern."""
    if isinstance(written, list):
        return [_tidy(entry) for entry in written]
    if not isinstance(written, dict):
        return written
    tidy = {}
    for key, value in written.items():
        is_title = key == "title" and isinstance(value, str)
        is_table = key == "default" and not isinstance(value, (bool, int, float, str))
        if key != "properties" and not is_title and not is_table:
            tidy[key] = _tidy(value)
    if "properties" in written:
        # A field may itself be called title, or default.
        tidy["properties"] = {key: _tidy(value) for key, value in written["properties"].items()}
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    if tidy.get("format") == "date":
        tidy["pattern"] = DAY
    # TOML has no null, so that a choice between it and one other thing is none.
    choices = [choice for choice in tidy.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del tidy["anyOf"]
        return {**choices[0], **tidy}
    return tidy


def _in_draft_4(written: Any) -> Any:
    """Return a schema in Draft 4, which most TOML editors read."""
    if isinstance(written, list):
        return [_in_draft_4(entry) for entry in written]
    if not isinstance(written, dict):
        return written
    old = {key: _in_draft_4(value) for key, value in written.items()}
    for end, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if end in old:
            old |= {bound: old[end], end: True}
    if "const" in old:
        old["enum"] = [old.pop("const")]
    for new, name in (("prefixItems", "items"), ("$defs", "definitions")):
        if new in old:
            old[name] = old.pop(new)
    if isinstance(old.get("$ref"), str):
        address = old.pop("$ref").replace("#/$defs/", "#/definitions/")
        # Draft 4 reads nothing beside a reference.
        old = {**old, "allOf": [{"$ref": address}]} if old else {"$ref": address}
    return old
