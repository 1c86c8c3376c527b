"""What tests of workflows came to, as text: a line for each, what failed in full, and the count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from nodebuilder.house.trials import Fault, Trial

STYLES: Final = {"passed": "green", "failed": "bold red", "skipped": "yellow"}
NO_ASSERT: Final = "it has no Assert node"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one file did; `file` is its path as it was given."""

    file: str
    name: str
    trial: Trial

    def as_json(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return {"file": self.file, "name": self.name, **self.trial.as_json()}


def untested(*, named: bool) -> Trial:
    """Return the trial of a workflow without an Assert node: passed over in a folder, but not when it is named."""
    if not named:
        return Trial("skipped", reason=NO_ASSERT)
    fault = Fault(
        "The workflow has no Assert node, so it tests nothing.",
        "Add an Assert node that compares a value with the one that is expected.",
        "no_assert",
    )
    return Trial("failed", faults=(fault,))


def line(verdict: Verdict) -> str:
    """Return the rest of the line of a test, after the outcome: file, seconds, cost, and why it was skipped."""
    trial = verdict.trial
    if trial.outcome == "skipped":
        return f"{verdict.file} ({trial.reason})"
    return f"{verdict.file} {trial.seconds:.2f} s{_cost(trial)}"


def _cost(trial: Trial) -> str:
    if trial.run_id is None or trial.cost_usd == 0:
        return ""
    return " price not known" if trial.cost_usd is None else f" ${trial.cost_usd:.4f}"


def account(trial: Trial) -> Iterator[str]:
    """Yield the lines that say why a test failed: each fault with its difference, and the nodes that still waited."""
    for fault in trial.faults:
        place = (
            f"{fault.node} ({fault.title}): " if fault.node and fault.title else f"{fault.node}: " if fault.node else ""
        )
        yield f"{place}{fault.message}"
        yield from (f"  {each}" for each in fault.difference)
        if fault.remedy and not fault.difference:
            yield f"  {fault.remedy}"
    for waiting in trial.waiting:
        yield f"{waiting.node} still waited for {', '.join(waiting.inputs)}"


def count(verdicts: Iterable[Verdict], outcome: str) -> int:
    """Return how many tests came to this outcome."""
    return sum(verdict.trial.outcome == outcome for verdict in verdicts)
