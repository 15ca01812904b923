"""How a search test compares with an earlier one, in words."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.i18n import _, ngettext
from kbctl.search.baseline import Comparison, Move
from kbctl.search.quality import Quality


def comparison_lines(quality: Quality, compared: Comparison) -> Iterator[tuple[str, str]]:
    """Lines with their styles: what got worse, the greatest loss first, what better, and by how much in all."""
    for title, moves, style in ((_("worse"), compared.worse, "red"), (_("better"), compared.better, "green")):
        yield f"{title}: {len(moves)}", f"bold {style}" if moves else ""
        for move in moves:
            yield f"  {_place(move.was)} → {_place(move.now)}  {_asked(move)}", style
            if style == "red":
                yield "      " + _("found {got}").format(got=", ".join(move.got) or _("nothing")), "dim"
    if compared.added or compared.removed:
        added = ngettext("{n} question is new", "{n} questions are new", compared.added).format(n=compared.added)
        removed = ngettext("{n} is not asked any more", "{n} are not asked any more", compared.removed)
        yield f"{added}; {removed.format(n=compared.removed)}", "dim"
    for name, was, now in (
        ("hit_at_1", compared.hit_at_1, quality.hit_at_1),
        ("mrr_at_10", compared.mrr_at_10, quality.mrr_at_10),
    ):
        yield f"{name} {was:.3f} → {now:.3f} ({now - was:+.3f})", "red" if now < was else "green" if now > was else ""


def _place(rank: int) -> str:
    return str(rank) if rank else "–"


def _asked(move: Move) -> str:
    return f"{move.query}  ({move.branch})" if move.branch else move.query
