"""A thousand nodes: the page stays small, and what happens to one node draws one node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.editor import Editor, document

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DOM_LIMIT = 5_000


def thousand() -> dict[str, Any]:
    """Fifty rows of a text and nineteen logs behind it."""
    nodes: dict[str, Any] = {}
    links: list[str] = []
    layout: dict[str, list[int]] = {}
    for row in range(50):
        for column in range(20):
            name = f"n{row}_{column}"
            nodes[name] = {"type": "log"} if column else {"type": "text", "values": {"value": f"row {row}"}}
            layout[name] = [column * 280, row * 190]
            if column:
                links.append(f"n{row}_{column - 1}.{'value_out' if column > 1 else 'text_out'} -> {name}.value_in")
    return document("Thousand", nodes, links, layout=layout)


async def counts(editor: Editor) -> dict[str, int]:
    return await editor.page.evaluate("() => window.__editor.counts()")


async def test_a_thousand_nodes_open_in_a_small_page(editor: Editor) -> None:
    await editor.load(thousand())
    assert (await counts(editor))["dom"] <= DOM_LIMIT
    await editor.page.mouse.click(*await editor.blank())
    await editor.press("Control+0")
    await editor.has("zoom", 1)
    assert (await counts(editor))["dom"] <= DOM_LIMIT
    await editor.page.evaluate("() => window.__editor.zoomTo('n49_19')")
    await expect(editor.node("n49_19")).to_be_visible()
    await editor.press("1")
    await editor.settled()
    assert (await editor.state())["far"]
    assert (await counts(editor))["dom"] <= DOM_LIMIT


async def test_panning_and_editing_draw_little(editor: Editor) -> None:
    await editor.load(thousand())
    await editor.page.evaluate("() => window.__editor.zoomTo('n20_10')")
    await expect(editor.node("n20_10")).to_be_visible()
    x, y = await editor.ground()
    before = await counts(editor)
    await editor.drag((x, y), (x + 120, y + 40))
    panned = await counts(editor)
    assert panned["nodeLists"] - before["nodeLists"] <= 2
    await editor.press("ArrowRight")
    await editor.settled()
    moved = await counts(editor)
    assert moved["nodeRenders"] - panned["nodeRenders"] <= 3
    assert moved["draws"] - panned["draws"] <= 6


async def test_fifty_groups_cost_no_more_than_their_heads(editor: Editor) -> None:
    rows = [{"title": f"Row {row}", "bounding": [-20, row * 190 - 40, 5600, 180]} for row in range(50)]
    await editor.load({**thousand(), "groups": rows})
    assert (await counts(editor))["dom"] <= DOM_LIMIT
    await editor.page.evaluate("() => window.__editor.zoomTo('n20_1')")
    head = editor.page.get_by_test_id("group-20")
    await expect(head).to_be_visible()
    await editor.page.keyboard.press("Escape")
    before = await counts(editor)
    await head.focus()
    await editor.press("ArrowDown")
    await editor.settled()
    after = await counts(editor)
    assert (await editor.document())["layout"]["n20_19"][1] == 20 * 190 + 10
    assert after["nodeRenders"] - before["nodeRenders"] <= 40
    assert after["draws"] - before["draws"] <= 6
    assert after["dom"] <= DOM_LIMIT


async def test_events_of_one_node_render_one_node(editor: Editor, tmp_path: Path) -> None:
    gate = tmp_path / "open"
    big = thousand()
    big["nodes"]["gate"] = {"type": "held", "values": {"path": str(gate)}}
    big["layout"]["gate"] = [-280, 0]
    big["nodes"]["first"] = {"type": "text"}
    big["layout"]["first"] = [-560, 0]
    big["links"].append("first.text_out -> gate.text")
    big["start"] = "first"
    await editor.load(big)
    await editor.page.evaluate("() => window.__editor.zoomTo('gate')")
    await expect(editor.node("gate")).to_be_visible()
    await editor.saved()
    await editor.page.get_by_role("button", name="Run Ctrl").click()
    await expect(editor.node("gate")).to_have_attribute("data-status", "running")
    before = await counts(editor)
    gate.touch()
    await expect(editor.node("gate")).to_have_attribute("data-status", "done")
    await expect(editor.status).to_contain_text("Succeeded")
    after = await counts(editor)
    assert after["nodeRenders"] - before["nodeRenders"] <= 4
    assert after["nodeLists"] == before["nodeLists"]


async def test_a_run_of_a_thousand_nodes_is_followed_to_its_end(editor: Editor) -> None:
    await editor.load(thousand())
    await editor.saved()
    await editor.run()
    states = (await editor.state())["run"]["nodes"]
    assert set(states.values()) == {"done"}
    assert (await counts(editor))["dom"] <= DOM_LIMIT
    await editor.page.evaluate("() => window.__editor.zoomTo('n30_19')")
    await expect(editor.node("n30_19")).to_have_attribute("data-status", "done")
