"""The description of the HTTP interface, from which the editor's types and the guide are made.

python -m nodebuilder.server.openapi > web/openapi.json
"""

from __future__ import annotations

import sys
from typing import Any, Final

import orjson

from nodebuilder.server.app import bare_app
from nodebuilder.server.v1_errors import speaks_openai

DESCRIPTION: Final = """\
Bodies are JSON (`Content-Type: application/json`), uploads are multipart forms. Every refusal is
`application/problem+json` with `detail` (the cause), `remedy` and `code`. When a token is set, programs send it as
`Authorization: Bearer <token>`. Live events come over the WebSocket `/api/live`. Under `/v1` refusals have OpenAI's
form: `{"error": {"message", "type", "param", "code"}}`.
"""
TAGS: Final = {
    "server": "What the server is, and whether it is well.",
    "nodes": "The node types.",
    "workflows": "Documents: check, keep, and find them again.",
    "display": "What a workflow displays, and the messages that are sent to it.",
    "listening": "Which workflows wait for the world.",
    "runs": "Begin runs, follow and end them.",
    "files": "Pictures and other kept files.",
    "secrets": "Keys, by name only.",
    "MCP servers": "Servers whose tools workflows can use.",
    "settings": "What may be changed while the server runs.",
    "docs": "The documentation.",
    "openai": "Published workflows as models, for any client of OpenAI's API; errors have OpenAI's form.",
}


def openapi() -> dict[str, Any]:
    """Return the description as OpenAPI 3.1."""
    told = bare_app().openapi()
    told["info"]["description"] = DESCRIPTION
    told["tags"] = [{"name": name, "description": about} for name, about in TAGS.items()]
    told["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    told["security"] = [{"token": []}, {}]
    refusals = told["components"].setdefault("responses", {})
    for path, operations in told["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    name = f"OpenaiError{status}" if speaks_openai(path) else f"Refusal{status}"
                    if "application/problem+json" in response["content"]:
                        response["content"].pop("application/json", None)
                    refusals[name] = response
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return told


def as_text() -> str:
    """Return the description as the text of `web/openapi.json`."""
    return orjson.dumps(openapi(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_text())
