from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.nodes.image_links import find_links, image_link_extract, without
from nodebuilder.values import SKIP

PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("![a lion](http://x.example/a.png)", "http://x.example/a.png"),
        ('![a](<http://x.example/a b.png>) ![b](/servable/b.png "title")', "/servable/b.png"),
        ("<IMG alt='x' SRC='https://x.example/pic'>", "https://x.example/pic"),
        ("see https://x.example/A.JPG?size=2 now", "https://x.example/A.JPG?size=2"),
        ("it is at /servable/gpt_image_1f9c20ab.png.", "/servable/gpt_image_1f9c20ab.png"),
        (f"inline {PIXEL} end", PIXEL),
        ("http://localhost:8000/servable/a.webp", "http://localhost:8000/servable/a.webp"),
        ("http://x.example/a.svg and more", "http://x.example/a.svg"),
    ],
)
async def test_each_kind_of_link_is_found(text: str, link: str) -> None:
    found = await image_link_extract.fn(text)
    assert found.image_link == link
    assert found.text is SKIP or link not in found.text


@pytest.mark.parametrize(
    "text", ["nothing here", "http://x.example/page.html", "see/servable/x.png", "![not closed](x.png"]
)
async def test_other_text_passes_unchanged(text: str) -> None:
    found = await image_link_extract.fn(text)
    assert found.text == text
    assert found.image_link is SKIP


async def test_an_empty_text_sends_nothing() -> None:
    assert await image_link_extract.fn("") == (SKIP, SKIP)


async def test_a_lone_link_leaves_no_text() -> None:
    assert await image_link_extract.fn("  /servable/a.png ") == (SKIP, "/servable/a.png")


async def test_the_first_of_several_kinds_wins_and_the_rest_stay() -> None:
    text = f"b {PIXEL} then ![x](http://x.example/a.png)"
    found = await image_link_extract.fn(text)
    assert found.image_link == PIXEL
    assert found.text == "b  then ![x](http://x.example/a.png)"


async def test_all_links_are_removed_when_asked_but_the_first_is_given() -> None:
    text = "a ![x](http://x.example/a.png) b <img src='/servable/b.png'> c"
    found = await image_link_extract.fn(text, extract_first_only=False)
    assert found == ("a  b  c", "http://x.example/a.png")


PIECES = st.sampled_from(
    [
        "![x](http://x.example/a.png)",
        "/servable/b.png",
        " word ",
        "<img src='http://x.example/c.gif'>",
        PIXEL,
        "(",
        ")",
        "![",
    ]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=8).map("".join))
def test_links_never_overlap_and_removing_them_harms_no_neighbour(text: str) -> None:
    links = find_links(text)
    assert all(first.end <= second.start for first, second in pairwise(links))
    rest, position = text, 0
    kept = []
    for link in links:
        kept.append(text[position : link.start])
        position = link.end
    rest = "".join([*kept, text[position:]])
    assert without(text, links) == rest.strip()
    assert len(rest) == len(text) - sum(link.end - link.start for link in links)
