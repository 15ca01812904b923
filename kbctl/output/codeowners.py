"""CODEOWNERS from the organization: who is asked when which file changes (R27)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from kbctl.i18n import _
from kbctl.model.organization import Department, Organization

MANAGING = "managing"
# Where each forge looks for the file, and what else of the repository decides how changes are checked.
PLACES = {
    "github": (".github/CODEOWNERS", ("/.github/",)),
    "gitlab": (".gitlab/CODEOWNERS", ("/.gitlab/", "/.gitlab-ci.yml")),
    "gitee": (".gitee/CODEOWNERS", ("/.gitee/", "/.workflow/")),
}
# Those of the managing department, though some lie beside entries of others.
_MANAGED = (
    "kb/calendar/",
    "kb/kb.toml",
    "kb/organization/",
    "kb/roles.yaml",
    "kb/search-baseline.json",
    "kb/search-tests.yaml",
    "kb/submissions/",
    "kb/synonyms.yaml",
    "schemas/",
    "templates/",
)
# What `kbctl ci init` writes or reads besides, from the repository's top. A .gitattributes says anywhere what git does
# with files and shows of them.
_PIPELINE = ("/ci/allowed_signers", "/ci/kbctl-ci.sh")
_ANYWHERE = ".gitattributes"
_SPECIAL = re.compile(r"([\\ #\[\]*?!])")


def managing_departments(organization: Organization) -> list[Department]:
    """The departments that manage the knowledge base, in order of their ids."""
    return [organization.departments[id_] for id_ in sorted(organization.departments) if _manages(organization, id_)]


def write_codeowners(organization: Organization, forge: str, prefix: str, team: Callable[[Department], str]) -> str:
    """The file for *forge*: each department its entries, the managing department everything else.

    :param prefix: the knowledge base's folder within the repository, empty or ending in ``/``.
    :param team: gives whom the forge asks for a department: the name of its team, or names with a space between them;
        empty where it has none.
    """
    managers = [name for department in managing_departments(organization) if (name := team(department))]
    owned = [
        (_pattern(f"{prefix}kb/entries/{id_}/"), name)
        for id_ in sorted(organization.departments)
        if not _manages(organization, id_) and (name := team(organization.departments[id_]))
    ]
    everything = _pattern(prefix) if prefix else "*"
    managed = [everything, *(_pattern(prefix + path) for path in _MANAGED), *PLACES[forge][1], *_PIPELINE]
    return "".join(f"{line}\n" for line in _lines(forge, managers, managed, owned))


def _manages(organization: Organization, id_: str) -> bool:
    return organization.departments[id_].role == MANAGING


def _lines(
    forge: str, managers: Sequence[str], managed: Sequence[str], owned: Sequence[tuple[str, str]]
) -> Iterator[str]:
    yield "# " + _("Written by `kbctl codeowners` from kb/organization/; change that, not this file.")
    yield "# " + _("Who may decide what is enforced by `kbctl review verify`; this file says who is asked.")
    everybody = " ".join(managers)
    if forge == "gitlab":
        # In GitLab the sections count each by itself: departments are asked, the managing department must agree.
        managing, departments = _("Managing department"), _("Departments")
        yield from ("", f"[{managing}]")
        yield from (f"{pattern} {everybody}" for pattern in (*managed, _ANYWHERE))
        yield from ("", f"^[{departments}]")
        yield from (f"{pattern} {name}" for pattern, name in owned)
        return
    # Of several lines that fit, the last one counts.
    yield ""
    yield from (f"{pattern} {everybody}" for pattern in managed)
    yield ""
    yield from (f"{pattern} {' '.join(dict.fromkeys((name, *managers)))}" for pattern, name in owned)
    yield ""
    yield f"{_ANYWHERE} {everybody}"


def _pattern(path: str) -> str:
    """A path from the repository's top, as a pattern that means just this path."""
    return "/" + _SPECIAL.sub(r"\\\1", path)
