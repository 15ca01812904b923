"""A change of today's text does not reach the version that waits: both sides are told before it is published."""

import pytest

from tests.submissions.bank import LOSS, Bank, Clone

LATER = LOSS.replace(".md", "@2026-12-15.md")


def warned(done: dict[str, list[dict[str, str]]]) -> list[str]:
    return [found["message"] for found in done["findings"] if found["code"] == "KB969"]


@pytest.fixture
def zhang(bank: Bank) -> Clone:
    """A clone in which a later version waits, published."""
    first = bank.clone("zhao-min", "founding")
    text = first.read(LOSS).replace("工本费10元", "工本费12元")
    lines = ["valid_from: 2026-12-15" if line.startswith("valid_from:") else line for line in text.splitlines()]
    first.write(LATER, "".join(f"{line}\n" for line in lines))
    first.commit_all("A later version")
    first.git("push", "-q", "origin", "main")
    return bank.clone("zhang-wei")


def test_a_change_that_the_waiting_version_undoes_is_told(bank: Bank, zhang: Clone) -> None:
    zhang.edit(LOSS, "到网点补卡", "到任一网点补卡")
    (said,) = warned(zhang.ok("submit", "--summary", "x", "--dry-run"))
    assert "2026-12-15" in said and LATER in said
    done = zhang.kbctl("submit", "--summary", "x")
    assert "KB969" in done.out and done.status == 0
    zhao, number = bank.clone("zhao-min"), done.out.split("20261120-")[1].split()[0]
    shown = zhao.ok("review", "show", f"20261120-{number}")
    assert warned(shown) == [said]
    accepted = zhao.kbctl("review", "accept", f"20261120-{number}", "--opinion", "同意")
    assert accepted.status == 0 and "KB969" in accepted.out


@pytest.mark.parametrize("paths", [(LOSS, LATER), (LATER,)])
def test_a_change_of_the_waiting_version_too_is_not(zhang: Clone, paths: tuple[str, ...]) -> None:
    for path in paths:
        zhang.edit(path, "到网点补卡", "到任一网点补卡")
    assert warned(zhang.ok("submit", "--summary", "x", "--dry-run")) == []


def test_a_version_that_answers_already_is_not_awaited(zhang: Clone) -> None:
    zhang.edit(LOSS, "到网点补卡", "到任一网点补卡")
    done = zhang.kbctl("submit", "--summary", "x", "--dry-run", "--json", today="2026-12-20")
    assert warned(done.json()) == []
