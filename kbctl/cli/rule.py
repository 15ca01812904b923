"""``kbctl rule``: what a rule is for, with a good and a bad example."""

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
from kbctl.i18n import N_, _
from kbctl.output.findings import SEVERITY_NAMES
from kbctl.output.messages import MESSAGES
from kbctl.rules.registry import RULES, Rule

app = typer.Typer()

EXAMPLES = Path(__file__).parent.parent / "rules" / "examples"


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
        chosen = [find_rule(code)] if code else list(RULES.values())
        document = {"schema_version": 1, "rules": [_as_dict(found) for found in chosen]}
        printer.json(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    elif code is None:
        for found in RULES.values():
            printer.result(f"{found.code}  {_(SEVERITY_NAMES[found.severity])}  {found.name}")
        printer.note(_("`kbctl rule CODE` explains one of them."))
    else:
        _explain(printer, find_rule(code))


def find_rule(word: str) -> Rule:
    """Return the rule with this code or name.

    :raises NotFoundError: if there is none.
    """
    for found in RULES.values():
        if word.upper() == found.code or word.lower() == found.name:
            return found
    near = get_close_matches(word.lower(), [rule.name for rule in RULES.values()], 1, 0.5)
    hint = N_("did you mean {near}?") if near else N_("`kbctl rule` lists the rules")
    raise NotFoundError(N_("there is no rule {code}"), hint=hint, code=word, near=near[0] if near else "")


def example(code: str, name: str) -> str:
    """The text of the example *name* (``bad`` or ``good``) of a rule; empty if it has none."""
    path = EXAMPLES / code / f"{name}.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _explain(printer: Printer, found: Rule) -> None:
    message = MESSAGES[found.code]
    severity = _("({note})").format(note=_(SEVERITY_NAMES[found.severity]))
    printer.result(f"{found.code} {found.name} {severity}", style="bold")
    printer.result()
    printer.result(_(message.why))
    printer.result()
    printer.result(_("It says: {text}").format(text=_blanks(_(message.text))))
    if message.hint != "{hint}":
        printer.result(_("What to do: {text}").format(text=_blanks(_(message.hint))))
    for name, title in (("bad", _("Bad:")), ("good", _("Good:"))):
        text = example(found.code, name)
        if text:
            printer.result()
            printer.result(title, style="red" if name == "bad" else "green")
            for line in text.rstrip("\n").split("\n"):
                printer.result("    " + line)
    if not found.code.startswith(("KB0", "KB9")):
        printer.result()
        printer.result(
            _("Where a finding is meant: <!-- kbctl: allow {code} the reason --> on the line before.").format(
                code=found.code
            )
        )


def _blanks(template: str) -> str:
    """A sentence with … where a finding fills in what it found."""
    return re.sub(r"\{+\w+\}+", "…", template)


def _as_dict(found: Rule) -> dict[str, str]:
    message = MESSAGES[found.code]
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.severity.word,
        "message": _(message.text),
        "hint": _(message.hint),
        "why": _(message.why),
        "bad": example(found.code, "bad"),
        "good": example(found.code, "good"),
    }
