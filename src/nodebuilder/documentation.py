"""The documentation as pages: one for each node type, made from its definition and its prose, and the guides.

A node's page says what the definition knows (sockets, widgets, what a model is told) and then what a person wrote in
`docs/<type>.md` beside the node's file. The editor, the terminal and the built documentation show the same pages.

    python -m nodebuilder.documentation docs/nodes

writes the pages of the built-in nodes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import frontmatter
from yaml import YAMLError

from nodebuilder.definition import InputSocket, NodeDefinition, OutputSocket, SocketRule, Widget
from nodebuilder.node import NodeType
from nodebuilder.registry import load_registry

PACKAGE: Final = Path(__file__).parent
GUIDE_CATEGORY: Final = "Guides"
USUAL_ORDER: Final = 8.0
"""Where a guide stands that does not say it: behind the lessons, before the reference."""

PAGE_LINK: Final = re.compile(r"\[(?P<text>[^\]]+)\]\((?:[\w./-]*/)?(?P<slug>[\w.-]+)\.md(?:#[\w-]*)?\)")
"""A link from one page to another: `[Text](../nodes/text.md)` means the page `text`."""
_PROSE_SECTION: Final = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `markdown` begins with its heading, and links to other pages as `PAGE_LINK` says."""

    slug: str
    title: str
    description: str
    category: str
    kind: Literal["node", "guide"]
    markdown: str
    type: str | None = None

    def entry(self) -> dict[str, str | None]:
        """Return the page's line in the list of `GET /api/docs`."""
        return {
            "type": self.type,
            "slug": self.slug,
            "title": self.title,
            "category": self.category,
            "description": self.description,
            "kind": self.kind,
        }

    def as_json(self) -> dict[str, str]:
        """Return the page as the JSON object of `GET /api/docs/{slug}`."""
        return {"slug": self.slug, "title": self.title, "markdown": self.markdown}


def pages(node_types: Iterable[NodeType]) -> list[Page]:
    """Return the guides in their order of reading, then the pages of these node types."""
    return [*guides(), *(_node_entry(node_type) for node_type in node_types)]


def page(slug: str, node_types: Iterable[NodeType]) -> Page | None:
    """Return the page of the node type or the guide with this name, or None; a node goes first."""
    for node_type in node_types:
        if node_type.type == slug:
            return _node_entry(node_type)
    return next((guide for guide in guides() if guide.slug == slug), None)


def guides() -> list[Page]:
    """Return the guides, in the order in which one reads them."""
    read = [(path, _read(path)) for path in sorted(_guide_folder().glob("*.md"))]
    ordered = sorted(read, key=lambda item: (float(item[1].meta.get("order", USUAL_ORDER)), item[0].stem))
    return [
        Page(
            slug=path.stem,
            title=str(text.meta.get("title", path.stem)),
            description=str(text.meta.get("description", "")),
            category=GUIDE_CATEGORY,
            kind="guide",
            markdown=text.body,
        )
        for path, text in ordered
    ]


def _guide_folder() -> Path:
    """The wheel carries the guides inside the package; in a checkout they lie in `docs/guide`."""
    packaged = PACKAGE / "guides"
    return packaged if packaged.is_dir() else PACKAGE.parent.parent / "docs" / "guide"


def _node_entry(node_type: NodeType) -> Page:
    definition = node_type.definition
    return Page(
        slug=node_type.type,
        title=definition.title,
        description=definition.description,
        category=definition.category,
        kind="node",
        markdown=_node_body(node_type, _prose(node_type).body),
        type=node_type.type,
    )


@dataclass(frozen=True, slots=True)
class _Text:
    meta: Mapping[str, Any]
    body: str


