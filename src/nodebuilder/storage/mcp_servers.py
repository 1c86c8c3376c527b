"""The MCP servers that the person set up, by name: a workflow holds such a name only, and can add none itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlsplit

from nodebuilder.errors import StorageError
from nodebuilder.redaction import Redactor
from nodebuilder.storage.preferences import Preferences
from nodebuilder.values import JSON, as_mapping
from nodebuilder.workflow.keys import SECRET_NAME, looks_like_key

SERVER_NAME: Final = SECRET_NAME
"""What an MCP server may be called: a letter, then up to 63 letters, digits, `_` or `-`."""

_KEY: Final = "mcp_server."
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_OURS: Final = re.compile(r"(host|connection|content-.*|transfer-.*|accept.*|mcp-.*|cookie|upgrade|te|trailer)")
_LONGEST: Final = 4096
_MOST_WORDS: Final = 256


@dataclass(frozen=True, slots=True)
class McpServer:
    """One server: at a `url`, or a `command` that is started in `folder`.

    Attributes:
        secret: the name of the secret that is sent to the `url`, as `Authorization: Bearer …` or in `header` alone.
        variables: the environment variables of the command, each with the name of the secret that it holds.
    """

    name: str
    url: str = ""
    secret: str = ""
    header: str = ""
    command: str = ""
    arguments: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    folder: str = ""

    def as_json(self) -> dict[str, JSON]:
        """Return it as the JSON object of the HTTP API; it holds names of secrets, never a value."""
        return {
            "name": self.name,
            "url": self.url,
            "secret": self.secret,
            "header": self.header,
            "command": self.command,
            "arguments": list(self.arguments),
            "variables": dict(self.variables),
            "folder": self.folder,
        }


class McpServers:
    """Keeps the servers beside the preferences; nothing here ever starts or contacts one."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    async def all(self) -> list[McpServer]:
        """Return all servers by name."""
        kept = await self._preferences.all()
        return [_read(key.removeprefix(_KEY), value) for key, value in kept.items() if key.startswith(_KEY)]

    async def get(self, name: str) -> McpServer | None:
        """Return the server of that name, or None."""
        return next((server for server in await self.all() if server.name == name), None)

    async def set(self, server: McpServer) -> None:
        """Keep a server, in place of an earlier one of its name.

        Raises:
            StorageError: it cannot be one (code `bad_mcp_server`); the message says why, without what it was given.
        """
        _check(server)
        kept: dict[str, JSON] = {key: value for key, value in server.as_json().items() if key != "name" and value}
        await self._preferences.change({_KEY + server.name: kept})

    async def remove(self, name: str) -> bool:
        """Forget a server; False when there was none."""
        known = await self.get(name) is not None
        await self._preferences.change({_KEY + name: None})
        return known


def _read(name: str, value: JSON) -> McpServer:
    kept = as_mapping(value) or {}
    words: Any = kept.get("arguments")
    return McpServer(
        name=name,
        **{key: str(kept.get(key, "")) for key in ("url", "secret", "header", "command", "folder")},
        arguments=tuple(str(word) for word in cast("list[Any]", words)) if isinstance(words, list) else (),
        variables={key: str(secret) for key, secret in (as_mapping(kept.get("variables")) or {}).items()},
    )


def _check(server: McpServer) -> None:
    if not SERVER_NAME.fullmatch(server.name) or looks_like_key(server.name):
        raise _unfit("An MCP server cannot have this name.", "Use a letter, then up to 63 letters, digits, _ or -.")
    if bool(server.url) == bool(server.command):
        raise _unfit("An MCP server has either a URL or a command.", "Give it one of the two.")
    if server.url:
        _check_url(server)
    else:
        _check_command(server)
    for secret in (server.secret, *server.variables.values()):
        if secret and looks_like_key(secret):
            raise _unfit(
                "What stands in the place of a secret's name is no name, or a key itself.",
                "Keep the key with `nodebuilder secrets set NAME`, and give its name here.",
            )


def _check_url(server: McpServer) -> None:
    try:
        parts = urlsplit(server.url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise _unfit("The URL of the MCP server cannot be read.", "Write it as https://host/path.") from None
    if not fits or not server.url.isprintable() or " " in server.url or len(server.url) > _LONGEST:
        raise _unfit("The URL of the MCP server cannot be used.", "Write it as https://host/path.")
    if "@" in parts.netloc or parts.fragment or _holds_key(server.url):
        raise _unfit(
            "The URL of the MCP server holds a name, a password or a key.",
            "Leave it out of the URL, keep it with `nodebuilder secrets set NAME`, and name that secret.",
        )
    if server.header and (not _HEADER.fullmatch(server.header) or _OURS.fullmatch(server.header.lower())):
        raise _unfit("A secret cannot be sent in this header.", "Use Authorization (the default), X-API-Key or alike.")
    if server.header and not server.secret:
        raise _unfit("There is a header and no secret to send in it.", "Name the secret too, or leave the header out.")
    if server.arguments or server.variables:
        raise _unfit("An MCP server at a URL has no arguments or variables.", "Leave them out.")


def _check_command(server: McpServer) -> None:
    words = (server.command, *server.arguments, server.folder)
    if len(words) > _MOST_WORDS or any("\0" in word or len(word) > _LONGEST for word in words):
        raise _unfit("The command of the MCP server is too long, or no text.", "Write a shorter one.")
    if any(_holds_key(word) for word in words):
        raise _unfit(
            "The command of the MCP server holds a key.",
            "Keep it with `nodebuilder secrets set NAME`, and hand it over with `--env VARIABLE=NAME`.",
        )
    if not all(_VARIABLE.fullmatch(name) for name in server.variables):
        raise _unfit("An environment variable cannot have this name.", "Use letters, digits and _.")
    if server.secret or server.header:
        raise _unfit("A command gets its secrets in variables.", "Use `--env VARIABLE=NAME` in place of --secret.")


def _holds_key(text: str) -> bool:
    return Redactor().text(text) != text


def _unfit(message: str, remedy: str) -> StorageError:
    return StorageError(message, remedy, code="bad_mcp_server")
