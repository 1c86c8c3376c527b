"""One file as a test: read, tried in a house, and judged."""

from __future__ import annotations

from collections.abc import Callable

from nodebuilder.cli.discovery import Found
from nodebuilder.cli.flow_file import mends_of, neighbours, open_workflow
from nodebuilder.cli.verdicts import Verdict, untested
from nodebuilder.errors import NodeBuilderError
from nodebuilder.house import House
from nodebuilder.house.neighbours import beside
from nodebuilder.house.trials import Trials, is_test, refused


async def try_file(found: Found, house: House, trials: Trials, *, mended: Callable[[str], None]) -> Verdict:
    """Return how the workflow in a file did, which may call those that lie beside it.

    `mended` is told what was mended in an older one, and which keys were left out.
    """
    name = ""
    try:
        workflow, imported = open_workflow(found.path, house.settings, house.registry)
        name = workflow.name
        for sentence in mends_of(imported) if imported else ():
            mended(sentence)
        if not is_test(workflow):
            return Verdict(str(found.path), name, untested(named=found.named))
        with beside(neighbours(found.path, house.settings)):
            return Verdict(str(found.path), name, await trials.run(workflow))
    except NodeBuilderError as error:
        return Verdict(str(found.path), name, refused(error))
