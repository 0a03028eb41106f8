"""Threads and processes that change the same record lose no update; a killed import leaves whole batches."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crmkit.records import Change, Deal
from crmkit.repositories.sql import SqlStore
from tests.repositories.sql.contending import NOW, count_up

UPDATES = int(os.environ.get("CRMKIT_UPDATES", "25"))  # of each thread; the full figure is 1000
KILLS = int(os.environ.get("CRMKIT_KILLS", "3"))  # the full figure is 100
SCRIPT = Path(__file__).with_name("contending.py")
ROOT = Path(__file__).parents[3]


def start(act, url, tenant, times):
    command = [sys.executable, "-m", "tests.repositories.sql.contending", act, url, tenant, str(times)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  # itself


@pytest.fixture
def counted(store):
    store.apply(Change.of(add=[Deal(id="d", custom={"n": 0})], act="add", at=NOW, by="ana"))
    return store


def proved(store, expected):
    deal = store.repository(Deal).get("d")
    assert (deal.custom["n"], deal.version) == (expected, expected + 1)
    found = store.verify()
    assert found.faults == ()
    assert found.entries == expected + 1


def test_contended_updates_of_eight_threads_lose_none(counted):
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(count_up, counted, UPDATES) for _ in range(8)]:
            done.result()
    proved(counted, 8 * UPDATES)


def test_contended_updates_of_two_processes_lose_none(counted):
    url = counted._room.engine.url.render_as_string(hide_password=False)
    times = max(25, UPDATES // 2)
    for process in [start("count", url, counted._tenant, times) for _ in range(2)]:
        process.communicate(timeout=600)
        assert process.returncode == 0
    proved(counted, 2 * times)


def test_a_killed_import_leaves_whole_batches(tmp_path):
    rng = random.Random(4)
    file = tmp_path / "crm.db"
    with SqlStore(f"sqlite:///{file}") as store:
        store.create_schema()
    stood = 0
    for _ in range(KILLS):
        process = start("import", f"sqlite:///{file}", "", 0)
        heard = [int(process.stdout.readline())]
        for _ in range(rng.randrange(40)):
            heard.append(int(process.stdout.readline()))
        time.sleep(rng.random() / 20)  # somewhere within the next batches
        process.kill()
        heard += [int(line) for line in process.communicate()[0].splitlines() if line.strip()]
        connection = sqlite3.connect(file)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        with SqlStore(f"sqlite:///{file}") as store:
            found = store.repository(Deal).count()
            assert found % 20 == 0
            assert found >= 20 * (heard[-1] + 1)
            stood = found
    with SqlStore(f"sqlite:///{file}") as store:
        verified = store.verify()
        assert verified.faults == ()
        assert verified.entries * 2 == stood
