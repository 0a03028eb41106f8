"""A store in SQL against SQLAlchemy Core by hand: applying Changes, finding by an indexed field, counting.

The peer keeps the same things: records with versions, a log row with the JSON of before and after, salted digests and
a hash chain, exact decimals. It proves less: that the version of a record is the one expected.
"""

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from secrets import token_bytes
from statistics import median

import sqlalchemy as sa

from crmkit.expressions import field
from crmkit.records import Change, Deal, evolve
from crmkit.repositories.sql import SqlStore

START = datetime(2024, 1, 1, tzinfo=UTC)
STAGES = [f"Stage {number}" for number in range(50)]
FINDS = 200


def deals(how_many: int) -> list[Deal]:
    """Make deals as an export holds them."""
    rng = random.Random(20240101)  # noqa: S311  # a measurement, no secret
    return [
        Deal(
            id=f"deal-{number:07}",
            name=f"Opportunity {number}",
            company_id=f"company-{rng.randrange(how_many // 10 + 1)}",
            contact_id=f"contact-{rng.randrange(how_many // 5 + 1)}",
            owner_id=f"user-{rng.randrange(200)}",
            pipeline="Sales",
            stage=rng.choice(STAGES),
            amount=Decimal(rng.randrange(100, 10_000_000)) / 100,
            currency="EUR",
            probability=0.25,
            product=rng.choice(("Basic", "Plus", "Pro")),
            source="web",
            created_at=START + timedelta(minutes=rng.randrange(500_000)),
            expected_close_on=date(2025, 1, 1) + timedelta(days=rng.randrange(300)),
            tags=("new", "eu") if number % 3 else (),
            custom={"seats": number % 97, "region": "north"} if number % 2 else {},
        )
        for number in range(how_many)
    ]


def changes(how_many: int) -> list[Change]:
    """Make single-record Changes: half of them add a deal, half of them move one on."""
    words = {"at": START, "by": "ana"}
    added = [Change.of(add=[deal], act="import", **words) for deal in deals(how_many // 2)]
    moved = [
        Change.of(edit=[(deal, evolve(deal, stage="Won", status="won", closed_at=START))], act="move", **words)
        for deal in (change.edits[0].after for change in added)
    ]
    return [*added, *moved]


class Exact(sa.TypeDecorator):
    """Decimals as text, since SQLite has none."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):  # noqa: D102  # as SQLAlchemy says
        return None if value is None else str(value)

    def process_result_value(self, value, dialect):  # noqa: D102  # as SQLAlchemy says
        return None if value is None else Decimal(value)


class Utc(sa.TypeDecorator):
    """Instants in UTC, also where the database has no zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value, dialect):  # noqa: D102  # as SQLAlchemy says
        return None if value is None else value.replace(tzinfo=UTC)


METADATA = sa.MetaData()
DECIMAL = Exact().with_variant(sa.Numeric(), "postgresql")
TABLE = sa.Table(
    "deals",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("name", "company_id", "contact_id", "owner_id", "pipeline", "stage")),
    sa.Column("status", sa.Text),
    sa.Column("amount", DECIMAL),
    sa.Column("amount_number", sa.Double),
    sa.Column("currency", sa.Text),
    sa.Column("probability", sa.Double),
    *(sa.Column(name, sa.Text) for name in ("product", "source")),
    *(sa.Column(name, Utc) for name in ("created_at", "closed_at")),
    sa.Column("expected_close_on", sa.Date),
    sa.Column("lost_reason", sa.Text),
    *(sa.Column(name, sa.JSON) for name in ("tags", "custom")),
    sa.Column("version", sa.BigInteger),
    *(sa.Index(f"deals_{name}", "tenant", name, "id") for name in ("company_id", "contact_id", "owner_id", "stage")),
)
LOG = sa.Table(
    "log",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.Text) for name in ("key", "head", "head_digest", "previous", "digest")),
    sa.Column("nonce", sa.LargeBinary),
    sa.UniqueConstraint("tenant", "key"),
)
EDITS = sa.Table(
    "edits",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.Text) for name in ("record", "id", "content", "digest")),
    sa.Column("version", sa.BigInteger),
    sa.Column("nonce", sa.LargeBinary),
    sa.Index("edits_record", "tenant", "record", "id", "position"),
)
HEAD = sa.Table(
    "head",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger),
    sa.Column("digest", sa.Text),
)

NAMES = [column.name for column in TABLE.columns if column.name not in ("tenant", "amount_number")]
VALUES = attrgetter(*NAMES)
ADD = sa.insert(TABLE)
MOVE = (
    sa.update(TABLE)
    .where(
        TABLE.c.tenant == sa.bindparam("of"), TABLE.c.id == sa.bindparam("is"), TABLE.c.version == sa.bindparam("was")
    )
    .values({name: sa.bindparam(f"to_{name}") for name in ("stage", "status", "closed_at", "version")})
)


