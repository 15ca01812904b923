"""``kbctl init``: a new knowledge base that works at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.options import options_of
from kbctl.cli.root import MARK, search_root
from kbctl.cli.workspace import from_here
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.i18n import language as active_language
from kbctl.store.git.initial import make_repository
from kbctl.store.git.repository import Repository
from kbctl.store.git.revision import NoRepositoryError
from kbctl.store.shipped import shipped_snapshot
from kbctl.store.slug import slug
from kbctl.store.templates import render_template
from kbctl.store.write import create_files

app = typer.Typer()

DEPARTMENT = "example-department"
_STARTER = Path(__file__).parent.parent / "starter"
# Where each file of the starter goes. The settings come last: they are what makes a directory a knowledge base.
_RENDERED = {
    "README.md": "README.md.j2",
    "kb/organization/institutions.yaml": "institutions.yaml.j2",
    f"kb/organization/{DEPARTMENT}.yaml": "department.yaml.j2",
    "kb/roles.yaml": "roles.yaml.j2",
    "kb/synonyms.yaml": "synonyms.yaml.j2",
    "kb/search-tests.yaml": "search-tests.yaml.j2",
    MARK: "kb.toml.j2",
}
_COPIED = {".gitignore": "gitignore", ".gitattributes": "gitattributes"}
_NAMES = {"zh_CN": "客户服务知识库", "en": "Customer service knowledge base"}


class Language(StrEnum):
    """Languages of a knowledge base."""

    ZH_CN = "zh_CN"
    EN = "en"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Make a new knowledge base in DIR (default: here): settings, an example department, roles, and a git repository "
        "where there is none. Files that are there already are left as they are; nothing is committed."
    ),
)
def init(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help=_("Where to make it."), show_default=False)
    ] = Path(),
    name: Annotated[str | None, typer.Option(metavar="TEXT", help=_("The name of the knowledge base."))] = None,
    with_schemas: Annotated[
        bool, typer.Option("--with-schemas", help=_("Copy the knowledge types too, to change them."))
    ] = False,
    with_templates: Annotated[
        bool, typer.Option("--with-templates", help=_("Copy the templates too, to change them."))
    ] = False,
    language: Annotated[
        Language | None, typer.Option(help=_("The language of the files (default: that of the messages)."))
    ] = None,
) -> None:
    """Write the first files of a knowledge base."""
    options = options_of(context)
    printer = Printer(options)
    root = directory.expanduser().resolve()
    _refuse(root)
    spoken = language.value if language else active_language()
    title = _NAMES[spoken] if name is None else name.strip()
    if not title or not title.isprintable():
        raise KbctlError(N_("the name must be one line of text"), hint=N_("give another --name"))
    rooms = [room for room, asked in (("schemas", with_schemas), ("templates", with_templates)) if asked]
    repository, made = _repository(root)
    files = {**_copies(rooms), **_starter(spoken, title, repository, options.day)}
    kept = [path for path in files if (root / path).exists()]
    _write(root, {path: data for path, data in files.items() if path not in kept})
    _say(printer, root, kept, made=made)


def _refuse(root: Path) -> None:
    existing = search_root(root)
    if existing is not None:
        raise KbctlError(
            N_("there is a knowledge base already: {path}"),
            hint=N_("use that one, or name another directory"),
            path=existing / MARK,
        )
    if root.exists() and not root.is_dir():
        raise KbctlError(N_("{path} is a file"), hint=N_("name a directory"), path=root)


def _repository(root: Path) -> tuple[Repository, bool]:
    """The git repository that holds *root*, and whether it was made just now."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise KbctlError(N_("{path} is a file"), hint=N_("name a directory"), path=root) from None
    except NotADirectoryError:
        raise KbctlError(N_("{path} lies below a file"), hint=N_("name a directory"), path=root) from None
    except OSError as error:
        raise KbctlError(
            N_("cannot make {path}: {problem}"),
            hint=N_("name a directory in a folder that is yours"),
            path=root,
            problem=error.strerror,
        ) from None
    try:
        return Repository(root), False
    except NoRepositoryError:
        make_repository(root)
        return Repository(root), True


def _starter(language: str, title: str, repository: Repository, today: date) -> dict[str, bytes]:
    """The files that every knowledge base begins with, with the git user as its first contact."""
    person, email = repository.author()
    values = {
        "title": title,
        "name": json.dumps(title, ensure_ascii=False),
        "department": DEPARTMENT,
        "contact": slug(person) or slug(email.partition("@")[0]) or "example-contact",
        "contact_name": json.dumps(person or email or "待补充", ensure_ascii=False),
        "email": json.dumps(email, ensure_ascii=False) if email else "",
        "today": today.isoformat(),
    }
    files = {path: (_STARTER / source).read_bytes() for path, source in _COPIED.items()}
    for path, source in _RENDERED.items():
        text = (_STARTER / language / source).read_text(encoding="utf-8")
        files[path] = render_template(source, text, values).encode("utf-8")
    return files


def _copies(rooms: list[str]) -> dict[str, bytes]:
    """The shipped schemas or templates, for a bank that changes them."""
    shipped = shipped_snapshot()
    return {path: shipped.read(path) for path in sorted(shipped.files()) if path.split("/", 1)[0] in rooms}


def _write(root: Path, files: Mapping[str, bytes]) -> None:
    try:
        create_files({root / path: data for path, data in files.items()})
    except OSError as error:
        raise KbctlError(
            N_("{path} is in the way: {problem}"),
            hint=N_("nothing was written; move it, or name another directory"),
            path=error.filename,
            problem=error.strerror,
        ) from None


def _say(printer: Printer, root: Path, kept: list[str], *, made: bool) -> None:
    for path in kept:
        printer.note(_("{path} is there already and stays as it is").format(path=path))
        if path == ".gitignore" and ".kbctl/" not in (root / path).read_text(encoding="utf-8", errors="replace"):
            printer.warn(_("add the line .kbctl/ to .gitignore: the search index does not belong into git"))
    printer.result(str(from_here(root / MARK)))
    if made:
        printer.note(_("A git repository was made; its branch is main. Nothing is committed yet."))
    printer.note(_("Next:"))
    if root != Path.cwd():
        printer.note(f"  cd {from_here(root)}")
    printer.note("  " + _("fill in kb/organization/{name}.yaml and kb/roles.yaml").format(name=DEPARTMENT))
    printer.note("  kbctl validate")
    printer.note("  kbctl new faq --title …")
    printer.note("  git add . && git commit -m …")
