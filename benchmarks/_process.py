"""Runs one step of a benchmark in a process of its own, with one thread, and measures it there."""

import ctypes
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["in_a_process", "measured"]

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
) | {"POLARS_SKIP_CPU_CHECK": "1"}


def in_a_process(file: str, /, **asked: object) -> dict[str, Any]:
    """Run a benchmark's file with these options in a fresh process; return the line of JSON that it printed last."""
    options = [word for name, value in asked.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, file, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | _ONE_THREAD)  # noqa: S603  # itself
    return json.loads(done.stdout.splitlines()[-1])


def measured(step: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Take a step; return what it gave, its CPU seconds, and the peak of resident memory meanwhile in MB.

    The peak holds what was in memory before.
    """
    _forget_the_peak()
    began = time.process_time()
    found = step()
    return found, {"seconds": time.process_time() - began, "megabytes": _peak()}


def _forget_the_peak() -> None:
    """Give back what is free, so that it does not count, and let the peak start from here: Linux with glibc."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))
