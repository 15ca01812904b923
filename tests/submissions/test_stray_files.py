"""Files that are no entry's: neither submitted nor accepted, and easy to be rid of."""

import json

from tests.submissions.bank import LOSS, Bank

DEPARTMENT = "kb/entries/retail-banking"
STRAY = (f"{DEPARTMENT}/Thumbs.db", f"{DEPARTMENT}/补充说明.docx", f"{DEPARTMENT}/no-entry/说明.docx")


def test_they_are_found_on_the_desk_and_refused(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    for path in STRAY:
        zhang.write(path, b"x")
    for named in (DEPARTMENT, *STRAY):
        found = json.loads(zhang.kbctl("validate", named, "--json").out)["findings"]
        assert {(finding["code"], finding["path"]) for finding in found} == {
            ("KB009", path) for path in STRAY if path.startswith(named)
        }
    refs = bank.refs()
    done = zhang.kbctl("submit", "--summary", "补卡时间")
    assert done.status == 1
    assert [done.out.count(f"{path}:1:1: error KB009") for path in STRAY] == [1, 1, 1]
    assert bank.refs() == refs
    assert zhang.kbctl("submit", LOSS, "--summary", "补卡时间").status == 0


def test_one_that_came_by_hand_is_found_in_a_change(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    since = zhang.git("rev-parse", "HEAD").strip()
    zhang.write(STRAY[0], b"x")
    zhang.commit_all("by hand")
    done = zhang.kbctl("validate", "--changed-since", since, "--json")
    assert done.status == 1
    assert [finding["code"] for finding in json.loads(done.out)["findings"]] == ["KB009"]


def test_published_ones_can_be_removed_one_by_one(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    for path in STRAY:
        zhang.write(path, b"x")
    zhang.commit_all("by hand")
    zhang.git("push", "-q", "origin", "main")
    for path in STRAY:
        (zhang.path / path).unlink()
        zhang.ok("submit", path, "--summary", "删除误放的文件")
