"""Where the world comes in: Webhook. The server reads its widgets and listens; the node gives what was delivered."""

# ruff: noqa: ARG001 - most widgets say how the server listens, and the function does nothing with them

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal, NamedTuple

from nodebuilder.errors import InputError
from nodebuilder.node import node
from nodebuilder.values import Secret, as_mapping
from nodebuilder.widgets import Advanced, Code, Number, Text

Methods = Literal["POST", "PUT", "PATCH", "DELETE", "any"]
Signature = Literal["standard", "github", "stripe"]
Answer = Literal["run id", "result"]

METHODS: Final = ("POST", "PUT", "PATCH", "DELETE")
"""All methods by which a webhook can be called; those that change nothing never begin a run."""


class Delivery(NamedTuple):
    """What a delivery brings.

    Attributes:
        received_data: The body, as text, exactly as it came; nothing in it is read or followed.
        method: The method of the request.
        query: What stood behind the question mark of the address, by name; a name given more than once has a list.
        headers: A few harmless headers, in small letters: `content-type`, `user-agent`, and the kind of event.
    """

    received_data: str
    method: str
    query: dict[str, Any]
    headers: dict[str, Any]


@node("webhook", title="Webhook", category="Events", tags=("webhook", "http", "event", "listen", "trigger"))
async def webhook(
    *,
    path: str = "/webhook",
    methods: Methods = "POST",
    secret: Secret = Secret(""),
    signature: Signature = "standard",
    answer: Answer = "run id",
    answer_seconds: Annotated[float, Number(1, 300), Advanced()] = 30,
    rate_per_minute: Annotated[int, Number(1, 6000), Advanced()] = 60,
    max_cost_usd_per_day: Annotated[float, Number(0), Advanced()] = 0,
    payload: Annotated[str, Text(lines=4), Advanced()] = "",
    request: Annotated[str, Code("json"), Advanced()] = "",
) -> Delivery:
    """Begin a run for each delivery to an address of this server, while the workflow listens.

    Args:
        path: The address below `/hooks`: `/webhook` is `http://localhost:8000/hooks/webhook`
        methods: The method that is taken
        secret: Name of the secret with which senders sign; without one, whoever reaches the server may deliver
        signature: How they sign: Standard Webhooks, as GitHub, or as Stripe
        answer: What they are answered: the id of the run at once, or what the Output nodes gave
        answer_seconds: Longest wait for the result; after that the answer is the id of the run
        rate_per_minute: Most deliveries a minute; more are refused
        max_cost_usd_per_day: Most money that its runs may spend in a day, in US dollars (0: only the general caps)
        payload: The body of the delivery; what you write here counts when you run the workflow by hand
        request: How it was delivered, as a JSON object with `method`, `query` and `headers`
    """
    told = _read(request)
    method = told.get("method")
    return Delivery(
        payload,
        method if isinstance(method, str) else METHODS[0],
        as_mapping(told.get("query")) or {},
        as_mapping(told.get("headers")) or {},
    )


def _read(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        told = as_mapping(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise InputError(f"The request cannot be read: {error}.", "Mend its JSON at that place.") from error
    if told is None:
        raise InputError("The request is no JSON object.", 'Write one, for example {"method": "POST"}, or nothing.')
    return told
