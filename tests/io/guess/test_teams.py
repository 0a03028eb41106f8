"""Teams and affiliations are recognised, and no file that only speaks of them is taken for a list of them."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit import io
from crmkit.errors import ImportRejected
from tests.io.written import Write

TEAMS = "Team ID,Team name,Team lead,Parent team\nt1,North,u1,\nt2,North East,u2,t1\n"
RELATIONS = (
    "Id,AccountId,ContactId,Roles,IsActive,IsDirect,StartDate,EndDate\n"
    "a1,c1,p1,Buyer,true,true,2023-01-02,\na2,c2,p1,Adviser,false,false,2023-03-04,2024-01-31\n"
)


def columns(result: io.ImportResult) -> dict[str, str]:
    return dict(result.mapping.columns or {})


def test_a_list_of_teams_is_recognised(write: Write) -> None:
    result = io.read(write(TEAMS))
    assert result.record == "team"
    assert columns(result) == {
        "id": "Team ID",
        "name": "Team name",
        "manager_id": "Team lead",
        "parent_id": "Parent team",
    }
    assert result.accepted == 2


@pytest.mark.parametrize(
    "header",
    [
        "Team,Teamleiter,Übergeordnetes Team",
        "Nom de l'équipe,Responsable de l'équipe,Équipe parente",
        "Nombre del equipo,Responsable del equipo,Equipo superior",
        "Nome da equipe,Líder da equipe,Equipe superior",
    ],
)
def test_a_list_of_teams_is_recognised_in_every_language(write: Write, header: str) -> None:
    result = io.read(write(f"{header}\nNord,Ana,\nOst,Bo,Nord\n"))
    assert (result.record, list(columns(result))) == ("team", ["name", "manager_id", "parent_id"])


@pytest.mark.parametrize(
    "text",
    [
        "Entry,Team,Team lead\n1,North,Ana\n2,North,Ana\n",  # each row names a team, and not each another
        "Record ID,Team lead,Team ID,Colour\n1,Ana,t1,red\n2,Ana,t1,blue\n",  # no name of a team
        "Id,Name,Parent\n1,A,\n2,B,1\n",  # nothing says that these are teams
    ],
)
def test_what_only_speaks_of_teams_is_no_list_of_them(write: Write, text: str) -> None:
    with pytest.raises(ImportRejected) as refused:
        io.read(write(text))
    assert refused.value.code == "unknown_record"


def test_the_team_of_users_is_one_of_their_columns(write: Write) -> None:
    result = io.read(write("Name,Email,Team,Team lead\nAna,ana@x.io,North,Bo\nBo,bo@x.io,South,Bo\n"))
    assert result.record == "user"
    assert columns(result) == {"name": "Name", "email": "Email", "team_id": "Team"}


def test_the_relation_of_accounts_and_contacts_is_an_affiliation(write: Write) -> None:
    result = io.read(write(RELATIONS))
    assert result.record == "affiliation"
    assert columns(result) == {
        "id": "Id",
        "contact_id": "ContactId",
        "company_id": "AccountId",
        "role": "Roles",
        "primary": "IsDirect",
        "started_on": "StartDate",
        "ended_on": "EndDate",
    }
    assert list(result.table["primary"]) == [True, False]


def test_a_contact_with_a_role_is_a_contact(write: Write) -> None:
    result = io.read(write("Contact,Company,Role,Primary,Email,Phone\nAna Ng,Fern,Buyer,yes,ana@x.io,+49 30 1\n"))
    assert result.record == "contact"


def test_an_affiliation_names_its_contact_and_its_company(write: Write) -> None:
    with pytest.raises(ImportRejected, match="no column is contact_id") as refused:
        io.read(write("id,company_id,role,primary\na1,c1,Buyer,true\n"), mapping={"record": "affiliation"})
    assert refused.value.code == "missing_field"


@pytest.mark.parametrize("mapping", [None, {"record": "user", "guess": True}])
def test_no_file_sets_the_roles_of_a_user(write: Write, mapping: Any) -> None:
    result = io.read(write("User ID,Name,Email,Roles\nu1,Ana,ana@x.io,admin\n"), mapping=mapping)
    assert result.record == "user"
    assert "roles" not in columns(result)
    assert "roles" not in result.table.columns
    assert list(result.table["roles_2"]) == ["admin"]


def test_a_mapping_does_not_set_the_roles_of_a_user_either(write: Write) -> None:
    mapping = {"record": "user", "columns": {"id": "id", "roles": "rights"}}
    with pytest.raises(ImportRejected, match=r"\[columns\] roles: no file may set this field") as refused:
        io.read(write("id,rights\nu1,admin\n"), mapping=mapping)
    assert refused.value.code == "invalid_mapping"


def test_a_preset_does_not_set_the_roles_of_a_user_either() -> None:
    with pytest.raises(ImportRejected, match="roles") as refused:
        io.Preset(name="x", system="X", record="user", key=["Id"], columns={"id": "Id", "roles": "Rights"})
    assert refused.value.code == "invalid_preset"
