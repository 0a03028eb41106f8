"""The public names are a promise: pinned, documented, and each with one path."""

import inspect
from collections import defaultdict

import pytest

from tests.architecture.packages import PACKAGES, exports

SNAPSHOT = "public_api.txt"


def current():
    return "".join(f"crmkit.{package}.{name}\n" for package in PACKAGES for name in sorted(exports(package)))


def test_the_public_names_are_those_of_the_snapshot(request):
    pinned = request.path.with_name(SNAPSHOT).read_text(encoding="utf-8")
    assert current().splitlines() == pinned.splitlines(), (
        f"public names came or went: if that is meant, write current() to {SNAPSHOT}, and a line in CHANGELOG.md"
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_function_and_class_has_a_docstring(package):
    bare = [
        name
        for name, value in exports(package).items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and not (value.__doc__ or "").strip()
    ]
    assert not bare


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_method_and_property_has_a_docstring(package):
    bare = [
        f"{name}.{method}"
        for name, value in exports(package).items()
        if inspect.isclass(value)
        for method, part in vars(value).items()
        if not method.startswith("_")
        and (inspect.isfunction(part) or isinstance(part, property | classmethod | staticmethod))
        and not getattr(value, "_is_protocol", False)
        and not (part.__doc__ or "").strip()
    ]
    assert not bare


def test_a_public_name_has_one_path():
    paths = defaultdict(list)
    for package in PACKAGES:
        for name in exports(package):
            paths[name].append(package)
    assert {name: packages for name, packages in paths.items() if len(packages) > 1} == {}
