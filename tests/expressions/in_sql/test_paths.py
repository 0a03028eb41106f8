"""A dotted path follows foreign keys, to any depth; what hangs on a reference to nothing is missing."""

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from crmkit.errors import InvalidExpression, UnknownField
from crmkit.expressions import field
from tests.expressions.databases import picked

META = sa.MetaData()
TEAMS = sa.Table(
    "teams",
    META,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("lead_id", sa.ForeignKey("users.id", use_alter=True)),
    sa.Column("custom", sa.JSON),
)
USERS = sa.Table(
    "users",
    META,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("email", sa.Text),
    sa.Column("age", sa.Integer),
    sa.Column("team_id", sa.ForeignKey("teams.id")),
    sa.Column("boss_id", sa.ForeignKey("users.id")),
    sa.Column("tags", sa.JSON),
)
DEALS = sa.Table(
    "deals",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("owner_id", sa.ForeignKey("users.id")),
    sa.Column("seller", sa.ForeignKey("users.id")),
    sa.Column("years", sa.Integer),
    sa.Column("lost_id", sa.Integer),
    sa.Column("gone_id", sa.String, sa.ForeignKey("nowhere.id")),
)
ROWS = {
    "teams": [
        {"id": "t1", "name": "North", "custom": {"seats": 7, "region": "Nord"}},
        {"id": "t2", "name": None, "custom": None},
    ],
    "users": [
        {"id": "u1", "email": "a@x", "age": 40, "team_id": "t1", "boss_id": None, "tags": ["vip"]},
        {"id": "u2", "email": None, "age": 20, "team_id": "t2", "boss_id": "u1", "tags": None},
        {"id": "u3", "email": "c@x", "age": None, "team_id": None, "boss_id": "u2", "tags": []},
    ],
    "deals": [
        {"id": 1, "owner_id": "u1", "seller": "u2", "years": 40},
        {"id": 2, "owner_id": "u2", "seller": None, "years": 40},
        {"id": 3, "owner_id": "u3", "seller": "u1", "years": 40},
        {"id": 4, "owner_id": None, "seller": "u3", "years": None},
    ],
}


class Base(orm.DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"
    key: orm.Mapped[str] = orm.mapped_column("id", sa.String, primary_key=True)
    title: orm.Mapped[str | None] = orm.mapped_column("name", sa.Text)


class User(Base):
    __tablename__ = "users"
    key: orm.Mapped[str] = orm.mapped_column("id", sa.String, primary_key=True)
    years: orm.Mapped[int | None] = orm.mapped_column("age", sa.Integer)
    team_id: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey("teams.id"))


class Deal(Base):
    __tablename__ = "deals"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    owner_id: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey("users.id"))


@pytest.fixture
def deals(connection):
    plain = sa.MetaData()  # the same columns without constraints, since there is no table "nowhere"
    for table in (TEAMS, USERS, DEALS):
        sa.Table(table.name, plain, *(sa.Column(column.name, column.type) for column in table.c))
    plain.drop_all(connection)
    plain.create_all(connection)
    for name, rows in ROWS.items():
        connection.execute(META.tables[name].insert(), rows)
    return DEALS


ASKED = [
    (field("owner.email") == "a@x", [1]),
    (field("owner.email") != "a@x", [2, 3, 4]),
    (field("owner.email").missing(), [2, 4]),
    (field("owner.age") > 30, [1]),
    (field("owner.age") == field("years"), [1]),
    (field("owner.team.name") == "North", [1]),
    (field("owner.team.name").present(), [1]),
    (field("owner.team_id").isin("t1", "t2"), [1, 2]),
    (field("owner.boss.boss.email") == "a@x", [3]),
    (field("owner.boss.team.name").startswith("N"), [2]),
    (field("owner.tags").has("vip"), [1]),
    (~field("owner.tags").has("vip"), [2, 3, 4]),
    (field("owner.tags").missing(), [2, 4]),
    (field("owner.team.seats") > 5, [1]),
    (field("owner.team.region").contains("or"), [1]),
    (field("owner.team.seats").missing(), [2, 3, 4]),
]


def test_a_path_follows_foreign_keys(connection, deals):
    for asked, kept in ASKED:
        assert picked(connection, deals, asked) == kept, asked
        assert picked(connection, deals.alias(), asked) == kept, asked


def test_a_reference_may_have_another_name(connection, deals):
    asked = field("owner.boss.email") == "a@x"
    assert picked(connection, deals, asked, fields={"owner_id": "seller"}) == [1]
    assert picked(connection, deals, asked, fields={"owner_id": deals.c.seller}) == [1]
    assert picked(connection, deals, asked, fields={"owner.boss_id": deals.c.seller}) == [3]
    assert picked(connection, deals, asked, fields={"owner.boss.email": sa.literal("a@x")}) == [1, 2, 3, 4]
    assert picked(connection, deals, asked, fields={"owner_id": "owner.boss_id"}) == [3]
    for given in ({"mail": "owner.email"}, {"mail": "owner.email", "owner_id": "seller"}):
        assert picked(connection, deals, field("mail") == "a@x", fields=given) == [1]


def test_a_mapped_class_is_followed_by_its_attributes(connection, deals):
    with orm.Session(connection) as session:
        for entity in (Deal, orm.aliased(Deal)):
            asked = (field("owner.team.title") == "North") & (field("owner.years") == 40)
            assert session.scalars(sa.select(entity.id).where(asked.sql(entity))).all() == [1]
    with pytest.raises(UnknownField, match=r"no field 'age' in table 'users'; there are: key, team_id, years"):
        (field("owner.age") > 1).sql(Deal)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("owner.emial", "no field 'emial' in table 'users'; did you mean 'email'"),
        ("ownr.email", "no field 'ownr' in table 'deals'; did you mean 'owner'"),
        ("owner.taem.name", "no field 'taem' in table 'users'; did you mean 'team'"),
        ("seller.email", "no field 'seller' in table 'deals'"),
        ("lost.email", "no field 'lost' in table 'deals'; there are: owner"),
        ("gone.email", "no field 'gone' in table 'deals'; did you mean 'owner'"),
        ("owners", "no field 'owners' in table 'deals'"),
    ],
)
def test_a_path_that_leads_nowhere_names_the_near_miss(path, message):
    for asked in (field(path) == "x", field(path).missing()):
        with pytest.raises(UnknownField, match=message):
            asked.sql(DEALS)


def test_an_expression_without_a_foreign_key_cannot_be_followed():
    with pytest.raises(InvalidExpression, match="'owner_id' an expression without a foreign key") as refused:
        (field("owner.email") == "x").sql(DEALS, fields={"owner_id": sa.literal("u1")})
    assert refused.value.code == "invalid_place"
