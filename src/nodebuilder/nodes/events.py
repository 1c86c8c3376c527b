"""Events between workflows: Send Event, Receive Event, Await Event and Return Event Data."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Annotated, Any, Final, NamedTuple, NoReturn, cast

from nodebuilder.context import Context
from nodebuilder.engine.signals import Sent, Signals
from nodebuilder.errors import InputError
from nodebuilder.node import node
from nodebuilder.values import SKIP, as_mapping, to_json
from nodebuilder.widgets import Advanced, Needs, Number, Pull, Text

RECEIVER: Final = "receive_event"
"""The type of the nodes that hear events."""
LISTEN_ID: Final = "event_1"
"""The id that they hear at first."""
PAYLOAD: Final = "payload"
"""The widget in which what came in stands in the document of the run."""
MOST_SECONDS: Final = 300


class Reach(NamedTuple):
    """What Send Event gives.

    Attributes:
        sent_count: How many of the ids somebody hears.
    """

    sent_count: int


@node("send_event", title="Send Event", category="Events", tags=("event", "emit", "trigger", "broadcast"))
async def send_event(
    ctx: Context,
    signals: Needs[Signals],
    event_ids: Annotated[Any, Pull()] = None,
    data: Any = None,
    *,
    event_id_widget: str = LISTEN_ID,
) -> Reach:
    """Set off all workflows that hear an event, and go on without waiting for them.

    Args:
        event_ids: The id of the event, or a list of ids; without it, that of the widget.
        data: What is sent; with several ids, item by item of a list, or anything else to each.
        event_id_widget: The id of the event when none comes in.
    """
    sent = await signals.send(ctx.run_id, distribute(ids_of(event_ids, event_id_widget), data))
    _tell_refused(ctx, sent)
    return Reach(sent.reached)


class Results(NamedTuple):
    """What Await Event gives.

    Attributes:
        results: What came back: one answer as it is, several as a list in the order in which they came, none as `[]`.
        sent_count: How many of the ids somebody hears.
    """

    results: Any
    sent_count: int


@node("await_event", title="Await Event", category="Events", tags=("event", "ask", "wait", "request", "answer"))
async def await_event(
    ctx: Context,
    signals: Needs[Signals],
    event_ids: Annotated[Any, Pull()] = None,
    data: Any = None,
    timeout: float | None = None,  # noqa: ASYNC109 - the name of a socket, which older files link to
    *,
    event_id_widget: str = LISTEN_ID,
    timeout_seconds: Annotated[float, Number(minimum=1, maximum=MOST_SECONDS)] = 30,
) -> Results:
    """Set off all workflows that hear an event, and wait for what they return.

    Args:
        event_ids: The id of the event, or a list of ids; without it, that of the widget.
        data: What is sent; with several ids, item by item of a list, or anything else to each.
        timeout: How long answers are awaited, in seconds; without it, as the widget says.
        event_id_widget: The id of the event when none comes in.
        timeout_seconds: How long answers are awaited, in seconds.
    """
    seconds = timeout_seconds if timeout is None else timeout
    if math.isnan(seconds):
        raise InputError("The time to wait is no number.", "Send a number of seconds.", socket="timeout")
    events = distribute(ids_of(event_ids, event_id_widget), data)
    came = await signals.ask(ctx.run_id, ctx.node, events, max(0.0, seconds))
    _tell_refused(ctx, came.sent)
    if not came.in_time:
        ctx.log(f"{len(came.answers)} of {came.wanted} answers came within {seconds:g} seconds.", "debug")
    elif len(came.answers) < came.wanted:
        ctx.log(f"{len(came.answers)} of {came.wanted} answers came: all who could answer have ended.", "debug")
    answers = list(came.answers)
    return Results(answers[0] if len(answers) == 1 else answers, came.sent.reached)


class Received(NamedTuple):
    """What Receive Event gives.

    Attributes:
        data: What was sent.
        event_id: The id of the event.
        await_id: Under what somebody waits for an answer; silent when nobody does.
    """

    data: Any
    event_id: str
    await_id: str


@node("receive_event", title="Receive Event", category="Events", tags=("event", "on", "listen", "hear", "trigger"))
async def receive_event(
    *, listen_id: str = LISTEN_ID, payload: Annotated[str, Text(lines=3), Advanced()] = ""
) -> Received:
    """Begin a run for each event of an id, while the workflow listens.

    Args:
        listen_id: The id of the events.
        payload: What it gives when you run the workflow by hand: a text, or JSON. In the history, what came in.
    """
    data = read_payload(payload)
    await_id: Any = SKIP
    given = as_mapping(data)
    if given is not None and "data" in given and "await_id" in given:
        data = given["data"]
        await_id = SKIP if given["await_id"] is None else str(given["await_id"])
    return Received("" if data is None else data, listen_id, await_id)


class Confirmed(NamedTuple):
    """What Return Event Data gives.

    Attributes:
        confirmed: A sentence that says whether somebody got the answer.
    """

    confirmed: str


@node("return_event_data", title="Return Event Data", category="Events", tags=("event", "answer", "reply", "respond"))
async def return_event_data(signals: Needs[Signals], return_data: Any = None, await_id: str = "") -> Confirmed:
    """Give an answer to the Await Event node that waits for it.

    Args:
        return_data: The answer.
        await_id: Under what it is awaited, as Receive Event gives it.
    """
    if not await_id.strip():
        return Confirmed("No await id came in: nobody waits for an answer.")
    if signals.answer(await_id.strip(), "" if return_data is None else return_data):
        return Confirmed(f"The answer was given to {await_id.strip()}.")
    return Confirmed(f"Nobody waits for an answer under {await_id.strip()} (any more).")


def ids_of(given: Any, widget: str) -> list[str]:
    """Return the ids of the events to send: what came in, a text or a list, or else the widget's; blank ones count not.

    Raises:
        InputError: what came in are no ids (code `bad_event_id`).
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        given = widget
    listed = cast("Sequence[Any]", given) if isinstance(given, list | tuple) else (given,)
    if not all(isinstance(each, str | int | float) for each in listed):
        raise InputError(
            "That is no event id.", "Send a text, or a list of texts.", socket="event_ids", code="bad_event_id"
        )
    return [text for each in listed if (text := str(each).strip())]


