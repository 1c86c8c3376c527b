"""What is wrong with what a workflow offers others: names of inputs and outputs, and as what it is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nodebuilder.errors import Problem
from nodebuilder.widget_values import near_name, show
from nodebuilder.workflow.doors import FOR_CHAT, INPUT, KINDS, NAME, OUTPUT, name_of, parameters, results
from nodebuilder.workflow.model import Workflow


def door_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield the problems of the Input and Output nodes, and of `publish`."""
    yield from _name_problems(workflow, INPUT)
    yield from _name_problems(workflow, OUTPUT)
    yield from _publish_problems(workflow)


def _name_problems(workflow: Workflow, kind: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for node in workflow.nodes.values():
        if node.type != kind:
            continue
        name = name_of(node)
        if NAME.fullmatch(name) is None:
            yield Problem(
                "bad_name",
                f'The {kind} of node "{node.id}" is called {show(name)}, which is no name.',
                "Use up to 64 letters, digits, _ and -, beginning with a letter.",
                node=node.id,
                widget="name",
            )
        elif name in first:
            yield Problem(
                "duplicate_name",
                f'Nodes "{first[name]}" and "{node.id}" are both the {kind} "{name}".',
                "Give one of them another name.",
                node=node.id,
                widget="name",
            )
        first.setdefault(name, node.id)


def _publish_problems(workflow: Workflow) -> Iterator[Problem]:
    for kind in workflow.publish:
        if kind not in KINDS:
            near = near_name(kind, KINDS)
            yield _warning(
                "unknown_publish",
                f"A workflow cannot be published as {show(kind)}.",
                f'Did you mean "{near}"?' if near else f"Choose among {', '.join(KINDS)}.",
            )
    if "publish" in workflow.raw and isinstance(workflow.raw["publish"], list) and workflow.raw["publish"]:
        yield _warning(
            "unknown_publish", '"publish" holds something else than texts.', f"Choose among {', '.join(KINDS)}."
        )
    published = [kind for kind in workflow.publish if kind in KINDS]
    if published and not results(workflow):
        yield _warning(
            "no_output",
            f"The workflow is published as {_listed(published)}, but gives nothing back: it has no Output node.",
            "Add an Output node and link to it what is the result.",
        )
    names = {parameter.name for parameter in parameters(workflow)}
    if "model" in published and not names.intersection(FOR_CHAT):
        yield _warning(
            "no_prompt",
            "The workflow is published as a model, but takes no message: it has no input named prompt or messages.",
            "Name an Input node prompt (type text) or messages (type list).",
        )


def _listed(kinds: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(kinds))


def _warning(code: str, message: str, remedy: str) -> Problem:
    return Problem(code, message, remedy, severity="warning")
