"""Keys of the front matter (KB010-KB020): each finding with its line and column."""

from __future__ import annotations

import pytest

from kbctl.model.entry_type import EntryType
from kbctl.output.messages import hint, message
from kbctl.rules.front_matter import contact_paths, entry_schema
from kbctl.store.entries import parse_entry
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import MemorySnapshot
from tests.helpers import QUESTION, base_files, check, codes, only, overlay, place_of, places


@pytest.mark.parametrize(
    ("excerpt", "code", "at"),
    [
        ("keyword: [挂失]", "KB016", "keyword: "),
        ("withdrawn: {on: 2026-12-01, reason: 并入, by: 张伟}", "KB016", "by: "),
        ("audience: everyone", "KB018", "everyone"),
        ("contact: zhang-wei", "KB018", "zhang-wei\n"),
        ("contact: []", "KB018", "[]"),
        ("contact: [zhang-wei, zhang-wei]", "KB018", "[zhang-wei, "),
        ("keywords:\n  - 挂失\n  - [补卡]", "KB018", "[补卡]"),
        ("facts:\n  - {key: 工本费, value: 10}", "KB017", "{key: 工本费"),
        ("title:", "KB018", "\ntype: faq"),
        ('title: ""', "KB018", '""'),
        ("valid_until: 2026-11-31", "KB019", "2026-11-31"),
        ("valid_until: 长期", "KB019", "长期"),
        ("valid_from: 2026-1-1", "KB019", "2026-1-1"),
        ("valid_from: ２０２６-01-01", "KB019", "２０２６"),
        ("review_by: long-term", "KB019", "long-term"),
        ("tested: {by: li-na, on: 2026-02-30, covers: 全流程}", "KB019", "2026-02-30"),
        ("type: question", "KB020", "question"),
        ("valid_until: 2026-12-31\nvalid_until: 2027-12-31", "KB015", "valid_until: 2027"),
    ],
)
def test_place(excerpt: str, code: str, at: str) -> None:
    files = overlay(excerpt)
    path, line, column = place_of(files, QUESTION, at.removeprefix("\n"))
    if at.startswith("\n"):  # an empty value stands where the next thing begins
        line, column = line - 1, len("title:") + 1
    assert places(check(files), code) == [(path, line, column)]


def test_missing_keys_are_all_named() -> None:
    report = check(overlay("---\nid: card-loss\ntitle: 挂失\ntype: faq\n---\n"))
    missing = {finding.subject for finding in report.findings if finding.code == "KB017"}
    assert missing == {"owner", "scope", "contact", "valid_from", "valid_until"}
    assert {place[1:] for place in places(report, "KB017")} == {(1, 1)}


def test_a_misspelt_key_has_a_suggestion() -> None:
    finding = only(check(overlay("valid_untill: 2027-12-31")), "KB016")
    assert hint(finding).endswith("(did you mean valid_until?)")


def test_keys_of_list_items_count_from_one_for_people() -> None:
    excerpt = "facts:\n  - {key: 甲, value: 一, source: 丙}\n  - {key: 乙, value: 二, source: 丙, unti: 元}"
    finding = only(check(overlay(excerpt)), "KB016")
    assert finding.subject == "facts.2.unti"
    assert "did you mean unit?" in hint(finding)


def test_values_stay_text() -> None:
    excerpt = "keywords: [0379, 12:30, no, 1.10, 2026-11-21, ~, 0x1F]"
    files = overlay(excerpt)
    assert codes(check(files)) == []
    entry, _ = parse_entry(QUESTION, files[QUESTION])
    assert entry is not None
    assert entry.keywords == ("0379", "12:30", "no", "1.10", "2026-11-21", "~", "0x1F")


def test_a_title_is_one_line() -> None:
    finding = only(check(overlay('title: "银行卡\\n丢失"')), "KB018")
    assert finding.subject == "title"


@pytest.mark.parametrize(
    ("excerpt", "line", "word"),
    [
        ("title：银行卡丢失怎么办", 2, "full-width colon"),
        ("title:银行卡丢失怎么办", 2, "space after the colon"),
        ("title: 银行卡：挂失: 补卡", 2, "double quotes"),
        ("keywords:\n\t- 挂失", 3, "tab"),
    ],
)
def test_the_commonest_slips_have_a_hint_at_their_line(excerpt: str, line: int, word: str) -> None:
    files = overlay(f"==> {QUESTION}（全文） <==\n---\n{excerpt}\n---\n## 问题\n?\n")
    finding = only(check(files), "KB012")
    assert finding.line == line
    assert word in hint(finding)
    assert codes(check(files)) == ["KB012"]


def test_an_entry_of_unknown_type_is_checked_by_the_common_keys() -> None:
    report = check(overlay("type: question\naudience: everyone\nmy_key: 1"))
    assert codes(report) == ["KB018", "KB020"]
    assert "faq" in hint(only(report, "KB020"))


ANNOUNCEMENT = """\
==> kb/entries/operations/upgrade.md <==
type: announcement
valid_from: 2026-11-01
valid_until: 2026-12-31
contact: [zhao-min]
lasts: 2小时
emergency_contacts: [zhao-min, {}]
---
## 通告内容
系统升级。
"""


