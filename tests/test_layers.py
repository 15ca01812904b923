"""The rooms of the house: imports point down only, and a heavy library has one door."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "kbctl"

# From the top down: a room may import from rooms that stand lower, and from itself; not from one beside it.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"__main__"}),
    frozenset({"cli"}),
    frozenset({"output", "documents"}),
    frozenset({"submissions"}),
    frozenset({"reports", "search", "rules"}),
    frozenset({"store"}),
    frozenset({"model"}),
    frozenset({"settings", "errors", "i18n"}),
    frozenset({""}),  # kbctl/__init__.py, the version
)
# The only modules (or folders) that import these libraries.
DOORS = {
    "whoosh": ("kbctl/search/whoosh_index.py",),
    "git": ("kbctl/store/git/",),
    "openpyxl": ("kbctl/documents/",),
    "docx": ("kbctl/documents/",),
    "jsonschema_rs": ("kbctl/store/json_schema.py",),
    "pypinyin": ("kbctl/store/slug.py",),
}

MODULES = sorted(HOUSE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(module: str) -> str:
    """The room of a module of kbctl by its dotted name: ``kbctl.rules.run`` -> ``rules``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def imports(path: Path) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """Every import of the module at *path* with the full name of what it imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import"
            for alias in node.names:
                # Of `from kbctl import rules` the room is in the name.
                yield (
                    node,
                    f"kbctl.{alias.name}"
                    if node.module == "kbctl" and alias.name != "__version__"
                    else node.module or "",
                )


def test_every_room_has_its_floor() -> None:
    rooms = {path.relative_to(HOUSE).parts[0].removesuffix(".py") for path in MODULES} - {"__init__"}
    assert rooms <= frozenset().union(*FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(HOUSE).parts[0].removesuffix(".py").replace("__init__", "")
    for node, module in imports(path):
        if module.split(".")[0] == "kbctl":
            other = room_of(module)
            assert other == room or floor_of(other) > floor_of(room), f"{name_of(path)}:{node.lineno} imports {module}"


@pytest.mark.parametrize("path", sorted((HOUSE / "model").rglob("*.py")), ids=name_of)
def test_the_model_needs_the_standard_library_alone(path: Path) -> None:
    foreign = {module.split(".")[0] for _, module in imports(path)} - sys.stdlib_module_names - {"kbctl"}
    assert foreign == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_have_one_door(path: Path) -> None:
    for node, module in imports(path):
        doors = DOORS.get(module.split(".")[0])
        if doors is not None:
            assert name_of(path).startswith(doors), f"{name_of(path)}:{node.lineno} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inside = [part for part in ast.walk(node) if isinstance(part, ast.Import | ast.ImportFrom)]
            assert inside == [], f"{name_of(path)}:{inside[0].lineno}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_those_who_speak_to_people_translate(path: Path) -> None:
    room = path.relative_to(HOUSE).parts[0]
    if room in ("cli", "output", "documents"):
        return
    names = [
        alias.name
        for node, module in imports(path)
        if isinstance(node, ast.ImportFrom) and module == "kbctl.i18n"
        for alias in node.names
    ]
    assert not {"_", "ngettext"} & set(names), (
        f"{name_of(path)} translates; below output, sentences are marked with N_ only"
    )
