from __future__ import annotations

from nodebuilder.engine.estimate import estimate
from nodebuilder.registry import load_registry
from nodebuilder.workflow.model import Link, Node, Workflow

REGISTRY = load_registry()


def test_paid_calls_in_the_body_of_a_loop_are_counted_apart() -> None:
    links = [Link.parse(text) for text in ("each.item -> draw.prompt", "draw.image_url -> each.result")]
    workflow = Workflow(
        nodes={
            "each": Node("each", "for_each"),
            "draw": Node("draw", "gpt_image", values={"quality": "low"}),
            "once": Node("once", "gpt_image", values={"quality": "low"}),
        },
        links=tuple(link for link in links if link),
    )
    found = estimate(workflow, REGISTRY.get)
    assert (found.paid_calls, found.repeated) == (2, 1)
    assert found.low_usd > 0