def engine_of(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", fast)
    return engine


def fast(driver, _) -> None:
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA synchronous = NORMAL")


def row_of(deal: Deal) -> dict[str, object]:
    row = dict(zip(NAMES, VALUES(deal), strict=True))
    row["custom"] = dict(row["custom"])
    return {"tenant": "", "amount_number": None if deal.amount is None else float(deal.amount), **row}


def deal_of(row) -> Deal:
    values = dict(zip(NAMES, row, strict=True))
    values["tags"] = tuple(values["tags"])
    return Deal(**values)


def document(deal: Deal | None) -> dict[str, object] | None:
    if deal is None:
        return None
    return {name: plain(value) for name, value in zip(NAMES, VALUES(deal), strict=True) if value is not None}


def plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, str | int | float | tuple) else dict(value)


def salted(text: str) -> tuple[bytes, str]:
    nonce = token_bytes(16)
    return nonce, hashlib.sha256(nonce + text.encode()).hexdigest()


def apply_by_hand(connection: sa.Connection, batch: list[Change]) -> None:
    """Write a batch: the records, the log, and where its chain ends."""
    position, previous = connection.execute(sa.select(HEAD.c.position, HEAD.c.digest).with_for_update()).one()
    added, moved, log, edits = [], [], [], []
    for change in batch:
        position += 1
        (edit,) = change.edits
        if edit.before is None:
            added.append(row_of(edit.after))
        else:
            to = {f"to_{name}": getattr(edit.after, name) for name in ("stage", "status", "closed_at", "version")}
            moved.append({"of": "", "is": edit.id, "was": edit.before.version, **to})
        content = json.dumps({"before": document(edit.before), "after": document(edit.after)}, ensure_ascii=False)
        nonce, digest = salted(content)
        head = json.dumps({"act": change.act, "at": change.at.isoformat(), "by": change.by, "reason": change.reason})
        head_nonce, head_digest = salted(head)
        covered = [
            previous,
            position,
            change.idempotency_key,
            head_digest,
            edit.record,
            edit.id,
            edit.after.version,
            digest,
        ]
        chained = hashlib.sha256(json.dumps(covered).encode()).hexdigest()
        edits.append(
            {
                "tenant": "",
                "position": position,
                "place": 0,
                "record": edit.record,
                "id": edit.id,
                "content": content,
                "digest": digest,
                "version": edit.after.version,
                "nonce": nonce,
            }
        )
        log.append(
            {
                "tenant": "",
                "position": position,
                "key": change.idempotency_key,
                "head": head,
                "head_digest": head_digest,
                "previous": previous,
                "digest": chained,
                "nonce": head_nonce,
            }
        )
        previous = chained
    if added:
        connection.execute(ADD, added)
    if moved:
        assert connection.execute(MOVE, moved).rowcount == len(moved)
    connection.execute(sa.insert(LOG), log)
    connection.execute(sa.insert(EDITS), edits)
    connection.execute(sa.update(HEAD).values(position=position, digest=previous))


def store_at(url: str) -> SqlStore:
    return SqlStore(url, indexes={Deal: ["stage"]})


def batches(made: list[Change], size: int) -> list[list[Change]]:
    return [made[start : start + size] for start in range(0, len(made), size)]


def applying_with_crmkit(url: str, size: int, batch: int) -> dict[str, object]:
    made = batches(changes(size), batch)
    with store_at(url) as store:
        store.create_schema()
        began = clock(url)
        for some in made:
            store.apply_all(some)
        return {"seconds": clock(url) - began, "won": store.repository(Deal).count(field("stage") == "Won")}


def applying_by_hand(url: str, size: int, batch: int) -> dict[str, object]:
    made = batches(changes(size), batch)
    engine = engine_of(url)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(HEAD), {"tenant": "", "position": 0, "digest": "0" * 64})
    began = clock(url)
    for some in made:
        with engine.begin() as connection:
            apply_by_hand(connection, some)
    seconds = clock(url) - began
    with engine.connect() as connection:
        won = connection.execute(sa.select(sa.func.count()).where(TABLE.c.stage == "Won")).scalar_one()
    engine.dispose()
    return {"seconds": seconds, "won": won}


def finding_with_crmkit(url: str, *_: int) -> dict[str, object]:
    with store_at(url) as store:
        repository = store.repository(Deal)
        asked = [field("stage") == STAGES[number % 50] for number in range(FINDS)]
        repository.find(asked[0], limit=100)
        began = clock(url)
        found = [repository.find(question, limit=100) for question in asked]
        return {"seconds": clock(url) - began, "found": digest([deal for page in found for deal in page])}


def finding_by_hand(url: str, *_: int) -> dict[str, object]:
    engine = engine_of(url)
    columns = [TABLE.c[name] for name in NAMES]

    def find(stage: str) -> list[Deal]:
        asked = sa.select(*columns).where(TABLE.c.tenant == "", TABLE.c.stage == stage).order_by(TABLE.c.id).limit(100)
        with engine.connect() as connection:
            return [deal_of(row) for row in connection.execute(asked)]

    find(STAGES[0])
    began = clock(url)
    found = [find(STAGES[number % 50]) for number in range(FINDS)]
    seconds = clock(url) - began
    engine.dispose()
    return {"seconds": seconds, "found": digest([deal for page in found for deal in page])}


