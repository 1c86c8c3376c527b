"""What the engine is given to work with: providers to hand to nodes, receipts, files and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nodebuilder.engine.store import Assets, Display, Keys, Ledger


@dataclass(frozen=True, slots=True)
class Services:
    """All that a run needs from outside; `providers` maps the type a node asks for (`Needs[ImageModel]`) to one."""

    providers: Mapping[Any, object]
    ledger: Ledger
    assets: Assets
    keys: Keys
    display: Display | None = None
