"""Interop: the doors through which other people's programs use workflows, nodes and files."""
