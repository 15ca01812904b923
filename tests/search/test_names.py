from __future__ import annotations

import pytest

from kbctl.model.organization import Institution
from kbctl.search.names import names_row, spoken_names

INSTITUTIONS = {
    "head-office": Institution("head-office", "总行", None),
    "east": Institution("east", "东城分行", "head-office"),
    "east-road": Institution("east-road", "东城分行解放路支行", "east"),
    "east-old": Institution("east-old", "东城分行古城支行", "east"),
    "new": Institution("new", "河阳分行（筹备组）", "head-office"),
    "new-ford": Institution("new-ford", "河阳分行孟津支行（筹）", "new"),
}


def test_what_people_call_an_institution() -> None:
    assert spoken_names(INSTITUTIONS) == {
        "head-office": "总行",
        "east": "东城",
        "east-road": "解放路",
        "east-old": "古城支行",
        "new": "河阳",
        "new-ford": "孟津支行",
    }


@pytest.mark.parametrize(
    ("question", "label", "named"),
    [
        ("解放路支行几点关门", "解放路支行", True),
        ("解放路网点几点关门", "解放路支行", True),
        ("古城支行几点关门", "古城支行", True),
        ("我们古城有支行吗", "古城支行", False),
        ("孟津支行开业了吗", "孟津支行（筹）", True),
        ("几点关门", "", False),
    ],
)
def test_a_question_names_a_row(question: str, label: str, named: bool) -> None:
    assert names_row(question, label) is named
