"""What it means that a call broke off: told by the recording of the wire, one sentence of cause and one of remedy."""

from __future__ import annotations

from nodebuilder.errors import Charged, ProviderError
from nodebuilder.providers.recording import Recording
from nodebuilder.providers.refusals import LOOK_BEFORE_AGAIN, quote
from nodebuilder.providers.targets import Target


def as_breakage(recording: Recording, target: Target, *, seconds: float, awaited: str) -> ProviderError:
    """Return the error of a call that had no whole answer within `seconds`; `awaited` is what it was to bring."""
    code, cause, remedy, charged = _told(recording, target, f"{seconds:g} seconds", awaited)
    return ProviderError(cause, remedy, charged=charged, code=code)


def _told(recording: Recording, target: Target, limit: str, awaited: str) -> tuple[str, str, str, Charged]:
    name, got = target.name, f"after {recording.received:,} bytes"
    kept = "It was charged; what arrived is kept with the receipt. Running again is paid again."
    why = quote(str(recording.failure or ""), target.key) or type(recording.failure).__name__
    late = isinstance(recording.failure, TimeoutError)
    match recording:
        case Recording(too_large=True):
            return "answer_too_large", f"The answer of {name} was not read further {got}.", kept, "yes"
        case Recording(accepted=True) if late:
            return "timeout", f"{name} had not sent the whole {awaited} within {limit} ({got}).", kept, "yes"
        case Recording(accepted=True):
            return "truncated_answer", f"The answer of {name} was cut off {got}.", kept, "yes"
        case Recording(attempted=False):
            change = f"Change the prompt or the address in {target.setting}, and run again."
            return "not_sent", f"The request to {name} could not be made: {why}.", change, "no"
        case Recording(never_sent=True):
            check = f"Check the network and the address in {target.setting}, then run again."
            return "not_reachable", f"{name} cannot be reached: {why}.", check, "no"
        case _ if late:
            return "timeout", f"{name} did not answer within {limit}.", LOOK_BEFORE_AGAIN, "unknown"
        case _:
            cause = f"The connection to {name} broke after the request was sent: {why}."
            return "connection_reset", cause, LOOK_BEFORE_AGAIN, "unknown"
