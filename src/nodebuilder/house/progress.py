"""What is known of a run while it runs, gathered from its events, in the shape of a finished one."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

CHANGES_KEPT: Final = 500
Wire = dict[str, Any]


class Progress:
    """One run as it stands; `detail` and `summary` are the JSON objects of the API."""

    def __init__(self, run_id: str, workflow_id: str | None, name: str) -> None:
        self._head: Wire = {
            "run_id": run_id,
            "workflow_id": workflow_id,
            "name": name,
            "status": "running",
            "started_at": time.time(),
            "finished_at": None,
            "cost_usd": None,
            "firings": 0,
            "asking": 0,
        }
        self._known: Wire = {"outputs": {}, "displayed": [], "errors": [], "waiting": [], "approvals": []}
        self._last_seq = 0

    def tell(self, event: Mapping[str, Any]) -> bool:
        """Take in the next event and say whether the run's line in a list changed in a way that others want to hear."""
        self._last_seq = event["seq"]
        match event["kind"]:
            case "run_started":
                self._head["started_at"] = event["at"]
                return True
            case "node_fired":
                self._head["firings"] += 1
            case "output_sent":
                self._known["outputs"][event["node"]] = event["outputs"]
            case "displayed":
                self._known["displayed"].append(_some(event, "node", "title", "content_type", "data"))
            case "node_failed" if not event.get("caught"):
                self._known["errors"].append(_some(event, "node", "message", "remedy", "code"))
            case "cost_added" if event["usd"] is not None:
                self._head["cost_usd"] = (self._head["cost_usd"] or 0.0) + event["usd"]
                return True
            case "approval_asked":
                asked = _some(event, "node", "firing", "call_id", "name", "arguments")
                return self._ask([*self._known["approvals"], asked])
            case "approval_given":
                return self._ask([one for one in self._known["approvals"] if one["call_id"] != event["call_id"]])
            case "run_finished":
                self._head |= _some(event, "status", "cost_usd", "firings") | {"finished_at": event["at"], "asking": 0}
                self._known = _some(event, "outputs", "displayed", "errors", "waiting") | {"approvals": []}
                return True
            case _:
                pass
        return False

    def _ask(self, approvals: list[Wire]) -> bool:
        self._known["approvals"] = approvals
        self._head["asking"] = len(approvals)
        return True

    def summary(self) -> Wire:
        """Return the run's line in a list."""
        return dict(self._head)

    def detail(self) -> Wire:
        """Return all that is known, but for the receipts."""
        return {**self._head, **self._known, "receipts": [], "last_seq": self._last_seq}


def _some(event: Mapping[str, Any], *names: str) -> Wire:
    return {name: event[name] for name in names}


class Board:
    """The newest line about everything that changed; whoever comes later gets what is new to them.

    What a line is about, a run for example, is said by its value under `key`.
    """

    def __init__(self, key: str = "run_id") -> None:
        self.version = 0
        self._key = key
        self._changed: OrderedDict[str, tuple[int, Wire]] = OrderedDict()

    def post(self, line: Wire) -> None:
        """Put up the line about something that changed, in place of its last one."""
        self.version += 1
        subject = str(line[self._key])
        self._changed[subject] = (self.version, line)
        self._changed.move_to_end(subject)
        while len(self._changed) > CHANGES_KEPT:
            self._changed.popitem(last=False)

    def since(self, version: int) -> list[Wire]:
        """Return the lines put up after `version`, oldest change first."""
        return [line for changed, line in self._changed.values() if changed > version]
