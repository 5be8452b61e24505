"""What browsers load: compressed, at addresses that change with the files, and with nothing left out."""

import asyncio
import gzip
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client

from apps.core.assets.current import Assets, assets
from apps.core.assets.serving import Serving
from apps.core.assets.tree import tree_read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "js").mkdir()
    (tmp_path / "css" / "all.css").write_text('@layer parts;\n\n@import url("parts/a.css") layer(parts);\n')
    (tmp_path / "css" / "parts" / "a.css").write_text('p { background: url("../../mark.svg") }\n' * 20)
    (tmp_path / "mark.svg").write_text("<svg/>")
    (tmp_path / "js" / "a.js").write_text(
        'import { b } from "./b.js";\nimport "./c.js";\n\nb(() => import("./late.js"));\n'
    )
    (tmp_path / "js" / "b.js").write_text('import {\n  c,\n} from "./c.js";\nexport const b = c;\n')
    (tmp_path / "js" / "c.js").write_text('export const c = (run) => run; // not "./d.js"\n')
    (tmp_path / "js" / "late.js").write_text("export {};\n")
    return tmp_path


def ask(served: Assets, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": named}
    asyncio.run(Serving(served)(scope, None, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, sent[1]["body"]


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip;q=1.0, br;q=0", "gzip", gzip.decompress),
        ("GZIP", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ],
)
def test_a_browser_gets_the_best_form_that_it_takes(
    folder: Path, accepted: str, encoding: str, unpack: Any
) -> None:
    served = Assets(folder, follow=False)
    status, headers, body = ask(served, served.address("css/parts/a.css"), accept_encoding=accepted)
    assert (status, headers.get("content-encoding"), headers["vary"]) == (200, encoding, "accept-encoding")
    assert unpack(body) == (folder / "css/parts/a.css").read_bytes()
    assert headers["content-length"] == str(len(body))
    assert headers["content-type"] == "text/css; charset=utf-8" and headers["x-content-type-options"] == "nosniff"


def test_what_would_grow_is_sent_as_it_is(folder: Path) -> None:
    served = Assets(folder, follow=False)
    _status, headers, body = ask(served, served.address("mark.svg"), accept_encoding="br, gzip")
    assert "content-encoding" not in headers and body == b"<svg/>"


def test_a_versioned_address_is_kept_for_ever_and_any_other_asked_for_anew(folder: Path) -> None:
    served = Assets(folder, follow=False)
    kept = ask(served, served.address("js/b.js"))[1]
    assert kept["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/static/js/b.js", "/static/0123456789ab/js/b.js"):
        status, headers, body = ask(served, path)
        assert (status, headers["cache-control"], body) == (200, "no-cache", (folder / "js/b.js").read_bytes())
        again = ask(served, path, if_none_match=headers["etag"])
        assert (again[0], again[2]) == (304, b"")


def test_every_address_changes_when_any_file_does(folder: Path) -> None:
    before = Assets(folder, follow=False).address("js/a.js")
    (folder / "js" / "c.js").write_text("export const c = 1;\n")
    assert Assets(folder, follow=False).address("js/a.js") != before


def test_a_changed_file_is_served_without_a_restart_only_where_files_are_worked_on(
    folder: Path, monkeypatch
) -> None:
    monkeypatch.setattr("apps.core.assets.current.LOOK_SECONDS", 0)
    worked_on, deployed = Assets(folder, follow=True), Assets(folder, follow=False)
    before = deployed.address("js/b.js")
    (folder / "js" / "b.js").write_text("export const b = 'another';\n")
    assert worked_on.address("js/b.js") != before == deployed.address("js/b.js")
    assert b"another" in ask(worked_on, worked_on.address("js/b.js"))[2]
    assert b"another" not in ask(deployed, before)[2]
    (folder / "js" / "new.js").write_text("export {};\n")
    assert ask(worked_on, "/static/js/new.js")[0] == 200


def test_a_style_sheet_brings_what_it_imports_and_its_addresses_still_lead_there(folder: Path) -> None:
    text = tree_read(folder).assets["css/all.css"].body.decode()
    assert "@import" not in text and text.startswith("@layer parts;\n\n@layer parts {\np {")
    assert text.count('url("../mark.svg")') == 20


@pytest.mark.parametrize(
    "path", ["/static/", "/static/js/", "/static/../manage.py", "/static/js/none.js", "/static//js/a.js"]
)
def test_nothing_but_the_files_of_the_folder_has_an_address(folder: Path, path: str) -> None:
    assert ask(Assets(folder, follow=False), path)[0] == 404


def test_only_reading_is_allowed(folder: Path) -> None:
    served = Assets(folder, follow=False)
    assert ask(served, "/static/js/b.js", "POST")[0] == 405
    status, headers, body = ask(served, "/static/js/b.js", "HEAD")
    assert (status, body) == (200, b"") and int(headers["content-length"]) > 0


def test_all_modules_that_run_at_once_are_known_and_no_later_ones(folder: Path) -> None:
    assert tree_read(folder).modules("js/a.js") == ["js/a.js", "js/b.js", "js/c.js"]


def test_a_template_that_names_no_file_fails(db) -> None:
    with pytest.raises(KeyError, match=r"none\.js does not exist"):
        Template('{% load static %}{% static "js/none.js" %}').render(Context())


def test_each_script_finds_all_that_it_imports() -> None:
    tree = assets().tree
    scripts = [name for name in tree.assets if name.startswith("js/") and name.endswith(".js")]
    assert len(scripts) > 50
    for script in scripts:
        tree.modules(script)
        for late in re.findall(r'import\("(\.[^"]+)"\)', tree.assets[script].body.decode()):
            assert (settings.STATIC_DIR / script).parent.joinpath(late).resolve().is_file(), f"{script}: {late}"


@pytest.mark.parametrize("name", ["js/chat/main.js", "js/chat/panel.js", "vendor/maths.js"])
def test_a_page_that_is_open_since_before_scripts_moved_finds_what_it_loads_later(name: str) -> None:
    assert ask(assets(), f"/static/0123456789ab/{name}")[0] == 200


def test_the_chats_page_is_compressed_and_what_repeats_a_search_is_not(db) -> None:
    packed = Client().get("/", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.headers["Vary"]
    text = gzip.decompress(packed.content).decode()
    assert (
        'id="page-data"' in text
        and f'<link rel="modulepreload" href="{assets().address("js/chat/conversation/reducer.js")}">' in text
    )
    for path in ("/accounts/login/?next=/c/secret/", "/api/chat/conversations/"):
        assert "Content-Encoding" not in Client().get(path, headers={"accept-encoding": "gzip"}).headers
