"""AI Node Builder: wire AI nodes together on a canvas, run them, and keep what they make.

A node of your own needs three lines::

    from nodebuilder import node

    @node
    async def shout(text: str) -> str:
        return text.upper() + "!"
"""

from nodebuilder.context import Context
from nodebuilder.errors import InputError, NodeError, ProviderError, TryAgain
from nodebuilder.node import NodeType, node, tool
from nodebuilder.values import SKIP, Asset, Secret, SocketType, ToolDefinition
from nodebuilder.widgets import (
    About,
    Array,
    Back,
    Body,
    Code,
    Combo,
    DoNotWait,
    ImageUpload,
    KeyOf,
    Meant,
    Needs,
    Number,
    Pull,
    Required,
    Slider,
    Text,
    Toggle,
    When,
)

__version__ = "0.1.0"

__all__ = [
    "SKIP",
    "About",
    "Array",
    "Asset",
    "Back",
    "Body",
    "Code",
    "Combo",
    "Context",
    "DoNotWait",
    "ImageUpload",
    "InputError",
    "KeyOf",
    "Meant",
    "Needs",
    "NodeError",
    "NodeType",
    "Number",
    "ProviderError",
    "Pull",
    "Required",
    "Secret",
    "Slider",
    "SocketType",
    "Text",
    "Toggle",
    "ToolDefinition",
    "TryAgain",
    "When",
    "node",
    "tool",
]
