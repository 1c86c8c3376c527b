"""An MCP server made with the SDK: `python sdk.py`, or `python sdk.py http PORT`; with `TOKEN` it wants one."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
import zlib
from pathlib import Path

import uvicorn
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
    ToolAnnotations,
)
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

server = MCPServer("tests", instructions="Tools for tests.")


def png() -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = (1).to_bytes(4) + (1).to_bytes(4) + bytes([8, 2, 0, 0, 0])
    image = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", image) + chunk(b"IEND", b"")


def wav() -> bytes:
    """A sound of one sample."""
    form = b"fmt " + (16).to_bytes(4, "little") + bytes([1, 0, 1, 0, 64, 31, 0, 0, 64, 31, 0, 0, 1, 0, 8, 0])
    body = b"WAVE" + form + b"data" + (1).to_bytes(4, "little") + b"\x80\0"
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


NOTE = TextResourceContents(uri="test://note", text="a note", mime_type="text/plain")
DOT = BlobResourceContents(uri="test://dot", blob=encoded(png()), mime_type="image/png")


@server.tool(structured_output=False)
async def echo(text: str) -> str:
    """Say the text again."""
    return text


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
async def add(a: int, b: int = 1) -> dict[str, int]:
    """Add two numbers."""
    return {"sum": a + b}


@server.tool(structured_output=False)
async def fail(why: str = "no luck") -> str:
    """Fail."""
    raise ValueError(why)


@server.tool(structured_output=False)
async def slow(ctx: Context, seconds: float = 60.0, mark: str = "") -> str:
    """Take long; `mark` is a file that tells that it began, and gets `.done` behind it when it was not stopped."""
    if mark:
        Path(mark).write_text("began")
    await ctx.report_progress(1, 4, "a quarter")
    await asyncio.sleep(seconds)
    if mark:
        Path(mark + ".done").write_text("done")
    return "at last"


@server.tool(structured_output=False)
async def crash(mark: str = "") -> str:
    """End the whole server in the middle of the call."""
    if mark:
        before = Path(mark).read_text() if Path(mark).exists() else ""
        Path(mark).write_text(before + "called\n")
    sys.stderr.write("about to break\n")
    sys.stderr.flush()
    os._exit(3)


@server.tool(structured_output=False)
async def environment() -> str:
    """Tell all environment variables."""
    return "\n".join(f"{name}={value}" for name, value in os.environ.items())


@server.tool(structured_output=False)
async def grow(ctx: Context, name: str) -> str:
    """Get another tool."""

    async def grown() -> str:
        return f"I am {name}"

    server.add_tool(grown, name=name, description="Grown", structured_output=False)
    await ctx.notify_tools_changed()
    return name


@server.tool(structured_output=False)
async def big(ctx: Context, characters: int, progress: bool = False) -> str:
    """Give a long text, with `progress` by a stream."""
    if progress:
        await ctx.report_progress(1, 2)
    return "x" * characters


@server.tool()
async def everything() -> CallToolResult:
    """Give every kind of content."""
    return CallToolResult(
        content=[
            TextContent(text="Here it is."),
            ImageContent(data=encoded(png()), mime_type="image/png"),
            AudioContent(data=encoded(wav()), mime_type="audio/wav"),
            ImageContent(data="not base64!", mime_type="image/png"),
            ResourceLink(uri="https://example.com/report", name="report", description="All of it", size=12),
            EmbeddedResource(resource=NOTE),
            EmbeddedResource(
                resource=BlobResourceContents(uri="test://dot", blob=encoded(png()), mime_type="image/png")
            ),
        ],
        structured_content={"id": 7},
    )


@server.tool(structured_output=False)
async def key(ctx: Context) -> str:
    """Tell with which header the request came."""
    return dict(ctx.headers or {}).get("authorization", "none")


@server.custom_route("/elsewhere/mcp", methods=["GET", "POST", "DELETE"])
async def elsewhere(_request: Request) -> Response:
    """Lead to another origin."""
    return Response(status_code=307, headers={"location": os.environ["ELSEWHERE"]})


def main() -> None:
    """Run as the arguments say."""
    if sys.argv[1:2] != ["http"]:
        server.run("stdio")
        return
    app = server.streamable_http_app(json_response="json" in sys.argv)
    token = os.environ.get("TOKEN")

    async def guarded(scope, receive, send) -> None:  # noqa: ANN001 - an ASGI application
        headers = dict(scope.get("headers", ()))
        if token and scope["type"] == "http" and headers.get(b"authorization") != f"Bearer {token}".encode():
            await PlainTextResponse("no", 401)(scope, receive, send)
            return
        await app(scope, receive, send)

    uvicorn.run(guarded, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", lifespan="on")


if __name__ == "__main__":
    main()
