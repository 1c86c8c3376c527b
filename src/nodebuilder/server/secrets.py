"""Secrets: their names can be listed, their values only be set; no answer ever holds one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import SecretHostsIn, SecretIn, SecretOut, SecretsOut
from nodebuilder.server.problems import plain
from nodebuilder.workflow.keys import SECRET_NAME

router = APIRouter(route_class=StrictRoute, tags=["secrets"])
Name = Annotated[str, Path(pattern=f"^{SECRET_NAME.pattern}$", description="The name of a secret.")]


@router.get("/api/secrets", operation_id="list_secrets", response_model=SecretsOut, responses=failures())
async def list_secrets(request: Request) -> Response:
    """List the names of all secrets."""
    house: House = request.app.state.house
    kept = await house.store.secrets.names()
    names = {secret.name for secret in kept}
    bound = {name: hosts for name, hosts in (await house.store.secrets.bindings.all()).items() if name not in names}
    return answer(request, {"secrets": [secret.as_json() for secret in kept], "bindings": bound})


@router.get("/api/secrets/{name}", operation_id="get_secret", response_model=SecretOut, responses=failures(404, 422))
async def get_secret(request: Request, name: Name) -> Response:
    """Tell that there is a secret of this name, and since when; never its value."""
    house: House = request.app.state.house
    found = next((secret for secret in await house.store.secrets.names() if secret.name == name), None)
    if found is None:
        raise plain(404)
    return answer(request, found.as_json())


@router.put("/api/secrets/{name}", operation_id="put_secret", status_code=204, responses=failures(422, 507))
async def put_secret(request: Request, name: Name, body: SecretIn) -> None:
    """Keep a key under a name, in place of any earlier one."""
    house: House = request.app.state.house
    await house.store.secrets.set(name, body.value)
    await house.hooks.look_at_secrets()


@router.put("/api/secrets/{name}/hosts", operation_id="bind_secret", status_code=204, responses=failures(422, 507))
async def bind_secret(request: Request, name: Name, body: SecretHostsIn) -> None:
    """Let a key be sent to these hosts (`host`, `host:port`) beside its provider's own, and to no others.

    A name that no secret has is that of a provider whose key comes from the environment or is given for a run.
    """
    house: House = request.app.state.house
    await house.store.secrets.bind(name, body.hosts)


@router.delete("/api/secrets/{name}", operation_id="delete_secret", status_code=204, responses=failures(404, 422))
async def delete_secret(request: Request, name: Name) -> None:
    """Delete a secret with all traces of it."""
    house: House = request.app.state.house
    if not await house.store.secrets.remove(name):
        raise plain(404)
    await house.hooks.look_at_secrets()
