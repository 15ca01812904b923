"""What ``kbctl review verify`` looks at and prints."""

from __future__ import annotations

from kbctl.cli.console import Printer
from kbctl.cli.findings import print_findings
from kbctl.cli.options import Options
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _, ngettext
from kbctl.output.checked import Checked
from kbctl.store.git.repository import Repository
from kbctl.store.git.revision import base_candidates
from kbctl.submissions.verify import Verification, verify
from kbctl.submissions.view import View


def verify_changes(options: Options, base: str | None, head: str | None, *, signed: bool) -> Verification:
    """Verify what is asked for; without revisions everything since the baseline."""
    workspace = Workspace(options)
    repository = workspace.repository
    # What is published is said by the base where one is named: what lies here may be the change that is verified.
    rulebook = View(repository, repository.resolve(base).id).rulebook if base else workspace.desk_rulebook
    configured = rulebook.settings.base
    published = _published_refs(configured)
    standing = None if base else repository.base(configured)
    if base is None and head is None:
        start, end = _baseline(repository, standing.id if standing else ""), standing.id if standing else ""
    else:
        start = repository.resolve(base).id if base else standing.id if standing else ""
        end = repository.resolve(head or "HEAD").id
    return verify(repository, start, end, published, signed=signed)


def checked_changes(options: Options, verification: Verification) -> Checked:
    """The verification as a report of findings, for the formats of CI."""
    prefix = Workspace(options).prefix
    return Checked(verification.findings, len(verification.submissions), "review verify", prefix)


def _published_refs(configured: str | None) -> list[str]:
    """The refs that say what is published; HEAD does not, it may be anybody's."""
    names = [name for name in base_candidates(configured) if name != "HEAD"]
    return [f"refs/{room}/{name}" for name in names for room in ("remotes", "heads")]


def _baseline(repository: Repository, published: str) -> str:
    """The commit from which on everything must have gone through the flow, as the base itself says."""
    baseline = View(repository, published).rulebook.settings.baseline if published else None
    if not baseline:
        raise KbctlError(
            N_("kb.toml names no baseline, the commit from which on every change is a submission"),
            hint=N_(
                "an administrator puts this line into kb/kb.toml under [knowledge-base], and submits it: "
                'baseline = "{commit}" (what is published now; everything after it is verified). Without it: '
                "--base REV --head REV"
            ),
            commit=published,
        )
    return repository.resolve(baseline).id


def print_verification(printer: Printer, verification: Verification, *, signed: bool) -> None:
    """The findings, and what the result does and does not prove."""
    print_findings(printer, verification.findings)
    count = len(verification.submissions)
    text = ngettext("{n} submission looked at, {base} to {head}", "{n} submissions looked at, {base} to {head}", count)
    printer.note(text.format(n=count, base=verification.base[:12], head=verification.head[:12]))
    if not verification.findings:
        printer.result(_("Every change belongs to an accepted submission."), style="green")
    if signed:
        printer.note(_("Submitters and reviewers are proven by signatures of keys that this machine trusts."))
    else:
        printer.note(
            _(
                "A git author is a name that anybody can write: this shows a complete and consistent record, not who sat "
                "at the keyboard. --require-signed proves that; a protected base keeps others from pushing past this check."
            )
        )
