"""What a run looks like while it runs: a line for all that happens, and below them what is going on right now.

A node that fires again and again is told now and then only: a loop of 1,000 items would bury all else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, assert_never

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from nodebuilder.errors import Charged
from nodebuilder.events import (
    ApprovalAsked,
    ApprovalGiven,
    CallDelayed,
    CostAdded,
    Displayed,
    Event,
    Level,
    NodeFailed,
    NodeFinished,
    NodeFired,
    NodeLogged,
    NodeProgressed,
    OutputSent,
    PreviewShown,
    RunFinished,
    RunStarted,
    TextStreamed,
)

LEVELS: Final[tuple[Level, ...]] = ("debug", "info", "warning", "error")
CHARGED: Final[dict[Charged, str]] = {
    "yes": "You were charged for this call.",
    "no": "You were not charged.",
    "unknown": "You may have been charged.",
}
_STYLES: Final[dict[Level, str]] = {"debug": "dim", "info": "none", "warning": "yellow", "error": "red"}
_SHOWN_CHARS: Final = 2000
_SHOWN_AT_ONCE: Final = 4
"""So many firings of one node have a line each while they last."""
_TOLD_ONE_BY_ONE: Final = 10
"""Of a node that is done so often, only round numbers are told from then on; at the level `debug` all are."""


@dataclass(slots=True)
class _Firing:
    """A node that fires right now."""

    since: float
    doing: str = ""
    again_at: float = 0.0
    streamed: str = ""

    def described(self, node: str, now: float) -> str:
        left = self.again_at - now
        waits = f"waits {left:.0f} s: " if left > 0 else ""
        return f"{node}  {now - self.since:.0f} s  {waits}{self.doing}".rstrip(" :")


@dataclass(slots=True)
class _Tally:
    """How often a node is done; `told` is how often it was when that was last said."""

    times: int = 0
    told: int = 0
    reused: int = 0
    paid: bool = False
    usd: float | None = 0.0

    def add(self, event: NodeFinished, *, paid: bool, usd: float | None) -> None:
        self.times += 1
        self.reused += event.reused
        self.paid = self.paid or paid
        self.usd = None if self.usd is None or usd is None else self.usd + usd

    @property
    def round_number(self) -> bool:
        """Whether it is one of 1 to 9, 10, 20, … 90, 100, 200, …: what is said grows far slower than the loop."""
        return self.times % 10 ** (len(str(self.times)) - 1) == 0

    def described(self) -> str:
        cost = f", {money(self.usd)}" if self.paid else ""
        again = f", {self.reused:,} of them from an earlier run" if self.reused else ""
        return f"done {self.times:,} times{cost}{again}"


@dataclass(slots=True)
class Progress:
    """Shows the events of a run on a console; `draw` gets the link of each picture, all text goes through `clean`."""

    console: Console
    level: Level = "info"
    quiet: bool = False
    draw: Callable[[str], None] = lambda _url: None
    clean: Callable[[str], str] = str
    _firing: dict[tuple[str, int], _Firing] = field(default_factory=dict[tuple[str, int], _Firing])
    _usd: dict[tuple[str, int], float | None] = field(default_factory=dict[tuple[str, int], float | None])
    _done: dict[str, _Tally] = field(default_factory=dict[str, _Tally])
    _drawn: set[str] = field(default_factory=set[str])
    _paid: bool = False
    _live: Live | None = None
    _spinner: Spinner = field(default_factory=lambda: Spinner("dots"))

    def __enter__(self) -> Progress:
        if self.console.is_terminal and not self.quiet:
            self._live = Live(self, console=self.console, refresh_per_second=8, transient=True, redirect_stdout=False)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Show what fires right now; of a node that fires many times at once, the oldest firing and how many more."""
        now = time.monotonic()
        firing: dict[str, list[_Firing]] = {}
        for (node, _), each in list(self._firing.items()):
            firing.setdefault(node, []).append(each)
        for node, all_ in firing.items():
            shown = all_ if len(all_) <= _SHOWN_AT_ONCE else all_[:1]
            more = f"  and {len(all_) - 1} more" if len(all_) > _SHOWN_AT_ONCE else ""
            for each in shown:
                line = f"{each.described(node, now)}{more}"
                self._spinner.update(text=Text(line, overflow="ellipsis", no_wrap=True))
                yield self._spinner.render(now)

    def tell(self, event: Event) -> None:
        """Show an event; when quiet, only errors."""
        if self.quiet and not isinstance(event, NodeFailed):
            return
        match event:
            case RunStarted():
                where = ", in the sandbox" if event.sandbox else ""
                self._line("", f"{event.name or 'Workflow'}: {_count(event.nodes, 'node')}{where}", "bold")
            case NodeFired() | NodeProgressed() | CallDelayed() | TextStreamed():
                self._goes_on(event)
            case NodeLogged() | Displayed() | PreviewShown():
                self._said(event)
            case CostAdded():
                before = self._usd.get((event.node, event.firing), 0.0)
                unknown = event.usd is None or before is None
                self._usd[event.node, event.firing] = None if unknown else (before or 0.0) + (event.usd or 0.0)
                self._paid = True
            case ApprovalAsked() | ApprovalGiven():
                self._asked(event)
            case NodeFinished() | NodeFailed():
                self._ended(event)
            case RunFinished():
                self._finished(event)
            case OutputSent():
                pass
            case _:
                assert_never(event)

    def _line(self, node: str, text: str, style: str = "none") -> None:
        self.console.print(Text.assemble((f"{node}  " if node else "", "bold cyan"), (self.clean(text), style)))

    def _goes_on(self, event: NodeFired | NodeProgressed | CallDelayed | TextStreamed) -> None:
        place = (event.node, event.firing)
        firing = self._firing.setdefault(place, _Firing(time.monotonic()))
        match event:
            case NodeFired():
                self._firing[place] = _Firing(time.monotonic())
            case NodeProgressed():
                done = "" if event.fraction is None else f"{event.fraction:.0%} "
                firing.doing = f"{done}{event.message}"
            case CallDelayed():
                firing.again_at, firing.doing = time.monotonic() + event.seconds, event.reason
                if self._live is None:
                    self._line(event.node, f"waits {event.seconds:.0f} s: {event.reason}", "yellow")
            case TextStreamed():
                *lines, firing.streamed = (firing.streamed + event.text).split("\n")
                for line in lines:
                    self._line(event.node, line)

    @contextmanager
    def aside(self) -> Generator[None]:
        """Leave the terminal to somebody else for a while."""
        if self._live is not None:
            self._live.stop()
        try:
            yield
        finally:
            if self._live is not None:
                self._live.start()

    def _asked(self, event: ApprovalAsked | ApprovalGiven) -> None:
        match event:
            case ApprovalAsked():
                self._line(event.node, f"waits for your word before it calls {event.name}", "yellow")
            case ApprovalGiven(approved=True):
                self._line(event.node, "allowed")
            case ApprovalGiven():
                self._line(event.node, f"refused{f': {event.reason}' if event.reason else ''}", "yellow")

    def _said(self, event: NodeLogged | Displayed | PreviewShown) -> None:
        match event:
            case NodeLogged():
                if LEVELS.index(event.level) >= LEVELS.index(self.level):
                    self._line(event.node, event.message, _STYLES[event.level])
            case Displayed():
                self._displayed(event)
            case PreviewShown():
                self._picture(event.node, event.url)

    def _picture(self, node: str, url: str) -> None:
        if url in self._drawn:
            return
        self._drawn.add(url)
        self._line(node, url, f"link {url}")
        if self._live is not None:
            with self.aside():
                self.draw(url)

    def _displayed(self, event: Displayed) -> None:
        text = event.data if isinstance(event.data, str) else str(event.data)
        if event.content_type in ("image", "video") and text:
            self._picture(event.node, text)
            return
        text = text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
        self._line(event.node, f"shows {text}" if text else "shows nothing", "bold")

    def _ended(self, event: NodeFinished | NodeFailed) -> None:
        place = (event.node, event.firing)
        firing = self._firing.pop(place, None)
        if firing is not None and firing.streamed:
            self._line(event.node, firing.streamed)
        paid, usd = place in self._usd, self._usd.pop(place, 0.0)
        if isinstance(event, NodeFinished):
            self._done.setdefault(event.node, _Tally()).add(event, paid=paid, usd=usd)
            self._tell_done(event, f", {money(usd)}" if paid else "")
            return
        self._line(event.node, f"failed: {event.message}", "yellow" if event.caught else "bold red")
        charged = CHARGED[event.charged] if event.charged else ""
        if advice := " ".join(part for part in (event.remedy, charged) if part):
            self._line("", f"  {advice}")

    def _tell_done(self, event: NodeFinished, cost: str) -> None:
        tally = self._done[event.node]
        if tally.times < _TOLD_ONE_BY_ONE or self.level == "debug":
            again = ", from an earlier run" if event.reused else ""
            self._line(event.node, f"done in {event.seconds:.1f} s{cost}{again}", "green")
        elif tally.round_number:
            self._line(event.node, tally.described(), "green")
        else:
            return
        tally.told = tally.times

    def _finished(self, event: RunFinished) -> None:
        for node, tally in self._done.items():
            if tally.times > tally.told:
                self._line(node, tally.described(), "green")
        for waiting in event.waiting:
            self._line(waiting.node, f"still waited for {', '.join(waiting.inputs)} when the run ended", "yellow")
        style = "bold green" if event.status == "succeeded" else "bold red"
        cost = f", {money(event.cost_usd)}" if self._paid else ""
        self._line("", f"{event.status}: {_count(event.firings, 'firing')} in {event.seconds:.1f} s{cost}", style)


def money(usd: float | None) -> str:
    """Return an amount as a person reads it; an unknown one is said to be unknown."""
    return "cost not known" if usd is None else f"${usd:.4f}".rstrip("0").rstrip(".") if usd else "free"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
