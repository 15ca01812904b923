"""Templates that the bank can edit: found in a snapshot, rendered by Jinja2 in a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.shipped import shipped_snapshot
from kbctl.store.snapshot import Snapshot

_ENVIRONMENT = SandboxedEnvironment(
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False
)
_HTML = _ENVIRONMENT.overlay(autoescape=True)


class TemplateProblemError(KbctlError):
    """A template that cannot be read or rendered; the message says where and why."""


def find_template(snapshot: Snapshot, path: str) -> str | None:
    """Return the text of the template at *path*: the knowledge base's own, else the shipped one; ``None`` without either.

    :raises TemplateProblemError: if it is not UTF-8.
    """
    for source in (snapshot, shipped_snapshot()):
        if path in source.files():
            try:
                return source.read(path).decode("utf-8-sig")
            except UnicodeDecodeError:
                raise _problem(path, 1, "not UTF-8") from None
    return None


def render_template(path: str, text: str, values: Mapping[str, Any], *, html: bool = False) -> str:
    """Return *text*, the template at *path*, filled with *values*; a name that is not among them is an error.

    :param html: whether the values are escaped for HTML.
    :raises TemplateProblemError: if it cannot be rendered.
    """
    try:
        return (_HTML if html else _ENVIRONMENT).from_string(text).render(values)
    except TemplateSyntaxError as error:
        raise _problem(path, error.lineno, str(error.message)) from None
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
        raise _problem(path, _line_of(error), str(error)) from None


def _line_of(error: BaseException) -> int:
    """The line of the template in which *error* was raised."""
    line = 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _problem(path: str, line: int, problem: str) -> TemplateProblemError:
    return TemplateProblemError(
        N_("the template {path} cannot be used (line {line}): {problem}"),
        hint=N_("correct it, or remove it: then the one that comes with kbctl is used, if there is one"),
        path=path,
        line=line,
        problem=problem,
    )
