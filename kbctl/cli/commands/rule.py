"""``kbctl rule``: what a rule is for and how to keep it, with a good and a bad example."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_codes
from kbctl.cli.console import Printer
from kbctl.cli.options import options_of
from kbctl.errors import NotFoundError
from kbctl.i18n import N_, _, language
from kbctl.output.findings import SEVERITY_NAMES
from kbctl.output.messages import blanks, title
from kbctl.rules.registry import RULES, Rule
from kbctl.submissions.problems import PROBLEMS

app = typer.Typer()

# The numbers of requirements are for those who work on kbctl.
_CITED = re.compile(r" ?[(（]R\d[^)）]*[)）]")

# What is checked in an entry, and what in a change on its way to the base.
_ALL = {**RULES, **PROBLEMS}
EXAMPLES = Path(__file__).parent.parent.parent / "rules" / "examples"


@app.command(
    cls=KbctlCommand,
    help=_("Explain a rule, with a good and a bad example. Without CODE: list all rules."),
)
def rule(
    context: typer.Context,
    code: Annotated[
        str | None,
        typer.Argument(metavar="[CODE]", help=_("A code such as KB201, or a name."), autocompletion=complete_codes),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """List the rules, or explain one."""
    printer = Printer(options_of(context))
    if json_:
        chosen = [find_rule(code)] if code else list(_ALL.values())
        document = {"schema_version": 1, "rules": [_as_dict(found) for found in chosen]}
        printer.json(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    elif code is None:
        for found in _ALL.values():
            printer.result(f"{_head(found)}  {title(found.code)}")
        printer.note(_("`kbctl rule CODE` explains one of them."))
    else:
        _explain(printer, find_rule(code))


def find_rule(word: str) -> Rule:
    """Return the rule with this code or name.

    :raises NotFoundError: if there is none.
    """
    for found in _ALL.values():
        if word.upper() == found.code or word.lower() == found.name:
            return found
    near = get_close_matches(word.lower(), [rule.name for rule in _ALL.values()], 1, 0.5)
    hint = N_("did you mean {near}?") if near else N_("`kbctl rule` lists the rules")
    raise NotFoundError(N_("there is no rule {code}"), hint=hint, code=word, near=near[0] if near else "")


def example(code: str, name: str) -> str:
    """The text of the example *name* (``bad`` or ``good``) of a rule; empty if it has none."""
    path = EXAMPLES / code / f"{name}.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _head(found: Rule) -> str:
    head = f"{found.code}  {_(SEVERITY_NAMES[found.severity])}"
    # The name is English, and the title says it in the language of the reader.
    return f"{head}  {found.name}" if language() == "en" else head


def _explain(printer: Printer, found: Rule) -> None:
    said = blanks(found.code)
    printer.result(title(found.code), style="bold")
    printer.result(_head(found), style="dim")
    printer.result()
    printer.result(_CITED.sub("", said.why))
    printer.result()
    if said.hint != "…":
        printer.result(_("What to do: {text}").format(text=said.hint))
    for name, heading in (("bad", _("Bad:")), ("good", _("Good:"))):
        text = example(found.code, name)
        if text:
            printer.result()
            printer.result(heading, style="red" if name == "bad" else "green")
            for line in text.rstrip("\n").split("\n"):
                printer.result("    " + line)
    if not found.code.startswith(("KB0", "KB9")):
        printer.result()
        printer.result(
            _("Where a finding is meant: <!-- kbctl: allow {code} the reason --> on the line before.").format(
                code=found.code
            )
        )


def _as_dict(found: Rule) -> dict[str, str]:
    said = blanks(found.code)
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.severity.word,
        "title": title(found.code),
        "message": said.text,
        "hint": said.hint,
        "why": said.why,
        "bad": example(found.code, "bad"),
        "good": example(found.code, "good"),
    }
