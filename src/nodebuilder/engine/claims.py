"""Which receipt belongs to a paid call: that of an equal call which earlier runs made, or a new one.

A run that goes on with others finds their receipts by node and request. Equal calls are told apart by the round of a
loop in which they were made: what one round has paid for is left to it, or what it made of that would be paid anew.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable
from typing import Final

from nodebuilder.engine.store import Ledger, Made
from nodebuilder.errors import NodeError

RUN_CHARS: Final = 32
"""So many characters of the id of a run, at most, stand in front of the roots of all runs that it called."""
_DIGEST_CHARS: Final = 31
NOWHERE: Final = ""
"""The round of calls outside of loops, and of those that were made before rounds were noted."""


class Claims:
    """The receipts that a run may claim, and those it shares them with.

    `root` is under which they are kept: the id of the first of the runs that go on with each other. `fresh` says that
    there are none of earlier runs. `retry_unknown` is the person's word that calls which may have been charged are to
    be made again; `held` are calls, by node, request and round, that wait for it.
    """

    def __init__(self, ledger: Ledger, root: str, *, fresh: bool = False, retry_unknown: bool = False) -> None:
        self.root = root
        self.retry_unknown = retry_unknown
        self.held: dict[tuple[str, str, str], NodeError] = {}
        self.fresh = fresh
        self._turns = 0
        self._ledger = ledger
        self._pools: dict[tuple[str, str], _Pool] = {}
        self._within: dict[str, Claims] = {}

    async def claim(self, node: str, fingerprint: str, place: str) -> int:
        """Return the number, among equal calls of a node, of the receipt for a call made in a round (`place`)."""
        key = (node, fingerprint)
        if key not in self._pools:
            made = () if self.fresh else await self._ledger.made(self.root, node, fingerprint)
            self._pools.setdefault(key, _Pool(made))
        return self._pools[key].take(place)

    def within(self, node: str, place: str, called: str) -> Claims:
        """Return the claims of the runs of a workflow (`called`) that a node begins in a round.

        They are the same when this run is gone on with, so that what was paid in them is not paid again.
        """
        digest = hashlib.sha256(f"{self.root}\0{node}\0{place}\0{called}".encode("utf-8", "surrogatepass"))
        root = f"{first_run(self.root)}.{digest.hexdigest()[:_DIGEST_CHARS]}"
        if root not in self._within:
            self._within[root] = Claims(self._ledger, root, fresh=self.fresh, retry_unknown=self.retry_unknown)
        return self._within[root]

    def turn(self) -> int:
        """Return how often this was asked before: numbers that are the same when this run is gone on with."""
        self._turns += 1
        return self._turns - 1


def first_run(root: str) -> str:
    """Return the id of the run in which all began that is kept under `root`: all runs within it bear it in front."""
    return root.partition(".")[0][:RUN_CHARS]


class _Pool:
    """Equal calls of one node: those of earlier runs that are still to be claimed, and the next new number."""

    def __init__(self, made: Iterable[Made]) -> None:
        self._last = 0
        self._left: dict[str, deque[int]] = {}
        for each in sorted(made, key=lambda each: (not each.answered, each.ordinal)):
            self._last = max(self._last, each.ordinal)
            self._left.setdefault(each.place, deque()).append(each.ordinal)

    def take(self, place: str) -> int:
        """Take one of the same round, else one of no round; answered ones first. What another round paid stays its."""
        found = place if place in self._left else NOWHERE
        if found not in self._left:
            self._last += 1
            return self._last
        ordinal = self._left[found].popleft()
        if not self._left[found]:
            del self._left[found]
        return ordinal
