from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from nodebuilder.cli.discovery import Found, find
from nodebuilder.errors import WorkflowError
from nodebuilder.settings import load_settings
from tests.interop.litegraph.old import EIGHT

SETTINGS = load_settings()
COMFY = {"last_node_id": 1, "links": [], "nodes": [{"type": "KSampler", "properties": {"Node name for S&R": "x"}}]}


def write(folder: Path, name: str, document: object) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_in_a_folder_all_workflows_are_found_by_name_or_by_what_they_hold(tmp_path: Path) -> None:
    for name in ("b.flow.json", "in/deep/c.flow.json", "broken.flow.json"):
        write(tmp_path, name, "{")
    write(tmp_path, "a_wrapped.json", EIGHT["test_1"])
    write(tmp_path, "in/bare.json", EIGHT["test_1"]["graph_data"])
    write(tmp_path, "empty.json", {"graph_data": {"nodes": [], "links": []}, "start_node_id": None})
    for name, other in {
        "package.json": {"name": "x", "nodes": "many"},
        "broken.json": '{"nodes": [',
        "graph.json": {"nodes": [{"id": 1, "type": "city"}], "links": []},
        "new.json": {"format": "nodebuilder/1", "nodes": {}},
        "comfy.json": COMFY,
        "list.json": [{"nodes": []}],
        "words.txt": "nodes",
        ".hidden/d.flow.json": "{}",
        "node_modules/e.flow.json": "{}",
        ".f.flow.json": "{}",
    }.items():
        write(tmp_path, name, other)
    found = [each.path.relative_to(tmp_path).as_posix() for each in find([tmp_path], SETTINGS)]
    assert found == [
        *("a_wrapped.json", "b.flow.json", "broken.flow.json", "empty.json"),
        *("in/bare.json", "in/deep/c.flow.json"),
    ]


def test_a_file_that_is_named_is_taken_whatever_it_is_and_once(tmp_path: Path) -> None:
    path = write(tmp_path, "odd.txt", "x")
    flow = write(tmp_path, "a.flow.json", "{}")
    found = find([path, tmp_path, flow, tmp_path / "." / "odd.txt"], SETTINGS)
    assert found == [Found(path, named=True), Found(flow, named=True)]


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match="There is no file or folder"):
        find([tmp_path / "no"], SETTINGS)


def test_a_json_file_that_is_too_large_to_be_read_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.json", EIGHT["test_1"])
    assert find([tmp_path], load_settings(max_document_bytes=100)) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_in_a_folder_is_left_out_and_a_broken_link_is_not(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.flow.json")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "broken.flow.json").symlink_to(tmp_path / "nowhere")
    assert [each.path.name for each in find([tmp_path], SETTINGS)] == ["broken.flow.json"]
