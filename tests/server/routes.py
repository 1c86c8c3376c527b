"""Every route of the server with a request that it takes: read from the application, so that none can be missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nodebuilder.server.openapi import openapi
from tests.server.serving import TEXT

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MKCOL")
SAMPLES: dict[str, str] = {
    "/api/workflows/{id}": "/api/workflows/no-such",
    "/api/workflows/{id}/rename": "/api/workflows/no-such/rename",
    "/api/workflows/{id}/listening": "/api/workflows/no-such/listening",
    "/api/workflows/{id}/versions": "/api/workflows/no-such/versions",
    "/api/workflows/{id}/versions/{version}": "/api/workflows/no-such/versions/1",
    "/api/workflows/{id}/display": "/api/workflows/no-such/display",
    "/api/workflows/{id}/display/messages": "/api/workflows/no-such/display/messages",
    "/api/workflows/{id}/display/messages/{run_id}": "/api/workflows/no-such/display/messages/nosuch",
    "/api/runs/{id}": "/api/runs/nosuch",
    "/api/runs/{id}/cancel": "/api/runs/nosuch/cancel",
    "/api/runs/{id}/resume": "/api/runs/nosuch/resume",
    "/api/runs/{id}/approvals/{call}": "/api/runs/nosuch/approvals/call_1",
    "/api/runs/{id}/events": "/api/runs/nosuch/events",
    "/api/files/{name}": "/api/files/no_such_00000000.png",
    "/api/secrets/{name}": "/api/secrets/no-such",
    "/api/secrets/{name}/hosts": "/api/secrets/no-such/hosts",
    "/api/mcp-servers/{name}": "/api/mcp-servers/no-such",
    "/api/docs/{slug}": "/api/docs/text",
    "/v1/models/{model}": "/v1/models/no-such",
    "/servable/{filename}": "/servable/no_such_00000000.png",
}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/check"): {"workflow": TEXT},
    ("POST", "/api/import"): {"nodes": []},
    ("PUT", "/api/workflows/{id}"): {"workflow": TEXT, "base_version": 7},
    ("POST", "/api/workflows/{id}/rename"): {"id": "another"},
    ("PUT", "/api/workflows/{id}/listening"): None,
    ("PUT", "/api/workflows/{id}/display"): {"entries": []},
    ("POST", "/api/workflows/{id}/display/messages"): {"text": "hi"},
    ("POST", "/api/elsewhere"): {"url": "http://127.0.0.1:9/a.png"},
    ("POST", "/api/runs"): {"workflow": "no-such"},
    ("POST", "/api/runs/{id}/resume"): {},
    ("POST", "/api/runs/{id}/cancel"): None,
    ("POST", "/api/runs/{id}/approvals/{call}"): {"approved": False},
    ("PATCH", "/api/settings"): {},
    ("PUT", "/api/secrets/{name}"): {"value": ""},
    ("PUT", "/api/mcp-servers/{name}"): {"url": ""},
    ("PUT", "/api/secrets/{name}/hosts"): {"hosts": []},
    ("POST", "/api/session"): {"token": "wrong"},
    ("POST", "/api/files"): None,
    ("POST", "/v1/images/generations"): {"model": "no-such", "prompt": "a cat"},
    ("POST", "/v1/images/edits"): None,
    ("POST", "/v1/chat/completions"): {"model": "no-such", "messages": [{"role": "user", "content": "hello"}]},
}
"""Bodies that change nothing: refused late, by the route itself."""

UNDESCRIBED = (
    "/",
    "/index.html",
    "/assets/no-such.js",
    "/mcp",
    "/hooks/",
    "/hooks/no-such",
    "/sandbox/v1/models",
    "/signin.js",
    "/no-such-page",
    "/api",
    "/api/",
)
"""Addresses that are not in the description of the interface."""

OPEN = {("POST", "/api/session"), ("GET", "/signin.js")}
"""What is answered without a token."""


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    path: str
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def described() -> list[Route]:
    """All routes of the description; fails when one has no sample."""
    found: list[Route] = []
    for template, operations in openapi()["paths"].items():
        assert "{" not in template or template in SAMPLES, f"write a sample address for {template}"
        for method in operations:
            key = (method.upper(), template)
            if method not in ("get", "delete"):
                assert key in BODIES, f"write a body that changes nothing for {key}"
            found.append(Route(*key, SAMPLES.get(template, template), BODIES.get(key)))
    return found


ROUTES = described()
PATHS = sorted({route.path for route in ROUTES} | set(UNDESCRIBED))
