"""Text as it should reach a reader (R72)."""

from __future__ import annotations

import re
import time
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kbctl.model.corpus import Corpus
from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.rules.context import Context
from kbctl.rules.emphasis import unrendered
from kbctl.rules.protected import MASK, masked
from kbctl.rules.text import check, mend
from kbctl.rules.widths import INVISIBLE
from kbctl.store.entries import parse_entry
from kbctl.store.markdown import parse_document
from kbctl.store.snapshot import MemorySnapshot

PATH = "kb/entries/retail-banking/card-loss.md"


def findings(body: str, keys: str = "title: 银行卡挂失\n") -> list[Finding]:
    entry, problems = parse_entry(PATH, f"---\nid: card-loss\n{keys}---\n{body}".encode())
    assert entry is not None and {problem.code for problem in problems} <= {"KB005"}
    context = Context(MemorySnapshot({}), Rulebook(), Corpus([entry]), date(2026, 11, 1))
    return list(check(entry, parse_document(entry.body, entry.body_line), context))


def hits(body: str) -> list[tuple[str, int, Any, Any]]:
    """Code, column, found and better of each finding in a body of one line."""
    return [(f.code, f.column, f.params["found"], f.params["better"]) for f in findings(body)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("余额\ufffd\ufffd元", [("KB801", 3, "U+FFFD", "")]),
        ("要点\uf06c存单", [("KB801", 3, "U+F06C", "")]),
        ("要点\U000f0001存单", [("KB801", 3, "U+F0001", "")]),
        ("真的??是", [("KB801", 3, "??", "")]),
        ("年利率???", [("KB801", 4, "???", "")]),
        ("设臵密码", [("KB801", 2, "臵", "置")]),
        ("余额锟斤拷", [("KB801", 3, "锟斤拷", "")]),
        ("余额烫烫烫", [("KB801", 3, "烫烫烫", "")]),
        ("ä¸­å›½银行", [("KB801", 1, "ä¸\xadå›½", "中国")]),
        ("费用Â\u00a05元", [("KB801", 3, "Â\u00a0", "\u00a0")]),
    ],
)
def test_damaged_characters(line: str, expected: list[tuple[str, int, str, str]]) -> None:
    assert hits(line) == expected


@pytest.mark.parametrize(
    "line",
    ["是否可以？？", "烫金信封", "café…", "3×5元", "https://a.example/?a=??", "`??`", "屯溪路", "雀巢（Nestlé）"],
)
def test_what_is_not_damaged(line: str) -> None:
    assert hits(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("服务(wù)", [("KB802", 3, "(wù)", "")]),
        ("银行（yínháng）网点", [("KB802", 3, "（yínháng）", "")]),
        ("西安（Xī'ān）", [("KB802", 3, "（Xī'ān）", "")]),
        ("绿（lǜ）色", [("KB802", 2, "（lǜ）", "")]),
    ],
)
def test_pinyin_glosses(line: str, expected: list[tuple[str, int, str, str]]) -> None:
    assert hits(line) == expected


@pytest.mark.parametrize("line", ["咖啡（café）", "简历（résumé）", "账（zhang）户", "雀巢（Nestlé）"])
def test_what_is_no_gloss(line: str) -> None:
    assert hits(line) == []


def test_traditional_characters_are_one_finding_a_line() -> None:
    body = "本行的服务。\n本行的服務與服務費，乾隆著作\n见`服務`\n```\n服務\n```\n<!-- 服務 -->\n本行收费标准按规定执行，客户可以到网点办理。\n"
    (finding,) = findings(body)
    assert (finding.code, finding.line, finding.column) == ("KB803", 6, 5)
    assert finding.params == {"found": "務與費", "better": "务与费", "count": 4}


