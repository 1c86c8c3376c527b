"""Tools that servers of the person's choice offer: what they are, what is asked of one and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nodebuilder.values import JSON, ToolDefinition

Progress = Callable[[float | None, str], None]
"""Told how far a call is, from 0 to 1 (None: nobody knows), and what the server says of it."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """A text; `uri` names the resource that it is, if it is one."""

    text: str
    uri: str = ""


@dataclass(frozen=True, slots=True)
class FilePart:
    """The bytes of a picture, a sound or another file, and the media type that the server gives it."""

    data: bytes
    media_type: str
    uri: str = ""


@dataclass(frozen=True, slots=True)
class LinkPart:
    """The address of a resource that the server keeps; `size` in bytes, if it is told."""

    uri: str
    name: str
    description: str = ""
    media_type: str = ""
    size: int | None = None


Part = TextPart | FilePart | LinkPart


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What a tool gave: parts in their order, data as its output schema says, and whether it calls this a failure."""

    parts: tuple[Part, ...] = ()
    structured: JSON = None
    failed: bool = False


class ToolServers(Protocol):
    """The ability to ask servers, which the person set up by name, for their tools, and to call one."""

    async def tools(self, server: str) -> tuple[ToolDefinition, ...]:
        """Return what a model is to be told of each tool of a server, its input schemas as they came.

        Raises:
            NodeError: the person set up no such server, or it cannot be reached; nothing was called.
        """
        ...

    async def call(self, server: str, tool: str, arguments: Mapping[str, Any], *, progress: Progress) -> ToolAnswer:
        """Call a tool once and return what it gave; a call that was sent is never sent again.

        Raises:
            NodeError: it could not be called, or no usable answer came; the message says whether it may have run.
        """
        ...
