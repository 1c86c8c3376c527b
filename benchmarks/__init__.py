"""Measurements of AI Node Builder, each beside the barest thing that does the same."""
