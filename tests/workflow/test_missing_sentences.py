from __future__ import annotations

from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import check
from nodebuilder.workflow.model import Node, Workflow


def test_an_input_that_has_its_own_sentence_says_it() -> None:
    (problem,) = check(
        Workflow(nodes={"image": Node("image", "gpt_image", values={"model": "gpt-image-2.5-flare"})}), load_registry()
    )
    assert problem.message == 'Image generation prompt is required: input "prompt" of node "image" has no link.'
    assert problem.remedy == "Link an output of type TEXT to image.prompt."
