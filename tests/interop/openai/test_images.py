from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from nodebuilder.interop.openai.errors import Refused
from nodebuilder.interop.openai.images import (
    Made,
    completed_event,
    draws,
    filenames,
    images_response,
    inputs_of,
    read_image,
)
from nodebuilder.values import Asset
from nodebuilder.workflow.doors import Parameter, Result, Type
from tests.workflow.documents import anything

ASSET = Asset("img_0a1b2c3d.png", "http://h/servable/img_0a1b2c3d.png", "image/png", 9, 1024, 1536)


def parameter(name: str, kind: Type = "text", *, required: bool = False) -> Parameter:
    return Parameter(name, name, kind, "", "", required)


PROMPT = parameter("prompt")


def test_a_request_is_read() -> None:
    read = read_image({"prompt": "a cat", "n": "2", "size": "1024x1024", "user": "me", "stream": "true"})
    assert (read.model, read.prompt, read.n, read.as_url, read.stream) == ("", "a cat", 2, False, True)
    assert read.wishes == {"size": "1024x1024"}
    assert read_image({"prompt": "a cat", "response_format": "url", "n": 1}).as_url


@given(anything)
def test_whatever_comes_is_read_or_refused(value: object) -> None:
    for sent in (value, {"prompt": value}, {"prompt": "x", "n": value}, {"prompt": "x", "model": value}):
        try:
            assert 1 <= read_image(sent).n <= 10
        except Refused:
            continue


@pytest.mark.parametrize(
    ("body", "doors", "pictures", "mask", "param"),
    [
        ({}, [], (), "", "model"),
        ({"n": 2}, [PROMPT], (), "", "n"),
        ({}, [PROMPT], ("u",), "", "image"),
        ({}, [PROMPT, parameter("image")], ("u",), "m", "mask"),
        ({}, [PROMPT, parameter("image", "image", required=True)], (), "", "image"),
    ],
)
def test_what_the_workflow_cannot_take_is_named(
    body: dict[str, Any], doors: list[Parameter], pictures: tuple[str, ...], mask: str, param: str
) -> None:
    with pytest.raises(Refused) as refused:
        inputs_of(read_image({"prompt": "x", **body}), doors, pictures, mask)
    assert refused.value.param == param


def test_pictures_mask_and_wishes_go_in_where_there_is_an_input() -> None:
    names = ("prompt", "image", "images", "mask", "size", "n")
    body = read_image({"prompt": "x", "size": "auto", "quality": "low", "n": 3})
    assert inputs_of(body, [parameter(name) for name in names], ("a", "b"), "m") == {
        "prompt": "x",
        "n": 3,
        "image": "a",
        "images": ["a", "b"],
        "mask": "m",
        "size": "auto",
    }
    assert inputs_of(body, [PROMPT, parameter("n")]) == {"prompt": "x", "n": 3}


def test_a_workflow_that_draws_is_known_by_its_inputs() -> None:
    assert draws([PROMPT], edits=False)
    assert not draws([PROMPT], edits=True)
    assert draws([PROMPT, parameter("image")], edits=True)
    assert not draws([PROMPT, parameter("messages")], edits=False)


@pytest.mark.parametrize(
    ("outputs", "names"),
    [
        ({"image": ASSET}, ["img_0a1b2c3d.png"]),
        ({"response": ASSET.url}, ["img_0a1b2c3d.png"]),
        ({"image": "img_0a1b2c3d.png?x=1"}, ["img_0a1b2c3d.png"]),
        ({"other": {"success": True, "servable_url": ASSET.url}}, ["img_0a1b2c3d.png"]),
        ({"other": [ASSET, {"url": "b.png"}]}, ["img_0a1b2c3d.png", "b.png"]),
        ({"other": "a.png", "image": "b.png"}, ["b.png"]),
        ({"other": "a.png", "image": "none"}, ["a.png"]),
        ({"other": "It is done. Look at it.", "image": None}, []),
        ({}, []),
    ],
)
def test_pictures_are_found_among_the_results(outputs: dict[str, Any], names: list[str]) -> None:
    results = [Result("1", "other"), Result("2", "response"), Result("3", "image")]
    assert list(filenames(outputs, results)) == names


def test_answers_say_what_is_known_of_the_picture() -> None:
    assert images_response(7, [Made(ASSET, "AA==")], 0.5) == {
        "created": 7,
        "data": [{"b64_json": "AA=="}],
        "cost_usd": 0.5,
        "size": "1024x1536",
        "output_format": "png",
    }
    assert images_response(7, [Made(ASSET, None)], None)["data"] == [{"url": ASSET.url}]
    event = completed_event("image_edit", 7, Made(ASSET, "AA=="))
    assert (event["type"], event["b64_json"], event["created_at"]) == ("image_edit.completed", "AA==", 7)
