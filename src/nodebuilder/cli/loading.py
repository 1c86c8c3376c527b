"""The one place where modules are imported late.

`nodebuilder --version` must not wait for Typer, and `nodebuilder nodes` not for a database or a provider's library. So
each command lives in a module of its own, which imports what it needs at its top, and is itself imported here by name
when it is called.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def load(module: str) -> Any:
    """Import a module of this package by its full name and return it."""
    return import_module(module)
