"""Write docs/reference/record-fields.md from records.RECORDS: python docs/generate_record_fields.py."""

from inspect import cleandoc
from pathlib import Path

import attrs

from crmkit.records import RECORDS, FieldSpec, fields_of

PAGE = Path(__file__).parent / "reference" / "record-fields.md"

HEAD = """\
# Fields of the records

Every record and its fields. These names are the attributes of a record, the columns of a canonical table, the left
side of a mapping and what `field(...)` asks about. This page is made from the record classes by
`docs/generate_record_fields.py`.

Every record has besides `custom`, the values of [custom fields](../how-to/custom-fields.md) by name. Personal fields
are masked wherever records are printed. `version` is counted up by each [Change](../how-to/change-records.md).
"""


def described(spec: FieldSpec) -> str:
    """Say what a field holds."""
    words = [spec.kind if spec.record is None else f"{spec.kind} of {_with_article(spec.record.replace('_', ' '))}"]
    if spec.choices is not None:
        words.append("ISO 4217" if spec.name == "currency" else ", ".join(f"`{one}`" for one in spec.choices))
    if spec.minimum is not None:
        words.append(f"{spec.minimum} or more" if spec.maximum is None else f"{spec.minimum} to {spec.maximum}")
    if spec.unit is not None:
        words.append("in `currency`" if spec.unit == "currency" else f"in {spec.unit}")
    return ": ".join(words)


def _with_article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"


def noted(spec: FieldSpec, default: object) -> str:
    """Say what else is to be known of a field."""
    needed = "" if spec.nullable else "required" if default is attrs.NOTHING else f"`{default!r}` if not given"
    return ", ".join(filter(None, [needed, "personal" if spec.personal else ""]))


def section(kind: str, cls: type) -> str:
    """Write one record class."""
    defaults = {field.name: field.default for field in attrs.fields(cls)}
    rows = [
        f"| `{name}` | {described(spec)} | {noted(spec, defaults[name])} |" for name, spec in fields_of(cls).items()
    ]
    head = [
        f"\n## {cls.__name__}\n",
        f"Kind `{kind}`. {cleandoc(str(cls.__doc__))}\n",
        "| Field | Holds | |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def page() -> str:
    """Write the whole page."""
    return HEAD + "".join(section(kind, cls) for kind, cls in RECORDS.items())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
