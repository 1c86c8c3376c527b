"""What a run may use before it is ended: firings, time and money."""

from __future__ import annotations

from dataclasses import dataclass

from nodebuilder.errors import BudgetError
from nodebuilder.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a run: firings of one node, seconds, and US dollars per run and per day (None: no cap)."""

    firings_per_node: int = 1000
    run_seconds: float = 6 * 3600
    usd_per_run: float | None = None
    usd_per_day: float | None = None
    calls_at_once: int = 8
    """How many calls of one tool node are worked on at the same time."""
    cancel_seconds: float = 5.0
    """How long a cancelled node may take to put things in order before the run ends without it."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that the settings name."""
        return cls(
            firings_per_node=settings.max_firings_per_node,
            run_seconds=settings.max_run_seconds,
            usd_per_run=settings.max_cost_usd_per_run,
            usd_per_day=settings.max_cost_usd_per_day,
            calls_at_once=settings.max_calls_at_once,
        )

    def too_long(self) -> BudgetError:
        """Return the error of a run that has used up its time."""
        return BudgetError(
            f"The run took longer than {self.run_seconds:g} seconds, which is the most that is allowed.",
            "Raise NODEBUILDER_MAX_RUN_SECONDS, or make the workflow shorter.",
            code="run_too_long",
        )

    def too_often(self, title: str) -> BudgetError:
        """Return the error of a node that has used up its firings."""
        return BudgetError(
            f"{title} has fired {self.firings_per_node} times in this run, which is the most that is allowed.",
            "Look for a loop without an end, or raise NODEBUILDER_MAX_FIRINGS_PER_NODE.",
            code="too_many_firings",
        )