def test_keys_of_the_types_own_are_checked_and_looked_up() -> None:
    files = overlay(ANNOUNCEMENT.replace("{}", "nobody"))
    report = check(files)
    assert places(report, "KB105") == [place_of(files, "kb/entries/operations/upgrade.md", "nobody")]
    assert "KB016" not in codes(report)


def test_too_few_emergency_contacts() -> None:
    finding = only(check(overlay(ANNOUNCEMENT.replace(", {}", ""))), "KB018")
    assert message(finding) == "the value of emergency_contacts is wrong: it needs at least 2 items"


def test_a_fragment_of_a_type_may_use_any_json_schema() -> None:
    schema = (
        "id: memo\nnames: {zh_CN: 备忘}\ncategory: reference\ncarrier: word\n"
        "front_matter: {properties: {lasts: true, deputy: {type: string, format: contact}, tags: {items: false}}}\n"
        "sections: [{heading: 正文}]\n"
    )
    excerpt = "==> kb/entries/operations/memo.md <==\ntype: memo\ncontact: [zhao-min]\ndeputy: nobody\nlasts: 1\n---\n## 正文\n略。\n"
    report = check({**overlay(excerpt), "schemas/memo.yaml": schema.encode()})
    assert [code for code in codes(report) if code.startswith("KB0")] == []
    assert "KB105" in codes(report)
    without = check({**overlay(excerpt.replace("deputy: nobody\n", "")), "schemas/memo.yaml": schema.encode()})
    assert "KB105" not in codes(without)


def test_the_schema_without_a_type_allows_other_keys() -> None:
    assert "additionalProperties" not in entry_schema(None)
    assert entry_schema(faq())["additionalProperties"] is False


def test_contact_paths() -> None:
    entry, _ = parse_entry(QUESTION, overlay("tested: {by: li-na, on: 2026-02-20, covers: 全流程}")[QUESTION])
    assert entry is not None
    assert list(contact_paths(entry, faq())) == [(("contact", 0), "zhang-wei"), (("tested", "by"), "li-na")]


def faq() -> EntryType:
    return load_rulebook(MemorySnapshot(base_files())).types["faq"]


@pytest.mark.parametrize(
    ("excerpt", "said"),
    [
        ("valid_until: 2026-11-31", "is not in the calendar"),
        ("valid_until: 2026-13-01", "is not in the calendar"),
        ("valid_until: 长期", "is not written as YYYY-MM-DD"),
        ("valid_until: 2026/11/30", "is not written as YYYY-MM-DD"),
        ("valid_from: ２０２６-01-01", "is not written as YYYY-MM-DD"),
        ("review_by: long-term", "is not written as YYYY-MM-DD"),
    ],
)
def test_a_date_that_does_not_exist_is_told_from_none(excerpt: str, said: str) -> None:
    (finding,) = (found for found in check(overlay(excerpt)).findings if found.code == "KB019")
    assert said in message(finding)


@pytest.mark.parametrize("key", ["keywords", "aliases"])
@pytest.mark.parametrize("comma", ["，", "、", "；"])
def test_chinese_commas_in_a_list_are_warned_of(key: str, comma: str) -> None:
    files = overlay(f"{key}: [存折, 挂失{comma}补办]")
    finding = only(check(files), "KB021")
    assert places(check(files), "KB021") == [place_of(files, QUESTION, f"挂失{comma}补办")]
    assert "挂失, 补办" in hint(finding)


def test_a_contact_list_with_a_chinese_comma_is_explained() -> None:
    assert set(codes(check(overlay("contact: [zhang-wei，li-na]")))) == {"KB021", "KB105"}


@pytest.mark.parametrize(
    "excerpt", ['aliases: ["卡丢了，怎么办"]', "aliases:\n  - 卡丢了，怎么办", "title: 卡丢了，怎么办"]
)
def test_a_comma_that_belongs_to_a_text_is_none_of_a_list(excerpt: str) -> None:
    assert codes(check(overlay(excerpt))) == []


@pytest.mark.parametrize(
    ("written", "said"), [("2026/11/9", True), ("2026年11月9日", True), ("2026-11-31", False), ("11月9日", False)]
)
def test_a_day_that_fmt_can_mend_says_so(written: str, said: bool) -> None:
    finding = only(check(overlay(f"valid_from: {written}")), "KB019")
    assert ("kbctl fmt" in hint(finding)) == said


@pytest.mark.parametrize("wrong", ["说明.docx", "[说明.docx]", "\n  - 说明.docx", "\n  file: 说明.docx"])
def test_wrong_attachments_are_one_error_with_a_line_to_copy(wrong: str) -> None:
    report = check(overlay(f"attachments: {wrong}"))
    assert codes(report) == ["KB018"]
    assert "- {file: " in hint(only(report, "KB018"))
    assert "form " in hint(only(report, "KB018"))


@pytest.mark.parametrize(
    "block", ["a", "title: [a", "title: {a", "title: 'a", "title: a: b", "title: @a", "title: *", "- a"]
)
def test_what_the_parser_says_is_said_in_own_words(block: str) -> None:
    (finding,) = check(overlay(f"---\nid: card-loss\n{block}\nowner: x\n---\n")).findings
    assert finding.code in ("KB012", "KB013")
    assert "expected" not in message(finding)
    assert "token" not in message(finding)
