"""Whose entries are changed: another department's are refused when they are handed in, which is better known at once."""

from __future__ import annotations

from collections.abc import Iterable

from kbctl.cli.console import Printer
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import _
from kbctl.submissions.identity import bearers
from kbctl.submissions.kinds import MANAGING


def git_email(workspace: Workspace) -> str:
    """The e-mail address that git has for the user, in small letters; empty where it has none."""
    try:
        return workspace.repository.author()[1].lower()
    except KbctlError:
        return ""


def warn_of_others(printer: Printer, workspace: Workspace, owners: Iterable[str], *, validity: bool = False) -> None:
    """Say so where one of *owners*, whose entries are changed, is not the user's department; nothing where none is known.

    :param validity: whether only validity is changed, which the managing department may for all.
    """
    organization = workspace.desk_rulebook.organization
    own = {contact.department for contact in bearers(organization, git_email(workspace))}
    departments = [organization.departments[id_] for id_ in sorted(own) if id_ in organization.departments]
    others = sorted(set(owners) - own)
    if not departments or not others or (validity and any(one.role == MANAGING for one in departments)):
        return
    text = _(
        "{owner} answers for this, and you are of {own}: `kbctl submit` will refuse it from you; ask them to do it"
    )
    printer.warn(
        text.format(
            owner=_(", ").join(organization.department_name(id_) for id_ in others),
            own=_(", ").join(one.name for one in departments),
        )
    )
