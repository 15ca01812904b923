"""How people speak of places: 解放路 for 东城分行解放路支行, and whether a question names one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbctl.model.han import fold
from kbctl.model.organization import Institution

# A name within another has so many characters; fewer may be part of any word.
_SPOKEN = 3
_KIND = re.compile(r"(?:分行|支行|营业部)\Z")
_REMARK = re.compile(r"\(.*\)\Z")


def spoken_names(institutions: Mapping[str, Institution]) -> dict[str, str]:
    """What people call each institution, folded: its name without that of its parent and without 分行 and the like."""
    whole = {id_: _REMARK.sub("", fold(institution.name)) for id_, institution in institutions.items()}
    names = {}
    for id_, name in whole.items():
        own = name.removeprefix(whole.get(institutions[id_].parent or "", "")) or name
        short = _KIND.sub("", own)
        # A branch goes by two characters, what lies below it does not: 古城支行, because 古城 may be anything.
        names[id_] = short if len(short) >= (2 if own == name else _SPOKEN) else own
    return names


def names_row(folded: str, label: str) -> bool:
    """Whether the *folded* question names what a row with this *label* is about."""
    name = _REMARK.sub("", fold(label))
    return any(len(one) >= _SPOKEN and one in folded for one in (name, _KIND.sub("", name)))
