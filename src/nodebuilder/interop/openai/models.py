"""The list of models: published workflows as OpenAI's clients list them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

OWNER: Final = "nodebuilder"


def model(model_id: str, created: float, name: str, description: str) -> dict[str, Any]:
    """Return one model."""
    head = {"id": model_id, "object": "model", "created": int(created), "owned_by": OWNER}
    return {**head, "name": name, "description": description}


def models(each: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the list of models."""
    return {"object": "list", "data": list(each)}
