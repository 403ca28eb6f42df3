"""Style and scripts: one sheet, packed, cached by content."""

import gzip
import re
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.catalogue.portal.assets import Assets

STATIC = Path(__file__).parents[3] / "services" / "catalogue" / "portal" / "static"


def request(**headers: str) -> Request:
    raw = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    return Request({"type": "http", "headers": raw})


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "20-b.css").write_text("b{}" * 400)
    (tmp_path / "styles" / "10-a.css").write_text("a{}")
    (tmp_path / "m.js").write_text("export {}")
    return Assets(tmp_path)


def test_sheets_are_one_file_in_order(assets: Assets) -> None:
    body = bytes(assets.respond(request(), "style.css").body)

    assert body.startswith(b"a{}\nb{}")


def test_the_present_version_is_kept_for_a_year_and_any_other_is_asked_again(
    assets: Assets,
) -> None:
    present = assets.address("style.css").removeprefix("/static/")

    assert "immutable" in assets.respond(request(), present).headers["cache-control"]
    for other in ("style.css", "0123456789ab/style.css"):
        assert assets.respond(request(), other).headers["cache-control"] == "no-cache"


def test_a_change_anywhere_changes_the_address(assets: Assets, tmp_path: Path) -> None:
    (tmp_path / "m.js").write_text("export { }")

    assert Assets(tmp_path).address("style.css") != assets.address("style.css")


def test_it_is_sent_packed_to_who_can_unpack_and_not_at_all_to_who_has_it(assets: Assets) -> None:
    plain = assets.respond(request(), "style.css")
    packed = assets.respond(request(accept_encoding="gzip, br"), "style.css")
    known = assets.respond(request(if_none_match=plain.headers["etag"]), "style.css")

    assert gzip.decompress(bytes(packed.body)) == plain.body
    assert len(packed.body) < len(plain.body)
    assert (known.status_code, known.body) == (304, b"")


@pytest.mark.parametrize("path", ["", "nothing.css", "../style.css", "styles/10-a.css"])
def test_nothing_else_is_served(assets: Assets, path: str) -> None:
    with pytest.raises(HTTPException):
        assets.respond(request(), path)
    with pytest.raises(KeyError):
        assets.address("nothing.css")


def test_colours_stand_in_the_tokens_only() -> None:
    for sheet in (STATIC / "styles").glob("*.css"):
        if sheet.name not in {"10-tokens.css", "90-print.css"}:
            assert not re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text("utf-8")), sheet.name


def test_what_the_sheets_use_is_defined() -> None:
    text = "\n".join(sheet.read_text("utf-8") for sheet in (STATIC / "styles").glob("*.css"))

    assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= set(
        re.findall(r"(--[a-z0-9-]+):", text)
    )