def test_an_entry_in_traditional_script_is_one_finding() -> None:
    (finding,) = findings("## 問題\n銀行卡遺失後怎麼辦？\n\n## 答復\n請撥打客服熱線辦理掛失。\n", "title: 銀行卡掛失\n")
    assert (finding.code, finding.line, finding.column, finding.subject) == ("KB803", 5, 4, "card-loss")
    assert finding.params["count"] > 10
    assert finding.params["found"].startswith("問題銀")


@pytest.mark.parametrize(
    ("line", "found", "better"),
    [
        ("客户,请稍等", ",", "，"),
        ("办理;查询", ";", "；"),
        ("时间:8:30至17:30", ":", "："),
        ("是否可以?", "?", "？"),
        ("请注意!", "!", "！"),
        ("**说明**:内容", ":", "："),
        ("（含）,下同", ",", "，"),
        ("金额100,不含", ",", "，"),
        ("[条款](a.md),下同", ",", "，"),
        ("见`a`,下同", ",", "，"),
        ("网址:https://a.example/?a=1,b", ":", "："),
        ("存单(个人)", "(个人)", "（个人）"),
        ("ATM(自动柜员机)", "(自动柜员机)", "（自动柜员机）"),
        ("手续费(%)", "(%)", "（%）"),
        ("(一)提交申请", "(一)", "（一）"),
        ("存单（个人)", "（个人)", "（个人）"),
        ("见[条款(试行)](a(b).md)", "(试行)", "（试行）"),
        ("| 说明 | 内容(含) |", "(含)", "（含）"),
        ("２０万元", "２０", "20"),
        ("Ａ股", "Ａ", "A"),
        ("４．５元", "４．５", "4.5"),
        ("感谢您的来电～", "～", "。"),
        ("您好～请问有什么可以帮您", "～", "，"),
        ("请您稍等~马上为您查询", "~", "，"),
    ],
)
def test_widths(line: str, found: str, better: str) -> None:
    column = line.index(")" if found == "（个人)" else found) + 1
    assert hits(line) == [("KB804", column, found, better)]


@pytest.mark.parametrize(
    "line",
    [
        "营业时间8:30至17:30",
        "比例1:2，金额1,000元",
        "网址https://a.example/x,y;z?q=1",
        "见[说明](条款,附件:一(二).md)和![图](图,一.png)",
        "`客户,账户(个人)`与``a`,乙``",
        "<a href='甲,乙'>与<!-- 甲,乙 -->",
        "| :--- | :---: |",
        "1) 第一",
        "- 甲",
        "(1)提交；(2)审核",
        "步骤(1)、(a)",
        "本金×(1+利率×天数)",
        "附件(2026版).pdf",
        "甲\\(乙\\)",
        "Hello, world (really): yes; no? sure!",
        "看![图](a.png)",
        "周一～周五，8:00～17:00，1～3年，三月～五月，普通客户～白金客户",
        "约~5天~~删去~~",
        "[甲]: https://a.example '乙,丙'",
        "甲&nbsp;乙",
        "“您好”：（一）、Ⅱ类户，4.35%",
    ],
)
def test_what_has_the_right_width(line: str) -> None:
    assert hits(line) == []
    assert mend(line) == line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**惠薪贷(a)**是贷款", "**惠薪贷(a)**"),
        ("推出**“惠薪贷”**产品", "**“惠薪贷”**"),
        ("** 重要 **提示", "** 重要 **"),
        ("***惠薪贷。***是", "***惠薪贷。***"),
        ("*惠薪贷（个人）*是", "*惠薪贷（个人）*"),
        ("**见[条款](a.md)**第一条", "**见[条款](a.md)**"),
    ],
)
def test_emphasis_that_is_not_rendered(text: str, found: str) -> None:
    (hit,) = unrendered(text)
    assert hit.found == found
    mended = text.replace(hit.found, hit.better)
    assert "<strong>" in MarkdownIt().renderInline(mended) or "<em>" in MarkdownIt().renderInline(mended)
    assert "*" not in MarkdownIt().renderInline(mended)


