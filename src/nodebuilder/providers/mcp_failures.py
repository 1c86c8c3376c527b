"""What is said when an MCP server does not do what it should: each sentence tells whether the tool may have run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nodebuilder.errors import InputError, NodeError

TEST: Final = "Try it with `nodebuilder mcp-servers test {server}`."
_SHOWN: Final = 300
_MAY_HAVE_RUN: Final = "The tool may have run: look before you call it again."


class NotSentError(Exception):
    """The request never reached the server: it can be made again on another connection."""


def shorten(text: str) -> str:
    """Return what a server said as a message shows it: one line, at most 300 characters, without a full stop."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def unknown_server(server: str, known: Sequence[str]) -> InputError:
    """Return the error of a name under which the person set up no server."""
    there = f"Choose one of {', '.join(known)}, or set it up" if known else "Set it up"
    message = f"There is no MCP server called {server}." if server else "No MCP server is named."
    return InputError(message, f"{there} with `nodebuilder mcp-servers add`.", code="no_mcp_server")


def missing_secret(server: str, secret: str) -> NodeError:
    """Return the error of a server whose secret is not kept."""
    return NodeError(
        f"The MCP server {server} needs the secret {secret}, and there is none of that name.",
        f"Keep it with `nodebuilder secrets set {secret}`.",
        code="no_such_secret",
    )


def unreachable(server: str, why: str) -> NodeError:
    """Return the error of a server that could not be started or connected to."""
    return NodeError(
        f"The MCP server {server} cannot be reached: {shorten(why)}.",
        TEST.format(server=server),
        code="mcp_unreachable",
    )


def key_refused(server: str, status: int, secret: str) -> NodeError:
    """Return the error of a server that answered 401 or 403."""
    what = f"The MCP server {server} lets nobody in without the right key: it answered with status {status}."
    remedy = f"Correct the secret {secret}" if secret else "Keep its key as a secret and add the server with --secret"
    return NodeError(what, f"{remedy}.", code="mcp_key_refused")


def too_slow(server: str, seconds: float) -> NodeError:
    """Return the error of a server that was not ready in time."""
    return NodeError(
        f"The MCP server {server} was not ready within {seconds:g} seconds.",
        "Start it once by hand to see what it waits for, or raise NODEBUILDER_MCP_CONNECT_SECONDS.",
        code="mcp_unreachable",
    )


def timed_out(server: str, tool: str, seconds: float) -> NodeError:
    """Return the error of a call that was not answered in time."""
    return NodeError(
        f"{tool} of the MCP server {server} did not answer within {seconds:g} seconds.",
        f"{_MAY_HAVE_RUN} NODEBUILDER_MCP_CALL_SECONDS sets how long to wait.",
        code="mcp_timeout",
    )


def broken(server: str, tool: str, why: str) -> NodeError:
    """Return the error of a call during which the connection ended."""
    reason = f" ({shorten(why)})" if why else ""
    return NodeError(
        f"The MCP server {server} went away while {tool} was called{reason}.", _MAY_HAVE_RUN, code="mcp_broken"
    )


def refused(server: str, what: str) -> NodeError:
    """Return the error of a request that the server refused."""
    return NodeError(
        f"The MCP server {server} refused: {shorten(what)}.",
        "Check the name of the tool and its arguments.",
        code="mcp_refused",
    )


def bad_answer(server: str, tool: str, why: str) -> NodeError:
    """Return the error of an answer that cannot be used, though the tool has run."""
    return NodeError(
        f"{tool} of the MCP server {server} has run, but its answer cannot be used: {shorten(why)}.",
        "Tell those who make the server.",
        code="mcp_bad_answer",
    )
