"""Three files of one CRM that refer to one another, in a directory or in an archive."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

USERS = "User ID,Name,Email,Active\nu1,Ana Ng,ana@x.io,true\nu2,Bo Li,bo@x.io,true\n"
COMPANIES = (
    "Record ID,Company name,Website URL,Company owner\n9001,Bluebay Ltd,b.test,u1\n9002,Fern GmbH,f.test,Bo Li\n"
)
DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Create Date,Associated Company\n"
    "1,Fern,Won,5,Ana Ng,2017-01-02,9001\n"
    "2,Oak,Talks,7,bo@x.io,2017-01-13,fern  gmbh \n"
)
FILES = {"companies.csv": COMPANIES, "deals.csv": DEALS, "users.csv": USERS}


def directory(at: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write these files."""
    for name, text in files.items():
        (at / name).write_text(text, encoding="utf-8")
    return at


def archive(
    at: Path, files: Mapping[str, str | bytes] = FILES, *, name: str = "export.zip", method: int = zipfile.ZIP_DEFLATED
) -> Path:
    """Write an archive of these files."""
    with zipfile.ZipFile(at / name, "w", method) as packed:
        for member, content in files.items():
            packed.writestr(member, content)
    return at / name
