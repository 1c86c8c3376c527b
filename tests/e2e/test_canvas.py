"""Gestures on the canvas; each is taken back and done again, byte for byte."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.editor import Editor, document, middle

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BOARD = document(
    "Board",
    {
        "a": {"type": "text", "values": {"value": "A"}},
        "b": {"type": "log"},
        "c": {"type": "gpt_image"},
        "d": {"type": "dictionary_input", "values": {"json_input": "{}"}},
        "e": {"type": "text", "values": {"value": "E"}},
    },
    ["a.text_out -> b.value_in"],
    layout={"a": [0, 0], "b": [320, 0], "c": [640, 0], "d": [320, 260], "e": [0, 260]},
)


@pytest_asyncio.fixture(loop_scope="session")
async def board(editor: Editor) -> Editor:
    """The editor with five nodes and one link."""
    await editor.load(BOARD)
    return editor


async def test_a_click_in_the_palette_adds_a_node(editor: Editor) -> None:
    before = await editor.text()
    await editor.page.get_by_role("option", name="Log", exact=True).click()
    await editor.has_nodes("prompt", "image", "show", "log")
    await expect(editor.node("log")).to_be_visible()
    await editor.page.mouse.click(*await editor.blank())
    await editor.back_and_forth(before)


async def test_a_node_is_dragged_from_the_palette_to_its_place(editor: Editor) -> None:
    row = editor.page.get_by_role("option", name="Number", exact=True)
    await row.drag_to(editor.pane, target_position={"x": 500, "y": 700})
    await editor.has_nodes("prompt", "image", "show", "number")
    pane, box = await editor.pane.bounding_box(), await editor.node("number").bounding_box()
    assert pane
    assert box
    assert box["x"] < pane["x"] + 500 < box["x"] + box["width"]
    assert box["y"] < pane["y"] + 700 < box["y"] + box["height"]


async def test_a_double_click_searches_and_enter_adds_there(editor: Editor) -> None:
    x, y = await editor.blank()
    await editor.page.mouse.dblclick(x, y)
    await editor.page.get_by_role("combobox", name="Find a node").last.fill("display output")
    await editor.press("Enter")
    await editor.has_nodes("prompt", "image", "show", "display_output")
    box = await editor.node("display_output").bounding_box()
    assert box
    assert abs(box["x"] - x) < 30
    assert abs(box["y"] - y) < 30


async def test_tab_searches_where_the_pointer_is(editor: Editor) -> None:
    await editor.page.mouse.click(*await editor.blank())
    await editor.press("Tab")
    dialog = editor.page.get_by_role("dialog", name="Add a node")
    await dialog.get_by_role("combobox").fill("dictionary inp")
    await editor.press("Enter")
    await editor.has_nodes("prompt", "image", "show", "dictionary_input")
    await expect(dialog).to_be_hidden()


async def test_the_menu_of_the_right_button_adds_by_category(editor: Editor) -> None:
    await editor.page.mouse.click(*await editor.blank(), button="right")
    await editor.page.get_by_role("menuitem", name="Output").click()
    await editor.page.get_by_role("menuitem", name="Log", exact=True).click()
    await editor.has_nodes("prompt", "image", "show", "log")


async def test_a_drawn_wire_becomes_a_link(board: Editor) -> None:
    before = await board.text()
    await board.drag(board.socket("b", "Output", "value_out"), board.socket("c", "Input", "prompt"))
    await board.has_links("a.text_out -> b.value_in", "b.value_out -> c.prompt")
    await board.back_and_forth(before)


async def test_a_wire_may_be_drawn_backwards(board: Editor) -> None:
    await board.drag(board.socket("c", "Input", "prompt"), board.socket("e", "Output", "text_out"))
    await board.has_links("a.text_out -> b.value_in", "e.text_out -> c.prompt")


async def test_a_wire_that_does_not_fit_is_refused_with_a_reason(board: Editor) -> None:
    before = await board.text()
    await board.drag(board.socket("d", "Output", "dictionary_out"), board.socket("c", "Input", "prompt"))
    await expect(board.page.locator(".refusal")).to_contain_text(
        "dictionary_out gives a dictionary, but prompt takes text"
    )
    assert await board.text() == before
    assert (await board.state())["undo"] == []


async def test_a_wire_dropped_on_the_ground_offers_what_fits_and_connects_in_one_step(board: Editor) -> None:
    before = await board.text()
    await board.drag(board.socket("d", "Output", "dictionary_out"), await board.blank())
    dialog = board.page.get_by_role("dialog", name="Add a node")
    offered = await dialog.get_by_role("option").all_inner_texts()
    names = {text.splitlines()[0] for text in offered}
    assert {"Display Output", "Log"} <= names
    assert not names & {"GPT Image", "Text", "Image Link Extract"}
    await dialog.get_by_role("combobox").fill("display output")
    await board.press("Enter")
    await board.has_links("a.text_out -> b.value_in", "d.dictionary_out -> display_output.data")
    assert len((await board.state())["undo"]) == 1
    await board.back_and_forth(before)


async def test_a_new_wire_takes_the_place_of_the_old_one(board: Editor) -> None:
    before = await board.text()
    await board.drag(board.socket("e", "Output", "text_out"), board.socket("b", "Input", "value_in"))
    await board.has_links("e.text_out -> b.value_in")
    await board.back_and_forth(before)


async def test_a_wire_is_picked_and_deleted(board: Editor) -> None:
    before = await board.text()
    (x1, y1), (x2, y2) = [
        await middle(board.socket("a", "Output", "text_out")),
        await middle(board.socket("b", "Input", "value_in")),
    ]
    await board.page.mouse.click((x1 + x2) / 2, (y1 + y2) / 2)
    await board.has("links", ["a.text_out -> b.value_in"])
    await board.press("Delete")
    await board.has_links()
    await board.back_and_forth(before)


async def test_a_wire_is_lifted_from_its_input_and_led_elsewhere(board: Editor) -> None:
    before = await board.text()
    await board.drag(board.socket("b", "Input", "value_in"), board.socket("c", "Input", "prompt"))
    await board.has_links("a.text_out -> c.prompt")
    assert (await board.state())["undo"] == ["Move link"]
    await board.back_and_forth(before)


async def test_a_lifted_wire_dropped_on_the_ground_is_gone(board: Editor) -> None:
    before = await board.text()
    await board.drag(board.socket("b", "Input", "value_in"), await board.blank())
    await board.has_links()
    await expect(board.page.get_by_role("dialog")).to_have_count(0)
    assert len((await board.state())["undo"]) == 1
    await board.back_and_forth(before)


async def test_a_lifted_wire_put_back_changes_nothing(board: Editor) -> None:
    before = await board.text()
    x, y = await middle(board.socket("b", "Input", "value_in"))
    await board.page.mouse.move(x, y)
    await board.page.mouse.down()
    await board.page.mouse.move(x - 80, y + 80, steps=4)
    await board.page.mouse.move(x, y, steps=4)
    await board.page.mouse.up()
    assert await board.text() == before
    assert (await board.state())["undo"] == []


async def test_nodes_are_chosen_by_box_by_shift_and_all_at_once(board: Editor) -> None:
    a, e = await board.node("a").bounding_box(), await board.node("e").bounding_box()
    assert a
    assert e
    await board.page.keyboard.down("Shift")
    await board.drag((a["x"] - 15, a["y"] - 15), (e["x"] + e["width"] + 10, e["y"] + e["height"] + 10))
    await board.page.keyboard.up("Shift")
    assert set((await board.state())["selection"]) == {"a", "e"}
    await board.head("c").click(modifiers=["Shift"])
    assert set((await board.state())["selection"]) == {"a", "c", "e"}
    await board.press("Escape")
    await board.has("selection", [])
    await board.press("Control+a")
    assert set((await board.state())["selection"]) == {"a", "b", "c", "d", "e"}


async def test_nodes_move_by_mouse_and_by_arrow_keys(board: Editor) -> None:
    before = await board.text()
    await board.head("d").click()
    x, y = await middle(board.head("d"))
    await board.drag((x, y), (x + 90, y + 40))
    moved = (await board.document())["layout"]["d"]
    assert moved[0] > 360
    assert moved[1] > 270
    await board.press("ArrowRight")
    await board.press("ArrowDown")
    nudged = (await board.document())["layout"]["d"]
    assert nudged[0] > moved[0]
    assert nudged[1] > moved[1]
    await board.back_and_forth(before)


async def test_deleting_takes_the_links_along_and_undo_brings_them_back(board: Editor) -> None:
    before = await board.text()
    await board.head("a").click()
    await board.press("Delete")
    await board.has_nodes("b", "c", "d", "e")
    await board.has_links()
    await board.back_and_forth(before)


async def test_duplicates_stand_beside_their_originals(board: Editor) -> None:
    before = await board.text()
    await board.head("a").click()
    await board.head("b").click(modifiers=["Shift"])
    await board.press("Control+d")
    await board.has("doc.links", ["a.text_out -> b.value_in", "text.text_out -> log.value_in"])
    await board.back_and_forth(before)


async def test_copies_travel_as_text_on_the_clipboard(board: Editor) -> None:
    before = await board.text()
    await board.head("a").click()
    await board.head("b").click(modifiers=["Shift"])
    await board.press("Control+c")
    piece = json.loads(await board.page.evaluate("() => navigator.clipboard.readText()"))
    assert list(piece["nodes"]) == ["a", "b"]
    assert piece["links"] == ["a.text_out -> b.value_in"]
    await board.press("Control+v")
    await board.has("doc.links.length", 2)
    await board.back_and_forth(before)


async def test_what_is_cut_can_be_pasted(board: Editor) -> None:
    before = await board.text()
    await board.head("e").click()
    await board.press("Control+x")
    await board.has_nodes("a", "b", "c", "d")
    await board.press("Control+v")
    await board.has("undo.length", 2)
    values = [node.get("values") for node in (await board.document())["nodes"].values()]
    assert {"value": "E"} in values
    await board.back_and_forth(before)


async def test_the_view_is_zoomed_and_fitted_by_keys(board: Editor) -> None:
    await board.page.mouse.click(*await board.blank())
    await board.press("Control+0")
    await board.has("zoom", 1)
    await board.press("Control+=")
    await board.has("zoom", 1.25)
    await board.press("Control+-")
    await board.press("Control+-")
    await board.has("zoom", 0.8)
    await expect(board.status).to_contain_text("80 %")
    await board.press("Control+0")
    await board.head("c").click()
    await board.press("2")
    pane, box = await board.pane.bounding_box(), await board.node("c").bounding_box()
    assert pane
    assert box
    assert abs((pane["x"] + pane["width"] / 2) - (box["x"] + box["width"] / 2)) < 2
    await board.press("1")
    for node in "abcde":
        box = await board.node(node).bounding_box()
        assert box
        assert box["x"] > pane["x"]
        assert box["x"] + box["width"] < pane["x"] + pane["width"]
        assert box["y"] > pane["y"]
        assert box["y"] + box["height"] < pane["y"] + pane["height"]


async def test_the_small_map_moves_the_view(board: Editor) -> None:
    small = board.page.locator(".minimap")
    await expect(small).to_be_visible()
    viewport = board.page.locator(".react-flow__viewport")
    before = await viewport.get_attribute("style")
    await small.click(position={"x": 20, "y": 20})
    await board.settled()
    assert await viewport.get_attribute("style") != before


async def test_a_node_is_made_the_start_and_renamed(board: Editor) -> None:
    before = await board.text()
    await board.head("e").click(button="right")
    await board.page.get_by_role("menuitem", name="Set as start").click()
    await board.has("doc.start", "e")
    await expect(board.node("e").get_by_role("img", name="Start of the run")).to_be_visible()
    await board.head("e").click()
    await board.press("F2")
    await board.page.get_by_role("textbox", name="Name of the node").fill("Opening words")
    await board.press("Enter")
    await expect(board.head("e")).to_have_text("Opening words")
    await board.page.mouse.click(*await board.blank())
    await board.back_and_forth(before)