def _read(path: Path) -> _Text:
    """Return front matter and text; front matter that is broken is shown as text rather than hiding the page."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        post = frontmatter.loads(text)
    except YAMLError:
        return _Text({}, text)
    return _Text(post.metadata, post.content)


def _prose(node_type: NodeType) -> _Text:
    path = node_type.file.parent / "docs" / f"{node_type.type}.md"
    return _read(path) if path.is_file() else _Text({}, "")


def node_page(node_type: NodeType) -> str:
    """Return the page of a node type as a Markdown file with front matter."""
    definition, prose = node_type.definition, _prose(node_type)
    head = {
        "title": definition.title,
        "description": definition.description,
        "category": definition.category,
        "tags": list(definition.tags),
        "author": str(prose.meta.get("author") or _author(node_type)),
        "version": definition.version,
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    return "\n".join(["---", *lines, "---", "", _node_body(node_type, prose.body)])


def _author(node_type: NodeType) -> str:
    module = node_type.fn.__module__
    if module.partition(".")[0] == "nodebuilder":
        return "AI Node Builder"
    return str(getattr(sys.modules.get(module), "__author__", ""))


def _node_body(node_type: NodeType, prose: str) -> str:
    definition = node_type.definition
    first_section = _PROSE_SECTION.search(prose)
    split = first_section.start() if first_section else len(prose)
    overview = [definition.description, definition.body, prose[:split].strip()]
    sections = [
        f"# {definition.title}",
        "## Overview\n\n" + "\n\n".join(part for part in overview if part),
        _section("Input Sockets", _inputs(definition.inputs), "This node has no inputs: a run can start here."),
        _section("Output Sockets", _outputs(definition.outputs), "This node has no outputs."),
        _section("Widgets", _widgets(definition.widgets), "There is nothing to set on this node."),
        _tool(definition),
        prose[split:].strip(),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _section(title: str, table: str, otherwise: str) -> str:
    return f"## {title}\n\n{table or otherwise}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(_cell(cell) for cell in row) for row in rows]
    if not lines:
        return ""
    rule = "|".join("---" for _ in head)
    return "\n".join([f"| {' | '.join(head)} |", f"|{rule}|", *(f"| {line} |" for line in lines)])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _inputs(sockets: Sequence[InputSocket]) -> str:
    pull, loose = any(socket.pull for socket in sockets), any(socket.do_not_wait for socket in sockets)
    head = ["Socket", "Type", "Required", *["Pull"] * pull, *["Do Not Wait"] * loose, "Description"]
    rows = [
        [
            f"`{socket.name}`",
            _type(socket),
            _yes(socket.required),
            *[_yes(socket.pull)] * pull,
            *[_yes(socket.do_not_wait)] * loose,
            " ".join(part for part in (socket.description, _given_default(socket), _rules(socket)) if part),
        ]
        for socket in sockets
    ]
    return _table(head, rows)


def _given_default(socket: InputSocket) -> str:
    return "" if socket.required or socket.default is None else f"(default: {socket.default})"


def _rules(socket: InputSocket) -> str:
    """Return how widgets change the way in which the input takes part."""
    return " ".join(
        f"While `{rule.widget}` is {json.dumps(rule.value)}"
        f"{', and no rule before holds' if place else ''}: {_part(rule)}."
        for place, rule in enumerate(socket.when)
    )


def _part(rule: SocketRule) -> str:
    if rule.do_not_wait:
        return "it does not wait"
    return "it is pulled" if rule.pull else "it waits for each value, and is not pulled"


def _outputs(sockets: Sequence[OutputSocket]) -> str:
    rows = [[f"`{socket.name}`", _type(socket), socket.description] for socket in sockets]
    return _table(["Socket", "Type", "Description"], rows)


def _type(socket: InputSocket | OutputSocket) -> str:
    return f"{socket.type.value}, any number" if socket.array else socket.type.value


def _yes(flag: bool) -> str:
    return "Yes" if flag else "No"


def _widgets(widgets: Sequence[Widget]) -> str:
    rows = [[f"`{widget.name}`", widget.kind, f"`{_default(widget)}`", _about(widget)] for widget in widgets]
    return _table(["Widget", "Kind", "Default", "Description"], rows)


def _default(widget: Widget) -> str:
    """Return the default as one line of JSON; code is shown as it reads, without its line breaks."""
    if widget.kind == "code":
        return " ".join(str(widget.default).split())
    return json.dumps(widget.default, ensure_ascii=False)


def _about(widget: Widget) -> str:
    """Return the description with what may be set: the options, or the range."""
    parts = [widget.description.rstrip(".")] if widget.description else []
    if widget.options:
        parts.append("one of " + ", ".join(f"`{option}`" for option in widget.options))
    limits = {"at least": widget.minimum, "at most": widget.maximum, "in steps of": widget.step}
    parts += [f"{word} {_plain(number)}" for word, number in limits.items() if number is not None]
    if widget.kind == "secret":
        parts.append("the name of a secret, never the key itself")
    return "; ".join(parts)


def _plain(number: float) -> str:
    return str(number).removesuffix(".0")


def _tool(definition: NodeDefinition) -> str:
    if definition.tool is None:
        return ""
    schema = json.dumps(definition.tool, ensure_ascii=False, indent=2)
    return f"## Tool Definition\n\nThis is all that a model is told of the tool:\n\n```json\n{schema}\n```"


def write(folder: Path, node_types: Iterable[NodeType]) -> list[Path]:
    """Write the pages of these node types as `<type>.md` into `folder`, remove all others, and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for node_type in node_types:
        path = folder / f"{node_type.type}.md"
        path.write_text(node_page(node_type), encoding="utf-8")
        written.append(path)
    for path in folder.glob("*.md"):
        if path not in written and path.stem != "index":
            path.unlink()
    return written


def built_in() -> list[NodeType]:
    """Return the node types that come with the product, in the order of the lists."""
    return [kind for kind in load_registry() if kind.fn.__module__.startswith("nodebuilder.")]


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/nodes"), built_in())
