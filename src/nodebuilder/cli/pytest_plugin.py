"""The pytest plugin: `pytest --flows DIR` runs the workflows of a folder as tests.

pytest imports this module at every start of every project that this package is installed beside. So it only knows the
options; what they need is loaded when `--flows` is given.
"""

from __future__ import annotations

from typing import Final

import pytest

from nodebuilder.cli.loading import load

NAME: Final = "nodebuilder-flows"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("flows", "workflows of AI Node Builder as tests")
    group.addoption("--flows", action="append", metavar="PATH", help="run the workflows in this folder, or this file")
    group.addoption("--flows-sandbox", action="store_true", help="use the built-in offline provider and no key at all")
    group.addoption("--flows-max-cost-usd", type=float, metavar="X", help="the most that all workflows may spend")
    group.addoption("--flows-timeout", type=float, metavar="SECONDS", help="the longest that one workflow may take")
    group.addoption("--flows-data-dir", metavar="DIR", help="keep runs and pictures there; by default nothing is kept")
    group.addoption("--flows-nodes", metavar="DIR", help="folder with your own node files")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Collect workflows in this run, if it was asked for."""
    if config.getoption("flows", None):
        config.pluginmanager.register(load("nodebuilder.cli.flow_items").Flows(config), NAME)