@pytest.mark.parametrize(
    "text",
    [
        "**注意**：每日限额",
        "**惠薪贷（个人）**，是",
        "张**、李**两位",
        "6217****0122",
        "金额*利率（%）*天数",
        "2**3是8，`**甲(乙)**丙`",
        "*注：利率（年化）",
        "\\*\\*甲（乙）\\*\\*丙",
    ],
)
def test_emphasis_that_is_rendered_or_is_none(text: str) -> None:
    assert list(unrendered(text)) == []


@given(st.text(alphabet="甲乙（），*a ", max_size=14))
def test_reported_emphasis_really_shows_its_asterisks(text: str) -> None:
    if list(unrendered(text)):
        assert "*" in MarkdownIt().renderInline(text)


def test_places_of_emphasis() -> None:
    body = (
        "## **甲（一）**乙\n第一行\n  第二行**甲（二）**乙\n\n"
        "| 列 | 列 |\n| --- | --- |\n| **甲（三）**乙 | **甲（三）**乙 |\n\n"
        "- **甲（四\n  ）**乙\n\n```\n**甲（五）**乙\n```\n"
    )
    found = [(f.code, f.line, f.column) for f in findings(body)]
    assert found == [("KB805", 5, 4), ("KB805", 7, 6), ("KB805", 11, 3), ("KB805", 11, 15), ("KB805", 13, 3)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("零\u200b\u200b宽", [("KB806", 2, "U+200B", "")]),
        ("标\ufeff记", [("KB806", 2, "U+FEFF", "")]),
        ("方\u202e向\u2066", [("KB806", 2, "U+202E", ""), ("KB806", 4, "U+2066", "")]),
        ("软\u00ad连字符", [("KB806", 2, "U+00AD", "")]),
        ("不\u00a0断", [("KB806", 2, "U+00A0", " ")]),
        ("表\u3000意", [("KB806", 2, "U+3000", " ")]),
        ("换\u2028行", [("KB806", 2, "U+2028", " ")]),
        ("控\x07制\x1b", []),  # KB005, an error of the file
        ("[甲](a\u200b.md)", [("KB806", 6, "U+200B", "")]),
    ],
)
def test_invisible_characters(line: str, expected: list[tuple[str, int, str, str]]) -> None:
    assert hits(line) == expected


@pytest.mark.parametrize("line", ["\u3000\u3000缩进的段落", "👨\u200d👩\u200d👧一家", "甲\t乙"])
def test_what_is_not_invisible(line: str) -> None:
    assert hits(line) == []


def test_titles_keywords_and_aliases() -> None:
    keys = "title: 銀行卡２０\nkeywords: [挂\u200b失, ' ＡＴＭ机', '定期,活期(个人)']\naliases:\n  - 补臵\n  - \"a\\tＢ\"\n"
    found = [(f.code, f.line, f.column, f.subject) for f in findings("正文。\n", keys)]
    assert sorted(found) == [
        ("KB801", 6, 6, "aliases"),
        ("KB803", 3, 8, "title"),
        ("KB804", 3, 11, "title"),
        ("KB804", 4, 19, "keywords"),
        ("KB804", 7, 5, "aliases"),
        ("KB806", 4, 13, "keywords"),
    ]


def test_code_and_comments_are_passed_over() -> None:
    body = "```text\n客户,账户\n```\n\n    客户,账户\n\n<!--\n客户,账户\n-->\n\n- 甲\n\n  ~~~\n  客户,账户\n  ~~~\n\n客户,账户\n"
    assert [(f.code, f.line, f.column) for f in findings(body)] == [("KB804", 21, 3)]


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("时间:8:30, 比例1:2", "时间：8:30, 比例1:2"),
        ("客户, 请稍等 (个人) ,谢谢", "客户，请稍等 （个人） ,谢谢"),
        ("Ａ股２０万,约４．５％\u200b", "A股20万，约4.5％"),
        ("不\u00a0断　行", "不 断 行"),
        ("说明:  ", "说明：  "),
        ("| 说明: | 内容 |", "| 说明： | 内容 |"),
        ("甲\u3000", "甲"),
        ("1\u200b000\u200b元", "1\u200b000元"),
        ("设臵??ä¸\u00ad", "设臵??ä¸\u00ad"),
        ("服務(wù),费用", "服務(wù),费用"),
    ],
)
def test_mend(line: str, mended: str) -> None:
    assert mend(line) == mended


