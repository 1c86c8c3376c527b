"""The terminal as a fixture."""

from tests.terminal import terminal

__all__ = ["terminal"]