def distribute(ids: Sequence[str], data: Any) -> list[tuple[str, Any]]:
    """Return what goes to which id.

    A list is given out item by item when there are several ids (what is missing or None is not sent); all else goes to
    each of them as it is.
    """
    if len(ids) > 1 and isinstance(data, list | tuple):
        items = cast("Sequence[Any]", data)
        return [(each, item) for each, item in zip(ids, items, strict=False) if item is not None]
    return [(each, "" if data is None else data) for each in ids]


def write_payload(data: Any) -> str:
    """Return data as the text of a widget, from which `read_payload` makes the same again: JSON, or plain text."""
    plain = to_json(data)
    if isinstance(plain, str) and isinstance(read_payload(plain), str) and not plain.lstrip().startswith('"'):
        return plain if _is_whole(plain) else json.dumps(plain)
    written = json.dumps(plain, ensure_ascii=False)
    return written if _is_whole(written) else json.dumps(plain)


def read_payload(text: str) -> Any:
    """Return the data that a text stands for: what it says as JSON, or else the text itself."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return text


def _is_whole(text: str) -> bool:
    """Say whether a text can stand in a document: halves of two-part characters, which programs send, cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _finite(text: str) -> float:
    """Return a number; refuse one that is too large for one."""
    return number if math.isfinite(number := float(text)) else _refuse(text)


def _refuse(_name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError


def _tell_refused(ctx: Context, sent: Sent) -> None:
    for error in sent.refused:
        ctx.error(error.message, error.remedy, code=error.code)
