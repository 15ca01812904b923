"""What `kbctl restore` puts back no longer stands in the way of a submission."""

from __future__ import annotations

import pytest

from tests.submissions.bank import CD, LOSS, TABLE, Bank


def test_a_slip_in_anothers_table_is_taken_back_as_the_refusal_says(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.write(TABLE, zhang.read(TABLE) + "x\n")
    refused = zhang.kbctl("submit", "--summary", "x")
    assert refused.status == 1
    assert f"kbctl restore {TABLE}" in refused.out
    assert zhang.kbctl("restore", TABLE).status == 0
    zhang.write(LOSS, zhang.read(LOSS) + "\n再说一句。\n")
    assert [entry["id"] for entry in zhang.ok("submit", "--summary", "x")["entries"]] == ["card-loss"]


def test_a_deleted_entry_comes_back_as_the_refusal_says(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    (zhang.path / LOSS).unlink()
    refused = zhang.kbctl("submit", "--summary", "x")
    assert f"kbctl restore {LOSS}" in refused.out
    assert zhang.kbctl("restore", LOSS).status == 0
    assert zhang.git("status", "--short") == ""


def test_after_it_the_text_begins_from_what_is_published(bank: Bank) -> None:
    zhang, li = bank.clone("zhang-wei"), bank.clone("li-na")
    first = zhang.read(CD)
    assert "20万元" in first
    zhang.write(CD, first.replace("20万元", "30万元"))
    number = zhang.ok("submit", "--summary", "x")["number"]
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意")
    li.write(CD, first.replace("20万元", "40万元"))
    assert CD in li.kbctl("sync").err
    assert li.kbctl("restore", "hongyun-cd").status == 0
    assert "30万元" in li.read(CD)
    li.write(CD, li.read(CD).replace("30万元", "50万元"))
    assert li.ok("submit", "--summary", "x")["entries"][0]["id"] == "hongyun-cd"


@pytest.mark.parametrize("name", ["hongyun-cd", CD])
def test_without_a_sync_the_text_begins_from_what_is_published_too(bank: Bank, name: str) -> None:
    zhang, li = bank.clone("zhang-wei"), bank.clone("li-na")
    zhang.edit(CD, "20万元", "30万元")
    number = zhang.ok("submit", "--summary", "x")["number"]
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意")
    li.edit(CD, "20万元", "40万元")
    li.git("fetch", "-q")
    assert li.kbctl("restore", name).status == 0
    li.edit(CD, "30万元", "50万元")
    assert li.ok("submit", "--summary", "x")["entries"][0]["id"] == "hongyun-cd"
    # What it began from goes once the desk stands there.
    assert li.kbctl("restore", name).status == 0
    assert li.ok("sync")["adopted"] == [CD]
    assert "begun-from" not in li.git("for-each-ref")
