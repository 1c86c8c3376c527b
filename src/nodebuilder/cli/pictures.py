"""Pictures inside the terminal, where it is known to show them: kitty's protocol, iTerm2's, or sixel.

Nothing is asked of the terminal (an answer could end up in the person's input), so only those that say who they are in
the environment count, and none inside tmux or screen, which would garble the picture.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from nodebuilder.cli.loading import load

Protocol = Literal["kitty", "iterm2", "sixel"]

COLUMNS: Final = 40
MOST_BYTES: Final = 20 * 1024 * 1024
_CHUNK: Final = 4096
_KITTY_PROGRAMS: Final = frozenset({"ghostty", "WezTerm"})
_SIXEL_TERMS: Final = ("foot", "mlterm", "contour", "yaft")
_PNG: Final = b"\x89PNG\r\n\x1a\n"


def protocol(environment: Mapping[str, str]) -> Protocol | None:
    """Return how the terminal that this environment describes shows pictures, or None."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if environment.get("TMUX") or environment.get("STY") or term.startswith(("screen", "tmux", "dumb")):
        return None
    if term == "xterm-kitty" or environment.get("KITTY_WINDOW_ID") or program in _KITTY_PROGRAMS:
        return "kitty"
    if program == "iTerm.app" or environment.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    return "sixel" if term.startswith(_SIXEL_TERMS) else None


def drawn(path: Path, how: Protocol) -> str:
    """Return the characters that draw the picture in the file; empty when it cannot be shown."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return ""
        data = path.read_bytes()
    except OSError:
        return ""
    match how:
        case "kitty":
            return "".join(_kitty(data)) if data.startswith(_PNG) else ""
        case "iterm2":
            text = base64.b64encode(data).decode()
            return f"\x1b]1337;File=inline=1;width={COLUMNS};preserveAspectRatio=1;size={len(data)}:{text}\x07\n"
        case "sixel":
            text = load("nodebuilder.cli.sixel").encode(data)
            return f"{text}\n" if text else ""


def _kitty(data: bytes) -> Iterator[str]:
    text = base64.b64encode(data).decode()
    first = f"a=T,f=100,q=2,c={COLUMNS},"
    for begin in range(0, len(text), _CHUNK):
        more = int(begin + _CHUNK < len(text))
        yield f"\x1b_G{first}m={more};{text[begin : begin + _CHUNK]}\x1b\\"
        first = ""
    yield "\n"