def counting_with_crmkit(url: str, *_: int) -> dict[str, object]:
    with store_at(url) as store:
        repository = store.repository(Deal)
        began = clock(url)
        found = [
            repository.count((field("stage") == STAGES[number]) & (field("amount") > 5000)) for number in range(20)
        ]
        return {"seconds": clock(url) - began, "found": found}


def counting_by_hand(url: str, *_: int) -> dict[str, object]:
    engine = engine_of(url)
    began = clock(url)
    with engine.connect() as connection:
        found = [
            connection.execute(
                sa.select(sa.func.count()).where(
                    TABLE.c.tenant == "", TABLE.c.stage == STAGES[number], TABLE.c.amount_number > 5000.0
                )
            ).scalar_one()
            for number in range(20)
        ]
    seconds = clock(url) - began
    engine.dispose()
    return {"seconds": seconds, "found": found}


def digest(found: list[Deal]) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()


def clock(url: str) -> float:
    """CPU time of this process; where a server works too, the time that passes."""
    return time.process_time() if url.startswith("sqlite") else time.perf_counter()


def filling_with_crmkit(url: str, size: int, batch: int) -> dict[str, object]:
    with store_at(url) as store:
        store.create_schema()
        for some in batches(deals(size), batch):
            store.apply(Change.of(add=some, act="import", at=START, by="ana"))
    return {}


def filling_by_hand(url: str, size: int, batch: int) -> dict[str, object]:
    engine = engine_of(url)
    METADATA.create_all(engine)
    for some in batches(deals(size), batch):
        with engine.begin() as connection:
            connection.execute(ADD, [row_of(evolve(deal, version=1)) for deal in some])
    engine.dispose()
    return {}


STEPS = {
    "applying": (applying_with_crmkit, applying_by_hand),
    "finding": (finding_with_crmkit, finding_by_hand),
    "counting": (counting_with_crmkit, counting_by_hand),
    "filling": (filling_with_crmkit, filling_by_hand),
}
CASES = {
    "applying": "apply single-record changes in batches",
    "finding": f"find 100 of an indexed field, {FINDS} times",
    "counting": "count by an indexed field and an amount, 20 times",
}


def measured_in_a_process(step: str, side: int, url: str, size: int, batch: int) -> dict[str, object]:
    command = [sys.executable, __file__, "--step", step, "--side", str(side), "--url", url]
    command += ["--size", str(size), "--batch", str(batch)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # itself
    return json.loads(done.stdout.splitlines()[-1])


def emptied(url: str) -> None:
    """Take away what an earlier run left in a server's database."""
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    metadata.reflect(engine)
    metadata.drop_all(engine)
    engine.dispose()


def applying(runs: int, url: str | None, size: int, batch: int) -> dict[str, object]:
    """Measure on a database that is empty each time."""
    results: list[list[dict[str, object]]] = [[], []]
    for _ in range(runs):
        for side, made in enumerate(results):
            with tempfile.TemporaryDirectory() as directory:
                if url:
                    emptied(url)
                place = url or f"sqlite:///{directory}/crm.db"
                made.append(measured_in_a_process("applying", side, place, size, batch))
    return line("applying", results, url, size)


def asking(cases: list[str], runs: int, url: str | None, size: int, batch: int) -> Iterator[dict[str, object]]:
    """Measure on databases that are filled once."""
    measured: dict[str, list[list[dict[str, object]]]] = {case: [] for case in cases}
    for side in (0, 1):
        with tempfile.TemporaryDirectory() as directory:
            if url:
                emptied(url)
            place = url or f"sqlite:///{directory}/crm.db"
            measured_in_a_process("filling", side, place, size, batch)
            for case in cases:
                measured[case].append([measured_in_a_process(case, side, place, size, batch) for _ in range(runs)])
    for case in cases:
        yield line(case, measured[case], url, size)


def line(case: str, results: list[list[dict[str, object]]], url: str | None, size: int) -> dict[str, object]:
    ours, theirs = results
    for name in ours[0].keys() - {"seconds"}:
        assert ours[0][name] == theirs[0][name], (case, name)
    seconds = [median(run["seconds"] for run in made) for made in results]
    return {
        "case": f"{CASES[case]} ({sa.make_url(url).get_backend_name() if url else 'sqlite'})",
        "size": size,
        "crmkit_seconds": round(seconds[0], 3),
        "peer": "SQLAlchemy Core by hand",
        "peer_seconds": round(seconds[1], 3),
        "ratio": round(seconds[0] / seconds[1], 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=100_000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--url", help="an empty PostgreSQL database; without it, SQLite in a temporary directory")
    parser.add_argument("--case", choices=CASES, action="append", help="only these")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--side", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step is not None:
        print(json.dumps(STEPS[asked.step][asked.side](asked.url, asked.size, asked.batch)))
        return
    cases = asked.case or list(CASES)
    if "applying" in cases:
        print(json.dumps(applying(asked.runs, asked.url, asked.changes, asked.batch)), flush=True)
    questions = [case for case in cases if case != "applying"]
    for result in asking(questions, asked.runs, asked.url, asked.records, asked.batch) if questions else ():
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
