from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from nodebuilder.cli.pictures import MOST_BYTES, drawn, protocol


def a_picture(folder: Path, name: str = "a.png") -> Path:
    path = folder / name
    Image.effect_noise((80, 60), 40).convert("RGB").save(path)
    return path


@pytest.mark.parametrize(
    ("environment", "how"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM_PROGRAM": "WezTerm"}, "kitty"),
        ({"TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app", "TERM": "xterm-256color"}, "iterm2"),
        ({"LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "mlterm-256color"}, "sixel"),
        ({"TERM": "xterm-256color"}, None),
        ({"TERM": "dumb", "KITTY_WINDOW_ID": "1"}, None),
        ({"TERM": "xterm-kitty", "TMUX": "1"}, None),
        ({"TERM": "screen.xterm", "TERM_PROGRAM": "iTerm.app"}, None),
        ({"TERM_PROGRAM": "Apple_Terminal", "TERM": "xterm-256color"}, None),
        ({}, None),
    ],
)
def test_a_terminal_counts_only_when_it_says_who_it_is(environment: dict[str, str], how: str | None) -> None:
    assert protocol(environment) == how


def test_kitty_gets_the_file_in_pieces_that_make_the_whole(tmp_path: Path) -> None:
    path = a_picture(tmp_path)
    text = drawn(path, "kitty")
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", text)
    assert base64.b64decode("".join(data for _, data in pieces)) == path.read_bytes()
    assert all(len(data) <= 4096 for _, data in pieces)
    assert len(pieces) > 1
    assert [keys.endswith("m=1") for keys, _ in pieces] == [True] * (len(pieces) - 1) + [False]
    assert "a=T,f=100" in pieces[0][0]


def test_kitty_is_not_given_what_it_cannot_read(tmp_path: Path) -> None:
    assert drawn(a_picture(tmp_path, "a.jpg"), "kitty") == ""


def test_iterm_gets_the_file_whole(tmp_path: Path) -> None:
    path = a_picture(tmp_path, "a.jpg")
    data = drawn(path, "iterm2").removesuffix("\x07\n").rpartition(":")[2]
    assert base64.b64decode(data) == path.read_bytes()


def test_sixels_are_made_of_the_picture(tmp_path: Path) -> None:
    text = drawn(a_picture(tmp_path), "sixel")
    assert text.startswith('\x1bPq"1;1;80;60')
    assert text.endswith("\x1b\\\n")


def test_what_cannot_be_shown_is_not_shown(tmp_path: Path) -> None:
    assert drawn(tmp_path / "missing.png", "iterm2") == ""
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert drawn(large, "kitty") == ""
    nonsense = tmp_path / "nonsense.png"
    nonsense.write_bytes(BytesIO(b"no picture").getvalue())
    assert drawn(nonsense, "sixel") == ""
    assert drawn(nonsense, "kitty") == ""
