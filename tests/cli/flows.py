"""Small workflows for the tests of the terminal."""

from __future__ import annotations

from typing import Any

NUMBERS: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Numbers",
    "nodes": {
        "amount": {"type": "number", "values": {"value": 3}},
        "note": {"type": "log"},
        "show": {"type": "display_output"},
    },
    "links": ["amount.number_out -> note.value_in", "note.value_out -> show.data"],
}
PICTURE: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Picture",
    "nodes": {
        "prompt": {"type": "text", "values": {"value": "A paper boat"}},
        "image": {"type": "gpt_image", "values": {"quality": "low", "model": "gpt-image-2.5-flare"}},
        "show": {"type": "display_output", "values": {"content_type": "image"}},
    },
    "links": ["prompt.text_out -> image.prompt", "image.image_url -> show.data"],
}
BROKEN: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Broken",
    "nodes": {
        "image": {"type": "gpt_image", "values": {"quality": "best", "model": "gpt-image-2"}},
        "other": {"type": "tekst"},
    },
    "links": [],
}
GREETING: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Greeting",
    "nodes": {
        "name": {"type": "input", "values": {"required": True}},
        "years": {"type": "input", "values": {"type": "number", "default": "36"}},
        "tags": {"type": "input", "values": {"type": "list", "default": "[]"}},
        "greeting": {"type": "output"},
        "age": {"type": "output"},
        "kept": {"type": "output", "values": {"name": "tags"}},
    },
    "links": ["name.value -> greeting.value", "years.value -> age.value", "tags.value -> kept.value"],
}
