"""The node types that are known: those of installed packs, and those of the user's own folder."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from nodebuilder.definition import NodeDefinition
from nodebuilder.errors import DefinitionError
from nodebuilder.node import NodeType

GROUP = "nodebuilder.nodes"


class Registry:
    """Node types by id; two with one id are refused."""

    def __init__(self, node_types: tuple[NodeType, ...] = ()) -> None:
        self._types: dict[str, NodeType] = {}
        for node_type in node_types:
            self.add(node_type)

    def add(self, node_type: NodeType) -> None:
        """Add a node type.

        Raises:
            DefinitionError: another one has its id; the message names both files.
        """
        known = self._types.get(node_type.type)
        if known is node_type:
            return
        if known is not None:
            raise DefinitionError(
                f"the node type {node_type.type} is defined twice: there and in {known.file}.",
                "Give one of them another id.",
                file=node_type.file,
                line=node_type.fn.__code__.co_firstlineno,
            )
        self._types[node_type.type] = node_type

    def get(self, type_id: str) -> NodeType | None:
        """Return the node type with this id, or None."""
        return self._types.get(type_id)

    def definition(self, type_id: str) -> NodeDefinition | None:
        """Return the definition of the node type with this id, or None."""
        found = self._types.get(type_id)
        return found.definition if found else None

    def __iter__(self) -> Iterator[NodeType]:
        return iter(self._types.values())

    def __len__(self) -> int:
        return len(self._types)


def load_registry(nodes_dir: Path | None = None) -> Registry:
    """Return all node types: those of installed packs (entry points `nodebuilder.nodes`), then those in `nodes_dir`.

    Raises:
        DefinitionError: a node is defined wrongly, or the folder cannot be read.
    """
    registry = Registry()
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name != "builtin", entry.name)):
        _add_pack(registry, _load_pack(entry))
    if nodes_dir is not None:
        if not nodes_dir.is_dir():
            raise DefinitionError(f"{nodes_dir} is not a folder.", "Give --nodes a folder with .py files.")
        for path in sorted(nodes_dir.resolve().glob("*.py")):
            if not path.name.startswith("_"):
                _add_module(registry, _load_file(path))
    return registry


def _load_pack(entry: EntryPoint) -> ModuleType | tuple[NodeType, ...]:
    try:
        return entry.load()
    except (DefinitionError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise DefinitionError(
            f"the node pack {entry.name} ({entry.value}) cannot be loaded ({type(error).__name__}: {error}).",
            "Update or uninstall that package.",
        ) from error


def _add_pack(registry: Registry, pack: ModuleType | tuple[NodeType, ...]) -> None:
    if isinstance(pack, ModuleType):
        listed: tuple[NodeType, ...] | None = getattr(pack, "NODES", None)
        if listed is None:
            _add_module(registry, pack)
            return
        pack = listed
    for node_type in pack:
        registry.add(node_type)


def _add_module(registry: Registry, module: ModuleType) -> None:
    for value in vars(module).values():
        if isinstance(value, NodeType):
            registry.add(value)


def _load_file(path: Path) -> ModuleType:
    name = f"nodebuilder_user_nodes.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DefinitionError("it cannot be read as Python.", "Give it the ending .py.", file=path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (DefinitionError, KeyboardInterrupt):
        raise
    except BaseException as error:  # a file that calls sys.exit is broken too
        line = error.lineno if isinstance(error, SyntaxError) else _line_in(error, path)
        raise DefinitionError(
            f"it cannot be loaded ({type(error).__name__}: {error}).",
            "Mend the file and start again.",
            file=path,
            line=line,
        ) from error
    return module


def _line_in(error: BaseException, path: Path) -> int | None:
    line: int | None = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
