"""A name or a Chinese word where an id belongs: the finding says which value was meant, and says it once."""

from __future__ import annotations

import pytest

from kbctl.output.messages import hint
from tests.helpers import check, codes, only, overlay

FOLDER = "retail-banking"


@pytest.mark.parametrize(
    ("line", "code", "meant"),
    [
        ("contact: 张伟", "KB018", "`contact: [zhang-wei]`"),
        ("contact: zhang-wei", "KB018", "`contact: [zhang-wei]`"),
        ("contact: [张伟]", "KB105", "zhang-wei"),
        ("contact: [zhang-wie]", "KB105", "zhang-wei"),
        ("owner: 个人金融部", "KB104", FOLDER),
        ("owner: 运营管理部", "KB104", "operations"),
        ("type: 常见问题", "KB020", "faq"),
        ("type: fag", "KB020", "faq"),
        ("scope: 全行", "KB018", "`scope: [head-office]`"),
        ("scope: [全行]", "KB110", "head-office"),
        ("scope: [东城分行]", "KB110", "dongcheng-branch"),
        ("valid_until: 长期", "KB019", "long-term"),
        ("valid_until: 长期有效\nreview_by: 2027-01-01", "KB019", "long-term"),
        ("audience: 内部", "KB018", "internal"),
        ("keywords: 挂失，补卡", "KB018", "`keywords: [挂失, 补卡]`"),
    ],
)
def test_what_was_meant(line: str, code: str, meant: str) -> None:
    report = check(overlay(line))
    assert codes(report) == [code]
    assert hint(only(report, code)).endswith(f" (did you mean {meant}?)")


@pytest.mark.parametrize("line", ["contact: [谁]", "scope: [某行]", "review_by: 长期", "audience: 所有人", "facts: 无"])
def test_nothing_is_made_up(line: str) -> None:
    assert "did you mean" not in hint(check(overlay(line)).findings[0])


def test_the_type_is_named_where_it_is_known() -> None:
    assert "`kbctl types faq`" in hint(only(check(overlay("colour: red")), "KB016"))
    assert "`kbctl types TYPE`" in hint(only(check(overlay("type: x\ncontact: zhang-wei")), "KB018"))
