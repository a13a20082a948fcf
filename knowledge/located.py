"""YAML that remembers the line of every key, so that a fault can name its place.

Built on PyYAML's C parser where it is there: the files are read at every start.
It does not know what the keys mean.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import Fault

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LocatedMap(dict[str, Any]):
    """A mapping that knows its own line and the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class LocatedList(list[Any]):
    """A sequence that knows its own line and the line of each item."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def read_yaml(path: Path, name: str, faults: list[Fault]) -> LocatedMap | LocatedList | None:
    """Read one file.

    Args:
        path: the file.
        name: how faults call it.
        faults: grows by a syntax error, a repeated key or a top level that is a bare value.

    Returns:
        The content, or None when it cannot be read at all.
    """
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(name, 1, f"cannot be read: {error}"))
        return None
    try:
        node = loader.get_single_node()
        content = _build(node, loader, name, faults) if node is not None else LocatedList(1)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        faults.append(Fault(name, mark.line + 1 if mark else 1, f"is not YAML: {problem}"))
        return None
    finally:
        loader.dispose()
    if not isinstance(content, (LocatedMap, LocatedList)):
        faults.append(Fault(name, 1, "must hold a list or a mapping"))
        return None
    return content


def _build(node: Any, loader: Any, name: str, faults: list[Fault]) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping = LocatedMap(line)
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            key_line = key_node.start_mark.line + 1
            if key in mapping:
                faults.append(Fault(name, key_line, f"the key {key!r} stands twice"))
            mapping[key] = _build(value_node, loader, name, faults)
            mapping.lines[key] = key_line
        return mapping
    if isinstance(node, yaml.SequenceNode):
        sequence = LocatedList(line)
        for item in node.value:
            sequence.append(_build(item, loader, name, faults))
            sequence.lines.append(item.start_mark.line + 1)
        return sequence
    return loader.construct_object(node)
