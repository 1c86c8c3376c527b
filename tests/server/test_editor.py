"""The editor's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request

from nodebuilder.server.editor import Editor
from nodebuilder.server.problems import Refusal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<html>the editor</html>")
    (built / "icon.svg").write_text("<svg/>")
    (built / "assets" / "index-1a2b.js").write_text("go()")
    (built / ".secret").write_text("hidden")
    (tmp_path / "outside.txt").write_text("outside")
    (built / "link.txt").symlink_to(tmp_path / "outside.txt")
    return built


def ask(path: str, method: str = "GET", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "headers": raw}
    return Request({**scope, "query_string": b"", "server": ("localhost", 8000), "scheme": "http"})


def status(editor: Editor, request: Request) -> int:
    try:
        return editor.answer(request).status_code
    except Refusal as refusal:
        return refusal.status_code


def test_the_page_is_asked_for_again_and_its_parts_are_not(folder: Path) -> None:
    editor = Editor(folder)
    page = editor.answer(ask("/"))
    assert page.body == b"<html>the editor</html>"
    assert page.headers["cache-control"] == "no-cache"
    part = editor.answer(ask("/assets/index-1a2b.js"))
    assert part.media_type == "text/javascript"
    assert "immutable" in part.headers["cache-control"]
    assert editor.answer(ask("/icon.svg")).media_type == "image/svg+xml"
    assert editor.answer(ask("/", if_none_match=page.headers["etag"])).status_code == 304


def test_a_page_without_a_file_is_the_editor_itself(folder: Path) -> None:
    editor = Editor(folder)
    assert editor.answer(ask("/workflows", accept="text/html,*/*")).body == b"<html>the editor</html>"
    assert status(editor, ask("/workflows")) == 404
    assert status(editor, ask("/a/b", accept="text/html")) == 404


@pytest.mark.parametrize(
    "path",
    [
        "/.secret",
        "/link.txt",
        "/../outside.txt",
        "/assets/../../outside.txt",
        "//index.html",
        "/no.js",
        "/assets/",
    ],
)
def test_only_files_of_the_build_are_served(folder: Path, path: str) -> None:
    assert status(Editor(folder), ask(path, accept="text/html")) == 404


def test_files_are_only_read(folder: Path) -> None:
    editor = Editor(folder)
    assert status(editor, ask("/", "POST")) == 405
    assert status(editor, ask("/nothing", "POST")) == 404
    assert status(editor, ask("/", "HEAD")) == 200


def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    editor = Editor(tmp_path / "none")
    assert not editor.built
    assert b"make run" in editor.answer(ask("/")).body
    assert status(editor, ask("/assets/x.js")) == 404


def test_a_file_that_vanishes_is_not_found(folder: Path) -> None:
    editor = Editor(folder)
    (folder / "icon.svg").unlink()
    assert status(editor, ask("/icon.svg")) == 404
