"""AI Node Builder: wire AI nodes together on a canvas, run them, and keep what they make."""

__version__ = "0.1.0"
