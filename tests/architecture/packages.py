"""The public packages, and what each of them exports."""

import importlib
import pkgutil
from pathlib import Path

import crmkit

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "crmkit"
PACKAGES = sorted(
    found.name.removeprefix("crmkit.")
    for found in pkgutil.walk_packages(crmkit.__path__, "crmkit.")
    if "._" not in found.name
)


def exports(package):
    module = importlib.import_module(f"crmkit.{package}")
    return {name: getattr(module, name) for name in module.__all__}
