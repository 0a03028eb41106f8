"""One of several processes that count up the same deal; and one that imports until it is killed."""

import sys
from datetime import UTC, datetime

from crmkit.errors import Conflict, RepositoryError
from crmkit.records import Change, Deal, evolve
from crmkit.repositories.sql import SqlStore

NOW = datetime(2017, 3, 31, 12, tzinfo=UTC)


def count_up(store: SqlStore, times: int) -> None:
    """Add one to a deal's seats so many times, whatever others do."""
    deals = store.repository(Deal)
    done = 0
    while done < times:
        before = deals.get("d")
        after = evolve(before, custom={"n": before.custom["n"] + 1})
        try:
            store.apply(Change.of(edit=[(before, after)], act="count", at=NOW, by="ana"))
        except Conflict:
            continue
        except RepositoryError as error:
            if error.code != "busy":
                raise
            continue
        done += 1


def import_deals(store: SqlStore) -> None:
    """Import batch after batch of twenty, and say which ones stand."""
    start = store.repository(Deal).count() // 20
    for batch in range(start, start + 100_000):
        deals = [Deal(id=f"{batch}-{number}", name="deal " * 20) for number in range(20)]
        changes = [Change.of(add=deals[place : place + 2], act="import", at=NOW, by="ana") for place in range(0, 20, 2)]
        store.apply_all(changes)
        print(batch, flush=True)  # noqa: T201  # this is how the test hears


if __name__ == "__main__":
    act, url, tenant, times = sys.argv[1:]
    with SqlStore(url, tenant=tenant) as opened:
        count_up(opened, int(times)) if act == "count" else import_deals(opened)