# fmt: off
PIECES = st.sampled_from([
    "客户", "账户", "甲", ",", ";", ":", "?", "!", "(", ")", "（", "）", " ", "  ", "*", "**", "|", "`", "``", "[", "]", "](", "\\", "~", "～",
    "100", "1,000", "8:30", "4.5%", "２０", "４．５", "Ａ", "ATM", "\u200b", "\u00a0", "\u3000", "\ufeff", "\u00ad", "。", "，", "“", "”",
    "`a,客户(b)`", "https://a.example/x,y?b:c", "[条款(试行)](附件,一(二).md)", "<b>", "<!--", "-->", "&amp;", "ä¸\u00ad", "??", "(wù)", "臵",
])
# fmt: on
LINES = st.lists(PIECES, max_size=14).map("".join) | st.text(
    alphabet=st.characters(exclude_characters="\n"), max_size=30
)


@given(LINES)
def test_mending_twice_changes_nothing_more(line: str) -> None:
    assert mend(mend(line)) == mend(line)


@given(LINES)
def test_mending_changes_widths_only(line: str) -> None:
    """Apart from spaces and what is invisible, both lines are the same once widths are folded: every figure keeps its value."""

    def folded(text: str) -> str:
        return unicodedata.normalize("NFKC", re.sub(f"[{INVISIBLE} ]", "", text))

    assert folded(mend(line)) == folded(line)


FIGURE = re.compile(r"[0-9]+(?:[.,:][0-9]+)*%?")


@given(LINES)
def test_mending_keeps_figures_apart(line: str) -> None:
    narrow = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
    assert FIGURE.findall(mend(line).translate(narrow)) == FIGURE.findall(line.translate(narrow))


@given(
    LINES,
    st.sampled_from(
        ["`甲,乙(２)\u200b`", "https://a.example/x,y:z", "[甲](乙,丙(１):丁.md)", "<甲,乙>", "<a title='甲,乙'>"]
    ),
    LINES,
)
def test_mending_leaves_code_and_addresses(before: str, kept: str, after: str) -> None:
    clean = re.compile(r"[`<>\[\]()（）\\]")
    line = f"{clean.sub('', before)} {kept} {clean.sub('', after)}"
    if kept == "<甲,乙>":
        assert mend(line).count("甲") == line.count("甲")
    else:
        assert kept in mend(line)


@given(LINES)
def test_masking_keeps_the_length(line: str) -> None:
    prose = masked(line)
    assert len(prose) == len(line)
    assert all(new in (old, MASK) for old, new in zip(line, prose, strict=True))


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "(甲)",
        "甲,",
        "甲(",
        "` `` ",
        "`",
        "<!--",
        "](",
        "\u200b\u00ad",
        "甲(ā",
        "?? ",
        "ä¸\u00ad",
        "甲～",
        "務",
        "**甲)**是 ",
        "<a",
        "a://",
        "\\",
    ],
)
def test_hostile_text_takes_a_time_proportional_to_its_length(piece: str) -> None:
    body = piece * (200_000 // len(piece))
    entry, _ = parse_entry(PATH, f"---\nid: card-loss\ntitle: a\n---\n{body}".encode())
    assert entry is not None
    document = parse_document("", 5)
    document.preface.extend(parse_document("甲", 5).preface)
    document.preface[0].text = body
    context = Context(MemorySnapshot({}), Rulebook(), Corpus([entry]), date(2026, 11, 1))
    start = time.process_time()
    for _ in check(entry, document, context):
        pass
    mend(body)
    assert time.process_time() - start < 5
