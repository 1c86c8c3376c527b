"""Two pages of the guide that are made from the source: the HTTP interface, and the settings.

python -m nodebuilder.server.reference docs/guide
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from nodebuilder.house.opening import CHANGEABLE
from nodebuilder.server.openapi import TAGS, openapi
from nodebuilder.settings import Settings

_API_HEAD: Final = """\
---
title: "The HTTP interface"
description: "Every route of the server, the live events, and who may call."
order: 11
---

# The HTTP interface

<!-- Made by `python -m nodebuilder.server.reference docs/guide`; change the source, not this page. -->

Everything the editor does goes over this interface, and your programs can do the same. The server listens on
`http://localhost:8000` unless the [settings](settings.md) say otherwise.

- Bodies are JSON with `Content-Type: application/json`. An upload is a multipart form with the field `file`; one that
  comes from a page has the header `X-Requested-With: nodebuilder`.
- Times are seconds since 1970, sizes are bytes, money is US dollars; `null` for money means that nobody knows.
- A refusal is `application/problem+json`: `detail` is the cause, `remedy` what to do, `code` a word for programs, and
  `problems`, where a workflow is at fault, lists all that is wrong with it.
- Only pages that this very server gave out may call it, under the names it knows: `localhost`, `127.0.0.1`, `[::1]`,
  the host of the public URL, and those of `NODEBUILDER_ALLOWED_HOSTS`. Programs that are no browser send no `Origin`.
- When a token is set, every route and the WebSocket want it: `Authorization: Bearer <token>`. A browser signs in once,
  with the link that the server prints when it starts, or by entering the token.

## Live events

`WS /api/live` takes and sends JSON, one object to a message.

| You send | Meaning |
|---|---|
| `{"type": "watch", "run_id": "…", "after": 0}` | tell me the events of this run that come after number `after` |
| `{"type": "unwatch", "run_id": "…"}` | no longer |
| `{"type": "ping"}` | answer with `pong` |

| The server sends | Meaning |
|---|---|
| `{"type": "hello", …, "runs": [ … ]}` | first of all: what `GET /api/info` tells, and the runs under way |
| `{"type": "event", "event": { … }}` | an event of a run that you watch; its `seq` counts from 1 without gaps |
| `{"type": "snapshot", "run": { … }}` | you were too slow: the run as it stands; events go on after its `last_seq` |
| `{"type": "run", "run": { … }}` | a run, any run, began, cost something or ended |
| `{"type": "display_changed", "workflow_id": "…"}` | a display, or the line of messages to it, changed: read it again |
| `{"type": "workflow_renamed", "workflow_id": "…", "new_id": "…"}` | a workflow has another id from now on |
| `{"type": "error", "code": "…", "message": "…"}` | your last message was not understood; the connection stays |
| `{"type": "pong"}` | the answer to `ping` |

To resume after a lost connection, watch again with the `seq` of the last event you have. `GET /api/runs/{id}/events`
tells the same events as server-sent events and resumes by `Last-Event-ID`. What the events are is told in
[How a run moves](how-a-run-moves.md).
"""
_SETTINGS_HEAD: Final = """\
---
title: "Settings"
description: "Every setting, its default, and how to set it."
order: 10
---

# Settings

<!-- Made by `python -m nodebuilder.server.reference docs/guide`; change the source, not this page. -->

A setting is an environment variable. Options of the terminal (`--port`, `--data-dir`, `--sandbox` …) go before it.
Lists are written as JSON: `NODEBUILDER_ALLOWED_HOSTS='["box.lan"]'`.

"""


def http_api() -> str:
    """Return the page of the HTTP interface."""
    told = openapi()
    sections = [_API_HEAD]
    for tag, about in TAGS.items():
        sections.append(f"## {tag[:1].upper()}{tag[1:]}\n\n{about}\n")
        for path, operations in told["paths"].items():
            for method, operation in operations.items():
                if tag in operation["tags"]:
                    sections.append("\n".join(_operation(method, path, operation, told)))
    sections.append("## Objects\n")
    for name, model in sorted(told["components"]["schemas"].items()):
        sections.append("\n".join(_model(name, model)))
    return "\n".join(sections)


def settings_page() -> str:
    """Return the page of the settings."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `NODEBUILDER_{name.upper()}` | {_default(name)} | {_cell(field.description or '')} |")
    changeable = ", ".join(f"`{name}`" for name in CHANGEABLE)
    tail = (
        f"\nThe editor changes {changeable}\n"
        "while the server runs, for all runs that begin after that; one that is given at the next start goes first.\n"
    )
    return _SETTINGS_HEAD + "\n".join(rows) + "\n" + tail


def _operation(method: str, path: str, operation: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    yield f"### `{method.upper()} {path}`\n"
    yield f"{operation['description']}\n"
    for parameter in operation.get("parameters", ()):
        needed = "" if parameter["required"] else ", optional"
        about = parameter.get("description", "") or f"always `{parameter['schema'].get('const', '')}`."
        yield f"- `{parameter['name']}` ({parameter['in']}{needed}): {about}"
    body = operation.get("requestBody")
    if body:
        yield f"- Body: {_content(body['content'])}"
    for status, response in operation["responses"].items():
        if int(status) < 400:
            yield f"- {status}: {_content(response.get('content', {})) or response['description']}"
    refused = [status for status in operation["responses"] if int(status) >= 400 and status not in _EVERYWHERE]
    if refused:
        reasons = [f"{status} ({_why(status, told)})" for status in refused]
        yield f"- Refused: {', '.join(reasons)}"
    yield ""


_EVERYWHERE: Final = frozenset({"400", "401", "403", "405", "413", "414", "415", "421", "429", "431", "500"})


def _why(status: str, told: Mapping[str, Any]) -> str:
    text: str = told["components"]["responses"][f"Refusal{status}"]["description"]
    return text[0].lower() + text[1:].rstrip(".")


def _content(content: Mapping[str, Any]) -> str:
    return ", ".join(f"{_shape(item.get('schema', {})) or 'the bytes'} as `{kind}`" for kind, item in content.items())


def _model(name: str, model: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"{model['description']}\n"
    yield "| Field | Type | Always there |"
    yield "|---|---|---|"
    required = model.get("required", ())
    for field, shape in model.get("properties", {}).items():
        yield f"| `{field}` | {_cell(_shape(shape))} | {'yes' if field in required else 'no'} |"
    yield ""


def _shape(schema: Mapping[str, Any]) -> str:
    """Return the type of a value in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_shape(option) for option in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"`{option}`" for option in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_shape(schema['items']) or 'any value'}"
    inner: Any = schema.get("additionalProperties")
    if kind == "object" and inner and inner is not True:
        return f"object of {_shape(inner) or 'any value'}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(kind, kind) or "any value"


def _default(name: str) -> str:
    match name:
        case "data_dir":
            return "the user's data folder"
        case "key_file":
            return "the user's configuration folder"
        case _:
            default: Any = Settings.model_fields[name].default
    if default is None:
        return "none"
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    return f"`{default}`".replace("()", "[]")


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/guide")
    (folder / "http-api.md").write_text(http_api(), encoding="utf-8")
    (folder / "settings.md").write_text(settings_page(), encoding="utf-8")
