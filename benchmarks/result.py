"""What a bench measures, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement: ours, what it is compared with, and the ratio that is aimed at.

    `at_most` is set where less is better, `at_least` where more is; neither where nothing is promised.
    """

    bench: str
    name: str
    ours: float
    unit: str
    bare: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours divided by bare; ours itself when there is nothing to compare with."""
        if self.bare is None:
            return None
        return self.ours / self.bare

    @property
    def met(self) -> bool:
        """Whether the aim is met (True when there is none)."""
        measured = self.ours if self.ratio is None else self.ratio
        low_enough = self.at_most is None or measured <= self.at_most
        return low_enough and (self.at_least is None or measured >= self.at_least)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def table(results: Iterable[Result]) -> str:
    """Return the results as a Markdown table."""
    lines = ["| bench | what | ours | bare | ratio | aim | |", "|---|---|---:|---:|---:|---|---|"]
    for each in results:
        bare = f"{each.bare:.2f} {each.unit}" if each.bare is not None else ""
        ratio = f"{each.ratio:.2f}" if each.ratio is not None else ""
        aim = f"≤ {each.at_most:g}" if each.at_most is not None else ""
        aim = f"≥ {each.at_least:g}" if each.at_least is not None else aim
        met = ("met" if each.met else "MISSED") if aim else ""
        lines.append(f"| {each.bench} | {each.name} | {each.ours:.2f} {each.unit} | {bare} | {ratio} | {aim} | {met} |")
    return "\n".join(lines)
