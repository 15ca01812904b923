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
from kbctl.store.git.revision import base_candidates, resolve_first
from kbctl.submissions.verify import Verification, verify
from kbctl.submissions.view import View


def verify_changes(
    options: Options, base: str | None, head: str | None, *, signed: bool, signed_since: str | None = None
) -> Verification:
    """Verify what is asked for; without revisions everything since the baseline."""
    if base is not None and base == (head or "HEAD"):
        raise KbctlError(
            N_("--base and --head both name {name}: between them is nothing to verify, ever"),
            hint=N_("--base is what is published, --head what wants to be; without both: all since the baseline"),
            name=base,
        )
    workspace = Workspace(options)
    repository = workspace.repository
    # What is published is said by the base where one is named: what lies here may be the change that is verified.
    rulebook = View(repository, repository.resolve(base).id).rulebook if base else workspace.desk_rulebook
    configured = rulebook.settings.base
    standing = resolve_first(workspace.root, base_candidates(configured)) if base else repository.base(configured)
    if base is None and head is None:
        start, end = _baseline(repository, standing.id if standing else ""), standing.id if standing else ""
    else:
        start = repository.resolve(base).id if base else standing.id if standing else ""
        end = repository.resolve(head or "HEAD").id
    # HEAD may be anybody's.
    published = standing.id if standing and standing.name != "HEAD" else None
    since = repository.resolve(signed_since).id if signed_since is not None else ""
    return verify(repository, start, end, published, signed=signed, signed_since=since)


def checked_changes(options: Options, verification: Verification) -> Checked:
    """The verification as a report of findings, for the formats of CI."""
    prefix = Workspace(options).prefix
    return Checked(verification.findings, len(verification.submissions), "review verify", prefix)


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
    found = repository.resolve(baseline).id
    if not found.startswith(baseline):
        raise KbctlError(
            N_("the baseline {name} that kb.toml names is a branch or a tag, and those can be moved"),
            hint=N_("an administrator puts the commit's id in its place, and submits it: {commit}"),
            name=baseline,
            commit=found,
        )
    return found


def print_verification(printer: Printer, verification: Verification, *, signed: bool) -> None:
    """The findings, and what the result does and does not prove."""
    print_findings(printer, verification.findings)
    count = len(verification.submissions)
    text = ngettext("{n} submission looked at, {base} to {head}", "{n} submissions looked at, {base} to {head}", count)
    printer.note(text.format(n=count, base=verification.base[:12], head=verification.head[:12]))
    if verification.base == verification.head:
        printer.warn(_("Nothing was verified: there is nothing between them."))
    elif not verification.findings:
        printer.result(_("Every change belongs to an accepted submission."), style="green")
    if signed:
        if count and not verification.findings:
            printer.note(_say_signed(verification))
    else:
        printer.note(
            _(
                "A git author is a name that anybody can write: this shows a complete and consistent record, not who sat "
                "at the keyboard. --require-signed proves that; a protected base keeps others from pushing past this check."
            )
        )


def _say_signed(verification: Verification) -> str:
    """What the signatures prove."""
    if verification.unsigned:
        text = ngettext(
            "Submitters and reviewers are proven by signatures of keys that this machine trusts, but not of {n} submission "
            "published before signatures were demanded.",
            "Submitters and reviewers are proven by signatures of keys that this machine trusts, but not of {n} submissions "
            "published before signatures were demanded.",
            verification.unsigned,
        )
        return text.format(n=verification.unsigned)
    return _("Submitters and reviewers are proven by signatures of keys that this machine trusts.")
