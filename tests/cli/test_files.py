from __future__ import annotations

import os
import time
from pathlib import Path

from PIL import Image

from tests.terminal import Terminal

NAMES = ("gpt_image_00000001.png", "gpt_image_00000002.png")


def fill(terminal: Terminal) -> list[Path]:
    folder = terminal.data / "servable"
    folder.mkdir(parents=True)
    paths = [folder / name for name in NAMES]
    for age, path in enumerate(paths):
        Image.new("RGB", (30 + age, 20)).save(path)
        os.utime(path, (time.time() - 86_400 * 10 * (2 - age),) * 2)
    return paths


def test_files_are_listed_newest_first(terminal: Terminal) -> None:
    fill(terminal)
    said = terminal.say("files", "list")
    assert [line.split("\t")[0] for line in said.out.splitlines()] == [*reversed(NAMES)]
    assert "\t31x20\t" in said.out
    assert said.err.startswith("2 files, ")
    listed = terminal.say("files", "list", "--json").json
    assert listed["count"] == 2
    assert listed["files"][0]["url"].endswith(f"/servable/{NAMES[1]}")


def test_files_are_deleted_by_name(terminal: Terminal) -> None:
    first, second = fill(terminal)
    assert terminal.say("files", "rm", NAMES[0]).code == 0
    assert not first.exists()
    assert second.exists()
    missing = terminal.say("files", "rm", "nothing.png")
    assert missing.code == 1
    assert "nothing.png" in missing.err


def test_pruning_keeps_everything_unless_a_rule_is_set(terminal: Terminal) -> None:
    paths = fill(terminal)
    terminal.say("files", "list")
    assert terminal.say("files", "prune", "--json").json == {"files": [], "in_use": [], "size": 0, "dry_run": False}
    assert all(path.exists() for path in paths)


def test_a_dry_run_says_what_would_go_and_deletes_nothing(terminal: Terminal) -> None:
    old, young = fill(terminal)
    terminal.say("files", "list")
    terminal.monkeypatch.setenv("NODEBUILDER_RETENTION", "max_age")
    terminal.monkeypatch.setenv("NODEBUILDER_RETENTION_MAX_AGE_DAYS", "15")
    dry = terminal.say("files", "prune", "--dry-run")
    assert dry.out == f"{NAMES[0]}\n"
    assert "would be deleted" in dry.err
    assert old.exists()
    assert terminal.say("files", "prune").code == 0
    assert not old.exists()
    assert young.exists()
