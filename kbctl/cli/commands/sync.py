"""``kbctl sync``: fetch what is published, and bring the files on the desk up to it."""

from __future__ import annotations

from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.flow import open_flow, warn_of_commits
from kbctl.cli.options import options_of
from kbctl.i18n import _, ngettext
from kbctl.output import submissions as words
from kbctl.submissions.sync import News, Synced, news_of, synchronise
from kbctl.submissions.uncommit import uncommit

app = typer.Typer()


@app.command(
    cls=KbctlCommand,
    help=_(
        "Fetch what is published and bring your files up to it.\n\n"
        "A file of yours that equals the published one counts as such; anything else of yours is kept, and named."
    ),
)
def sync(
    context: typer.Context,
    uncommit_: Annotated[
        bool,
        typer.Option(
            "--uncommit",
            help=_("Take back git commits that you made here, as by an editor's Commit button; your files stay."),
        ),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Bring the desk up to date."""
    options = options_of(context)
    printer = Printer(options)
    flow = open_flow(options)
    kept = uncommit(flow.repository, flow.place, flow.now.date()) if uncommit_ else ""
    if uncommit_ and not json_:
        _print_uncommitted(printer, kept)
    done = synchronise(flow.repository, flow.place)
    news = news_of(flow.repository, flow.place, done, flow.now.date())
    if json_:
        printer.json(words.as_json({**_as_dict(done, news), "uncommitted": kept or None}))
        return
    if not flow.place.remote:
        printer.note(
            _("There is no remote repository: what is published is the branch {branch} here.").format(
                branch=done.branch
            )
        )
    elif not done.moved:
        printer.note(_("Nothing new: your files are those that are published, and your own changes."))
    else:
        _print(printer, done)
    _print_news(printer, news)
    warn_of_commits(printer, flow)


def _print_uncommitted(printer: Printer, kept: str) -> None:
    if kept:
        text = _("Your git commits are taken back, and kept in the branch {kept}; no file was touched.")
        printer.result(text.format(kept=kept))
    else:
        printer.note(_("There are no git commits of your own to take back."))


def _as_dict(done: Synced, news: News) -> dict[str, object]:
    return {
        "branch": done.branch,
        "old": done.old or None,
        "new": done.new,
        "brought": list(done.brought),
        "adopted": list(done.adopted),
        "merged": list(done.merged),
        "kept": list(done.kept),
        "further": list(done.further),
        "published": [submission.number for submission in news.published],
        "returned": [submission.number for submission in news.returned],
    }


def _print_news(printer: Printer, news: News) -> None:
    """What became of the user's own submissions."""
    for submission in news.published:
        text = _("your submission {number} is published: {titles}")
        printer.result(text.format(number=submission.number, titles="、".join(submission.titles)), style="green")
    for submission in news.returned:
        if submission.returned is not None:
            text = _("your submission {number} was returned by {name}: {opinion}")
            back = submission.returned
            printer.warn(text.format(number=submission.number, name=back.name, opinion=back.opinion))
            hint = _("correct your files, then `kbctl submit --resubmit {number}`")
            printer.note("    → " + hint.format(number=submission.number))


def _print(printer: Printer, done: Synced) -> None:
    count = len(done.brought) + len(done.adopted)
    text = ngettext("{n} published file taken over", "{n} published files taken over", count)
    printer.result(text.format(n=count))
    for path in done.merged:
        printer.result(_("published rows put into your table: {path}").format(path=path))
    for path in done.further:
        printer.note(_("your further edits of what is published are kept: {path}").format(path=path))
    older = [path for path in done.kept if path not in done.further]
    for path in older:
        printer.warn(_("kept as you have it, but a different text was published: {path}").format(path=path))
    if older:
        printer.warn(
            _(
                "Put what was published into these before you submit them: `kbctl diff ID` shows the difference. "
                "To take the published text instead: `kbctl restore ID`."
            )
        )
    if not done.desk:
        printer.note(
            _("Your files were not touched: they are on another branch than {branch}.").format(branch=done.branch)
        )
