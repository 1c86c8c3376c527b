"""An MCP server by hand, of the older protocol, that behaves as its arguments say; quick to start, for it has no SDK.

junk: prints what is no message. silent: never answers. gone: ends at once, with a word on stderr. stubborn: ignores
that it is to end. deaf: answers no call, and says which it got.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

WAYS = set(sys.argv[1:])
tools = ["one", "two"]


def say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def schema(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": f"Tool {name}",
        "inputSchema": {"type": "object", "properties": {}, "$defs": {"x": {"$anchor": "here"}}, "x-own": [1, None]},
    }


def answer(message: dict[str, Any]) -> dict[str, Any]:
    match message["method"]:
        case "initialize":
            return {
                "protocolVersion": "2025-06-18",
                "capabilities": {"tools": {"listChanged": True}},
                "serverInfo": {"name": "raw", "version": "1"},
            }
        case "tools/list" if not message.get("params", {}).get("cursor"):
            count("lists")
            return {"tools": [schema(tools[0])], "nextCursor": "more"}
        case "tools/list":
            return {"tools": [schema(name) for name in tools[1:]]}
        case "tools/call":
            return call(message["params"])
        case _:
            return {}


def call(params: dict[str, Any]) -> dict[str, Any]:
    count("calls")
    if params["name"] == "change":
        tools.append(params["arguments"]["name"])
        say({"method": "notifications/tools/list_changed"})
    if params["name"] == "pid":
        return {"content": [{"type": "text", "text": str(os.getpid())}]}
    return {"content": [{"type": "text", "text": f"called {params['name']}"}], "isError": params["name"] == "bad"}


def count(what: str) -> None:
    """Write a line into a file, so that the test can count."""
    if folder := os.environ.get("COUNTS"):
        with Path(folder, what).open("a") as file:
            file.write(f"{os.getpid()}\n")


def main() -> None:
    count("starts")
    if "gone" in WAYS:
        sys.stderr.write(f"I have no licence {os.environ.get('TOKEN', '')}\n")
        sys.exit(1)
    if "stubborn" in WAYS:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for line in sys.stdin:
        message = json.loads(line)
        if "junk" in WAYS:
            sys.stdout.buffer.write(b"npm WARN deprecated\n\xff\xfe{]\n\n")
            sys.stderr.write(f"warning: token {os.environ.get('TOKEN', '')}\n")
            sys.stderr.flush()
        if "id" not in message or "method" not in message or "silent" in WAYS:
            continue
        if message["method"] == "server/discover":
            say({"id": message["id"], "error": {"code": -32601, "message": "Method not found"}})
        elif message["method"] == "tools/call" and message["params"]["name"] == "refuse":
            say({"id": message["id"], "error": {"code": -32602, "message": "Unknown tool: refuse"}})
        else:
            say({"id": message["id"], "result": answer(message)})
    if "stubborn" in WAYS:
        time.sleep(600)


main()
