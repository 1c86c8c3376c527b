from __future__ import annotations

import os
import pty
import select
import termios

from tests.terminal import COMMAND, Terminal

KEY = "sk-test-abcdefghijklmnop-0123456789"


def test_a_key_is_kept_listed_by_name_and_deleted(terminal: Terminal) -> None:
    kept = terminal.run("secrets", "set", "openai", stdin=f"{KEY}\n")
    assert (kept.code, kept.out, kept.err) == (0, "", "The secret openai is kept.\n")
    assert [secret["name"] for secret in terminal.say("secrets", "list", "--json").json] == ["openai"]
    listed = terminal.say("secrets", "list")
    assert listed.out.startswith("openai\t")
    assert terminal.say("secrets", "rm", "openai").code == 0
    assert terminal.say("secrets", "list", "--json").json == []


def test_a_key_is_nowhere_in_clear(terminal: Terminal) -> None:
    said = terminal.say("secrets", "set", "openai", stdin=KEY)
    listed = terminal.say("secrets", "list")
    assert KEY not in said.out + said.err + listed.out + listed.err
    for path in [path for path in terminal.folder.rglob("*") if path.is_file()]:
        assert KEY.encode() not in path.read_bytes(), path


def test_what_is_typed_is_not_shown(terminal: Terminal) -> None:
    child, screen = pty.fork()
    if child == 0:
        os.execv(COMMAND, [str(COMMAND), "secrets", "set", "openai"])  # noqa: S606 - the point is a terminal of its own
    said = b""
    while b"not shown" not in said or termios.tcgetattr(screen)[3] & termios.ECHO:
        said += os.read(screen, 1000) if select.select([screen], [], [], 0.02)[0] else b""
    os.write(screen, f"{KEY}\n".encode())
    while chunk := _read(screen):
        said += chunk
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert b"is kept" in said
    assert KEY.encode() not in said
    assert [secret["name"] for secret in terminal.say("secrets", "list", "--json").json] == ["openai"]


def _read(screen: int) -> bytes:
    """Read what is on the screen; a terminal whose program has ended gives nothing."""
    try:
        return os.read(screen, 1000)
    except OSError:
        return b""


def test_a_name_or_value_that_cannot_be_is_refused(terminal: Terminal) -> None:
    said = terminal.say("secrets", "set", KEY, stdin="x")
    assert said.code == 1
    assert KEY not in said.err
    assert terminal.say("secrets", "set", "openai", stdin="").code == 1


def test_deleting_what_is_not_there_is_an_error(terminal: Terminal) -> None:
    said = terminal.say("secrets", "rm", "nobody")
    assert said.code == 1
    assert said.err.splitlines() == [
        "There is no secret called nobody.",
        "`nodebuilder secrets list` shows their names.",
    ]


def test_a_key_is_bound_to_a_host_and_unbound(terminal: Terminal) -> None:
    terminal.say("secrets", "set", "openai", stdin=KEY)
    bound = terminal.say("secrets", "bind", "openai", "llm.example.com:8443")
    assert (bound.code, bound.err) == (0, "The key openai may now be sent to llm.example.com:8443.\n")
    assert terminal.say("secrets", "list", "--json").json[0]["hosts"] == ["llm.example.com:8443"]
    assert terminal.say("secrets", "unbind", "openai", "LLM.example.com:8443").code == 0
    assert terminal.say("secrets", "list", "--json").json[0]["hosts"] == []
    again = terminal.say("secrets", "unbind", "openai", "llm.example.com:8443")
    assert again.code != 0
    assert "not bound" in again.err


def test_a_key_is_bound_to_no_url(terminal: Terminal) -> None:
    refused = terminal.say("secrets", "bind", "openai", "https://llm.example.com")
    assert refused.code != 0
    assert "HOST:PORT" in refused.err
