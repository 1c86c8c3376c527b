"""The editor as a person uses it: gestures, and what can be seen."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Locator, Page, expect


class Editor:
    """A page with the editor in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    async def open(self) -> Editor:
        await self.page.goto(self.url)
        await self.page.wait_for_function("() => window.__ready === true")
        return self

    def node(self, name: str) -> Locator:
        return self.page.get_by_test_id(f"node-{name}")

    async def state(self) -> dict[str, Any]:
        return await self.page.evaluate("() => window.__editor.state()")

    async def document(self) -> dict[str, Any]:
        return json.loads((await self.state())["text"])

    async def nodes(self) -> list[str]:
        return list((await self.document())["nodes"])

    async def press(self, keys: str) -> None:
        await self.page.keyboard.press(keys)

    async def blank(self) -> tuple[float, float]:
        """Return a point of the canvas where nothing is."""
        box = await self.page.locator(".react-flow__pane").bounding_box()
        assert box
        return box["x"] + 60, box["y"] + box["height"] - 60

    async def run(self, status: str = "Succeeded") -> None:
        await self.page.get_by_role("button", name="Run Ctrl").click()
        await expect(self.page.get_by_text(status).first).to_be_visible(timeout=30_000)

    async def load(self, document: dict[str, Any]) -> None:
        """Open a document by dropping its file on the canvas."""
        x, y = await self.blank()
        await self.page.evaluate(
            """([text, x, y]) => {
                const data = new DataTransfer();
                data.items.add(new File([text], "dropped.flow.json", {type: "application/json"}));
                const target = document.elementFromPoint(x, y);
                for (const kind of ["dragenter", "dragover", "drop"])
                    target.dispatchEvent(new DragEvent(kind, {
                        bubbles: true, cancelable: true, dataTransfer: data, clientX: x, clientY: y}));
            }""",
            [json.dumps(document), x, y],
        )
        first = next(iter(document["nodes"]), None)
        if first:
            await self.page.wait_for_function("(id) => id in window.__editor.state().doc.nodes", arg=first)

    def socket(self, node: str, side: str, name: str) -> Locator:
        """Return a socket by the side it is on (Input or Output) and its name."""
        return self.node(node).locator("xpath=..").locator(f'.socket[aria-label^="{side} {name}"]').first

    async def drag(self, start: Locator, end: Locator | tuple[float, float]) -> None:
        """Drag from the middle of one place to another, as a hand does."""
        x, y = await middle(start)
        to = end if isinstance(end, tuple) else await middle(end)
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        await self.page.mouse.move(to[0], to[1], steps=25)
        await self.page.mouse.up()


async def middle(place: Locator) -> tuple[float, float]:
    box = await place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
