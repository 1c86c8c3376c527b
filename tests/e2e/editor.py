"""The editor as a person uses it: gestures, and what can be seen."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Locator, Page, expect

Point = tuple[float, float]

DROP = """([text, name, x, y]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, {type: "application/json"}));
    const target = document.elementFromPoint(x, y);
    for (const kind of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(kind, {
            bubbles: true, cancelable: true, dataTransfer: data, clientX: x, clientY: y}));
}"""
GROUND = """() => {
    const {left, top, width, height} = document.querySelector(".react-flow__pane").getBoundingClientRect();
    for (let y = top + height / 2; y < top + height - 100; y += 10)
        for (let x = left + 40; x < left + width - 250; x += 10)
            if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return [x, y];
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def document(name: str, nodes: dict[str, Any], links: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A workflow whose nodes stand side by side unless a layout is given."""
    layout = {node: [300 * place, 0] for place, node in enumerate(nodes)}
    return {"format": "nodebuilder/1", "name": name, "nodes": nodes, "links": links or [], "layout": layout, **more}


async def middle(place: Locator) -> Point:
    box = await place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class Editor:
    """A page with the editor in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.pane = page.locator(".react-flow__pane")
        self.status = page.locator("footer.status")
        self.display = page.get_by_role("tabpanel", name="Display")

    async def open(self) -> Editor:
        await self.page.goto(self.url)
        await self.page.wait_for_function("() => window.__ready === true")
        await self.settled()
        return self

    async def settled(self) -> None:
        """Wait until what was decided is painted."""
        await self.page.evaluate(TWO_FRAMES)

    def node(self, name: str) -> Locator:
        return self.page.get_by_test_id(f"node-{name}")

    def head(self, name: str) -> Locator:
        return self.node(name).locator(".node-title")

    async def state(self) -> dict[str, Any]:
        return await self.page.evaluate("() => window.__editor.state()")

    async def text(self) -> str:
        return str((await self.state())["text"])

    async def document(self) -> dict[str, Any]:
        return json.loads(await self.text())

    async def nodes(self) -> list[str]:
        return list((await self.document())["nodes"])

    async def has(self, what: str, value: Any) -> None:
        """Wait until a path of the state (`doc.links`, `selection`) is this value."""
        same = """([path, value]) => {
            let now = window.__editor.state();
            for (const key of path.split(".")) now = now?.[key];
            return JSON.stringify(now) === JSON.stringify(value);
        }"""
        await self.page.wait_for_function(same, arg=[what, value], timeout=10_000)

    async def has_links(self, *links: str) -> None:
        await self.has("doc.links", list(links))

    async def has_nodes(self, *nodes: str) -> None:
        same = "(ids) => JSON.stringify(Object.keys(window.__editor.state().doc.nodes)) === JSON.stringify(ids)"
        await self.page.wait_for_function(same, arg=list(nodes), timeout=10_000)

    async def press(self, keys: str) -> None:
        await self.page.keyboard.press(keys)

    async def blank(self) -> Point:
        """Return a point of the canvas where nothing is."""
        box = await self.pane.bounding_box()
        assert box
        return box["x"] + 60, box["y"] + box["height"] - 60

    async def ground(self) -> Point:
        """Return a point between the nodes."""
        return await self.page.evaluate(GROUND)

    async def run(self, status: str = "Succeeded") -> None:
        await self.page.get_by_role("button", name="Run Ctrl").click()
        await expect(self.status.locator(".status-run")).to_contain_text(status, timeout=30_000)

    async def drop(self, text: str, name: str = "dropped.flow.json") -> None:
        """Drop a file on the canvas."""
        x, y = await self.blank()
        await self.page.evaluate(DROP, [text, name, x, y])

    async def load(self, document: dict[str, Any]) -> None:
        """Open a document by dropping its file, and wait until it is shown."""
        await self.drop(json.dumps(document))
        await self.has("doc.name", document["name"])
        await self.settled()

    async def saved(self) -> None:
        await self.has("saved", "saved")

    def socket(self, node: str, side: str, name: str) -> Locator:
        """Return a socket by the side it is on (Input or Output) and its name."""
        return self.node(node).locator(f'.socket[aria-label^="{side} {name}"]').first

    async def drag(self, start: Locator | Point, end: Locator | Point) -> None:
        """Drag from the middle of one place to another, as a hand does."""
        x, y = start if isinstance(start, tuple) else await middle(start)
        to = end if isinstance(end, tuple) else await middle(end)
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        await self.page.mouse.move(to[0], to[1], steps=8)
        await self.page.mouse.up()
        await self.settled()

    async def back_and_forth(self, before: str) -> None:
        """Undo all steps and redo them: the text must be byte for byte what it was."""
        after, steps = await self.text(), (await self.state())["undo"]
        assert steps, "nothing was done that could be undone"
        for _ in steps:
            await self.press("Control+z")
        assert await self.text() == before
        for _ in steps:
            await self.press("Control+Shift+z")
        assert await self.text() == after
