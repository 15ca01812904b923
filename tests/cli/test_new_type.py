"""A knowledge type is two files and no code: a type of our own walks through every command."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]

SCHEMA = """\
id: glossary
names: {zh_CN: 术语, en: Term}
words: [术语, 名词解释]
category: reference
carrier: word
tested: none
validity: {long_term: true, max_days: 1826, review_within_days: 400}
lead_time_days: 0
reviewers: []
front_matter:
  required: [spoken]
  properties:
    spoken: {type: string, minLength: 1}
    expert: {type: string, format: contact}
sections:
  - {heading: 释义}
  - heading: 用法
    items:
      - {heading: 对客户怎么说, required: true}
      - {heading: 不要怎么说}
  - {heading: 口语说法, from: spoken}
  - {heading: 解释人, from: expert}
attachments:
  kinds: {source: 出处}
  required: []
"""
TEMPLATE = """\
## 释义

待补充

## 用法

### 对客户怎么说

待补充
"""


def test_a_type_of_our_own_walks_through_every_command(sample: Path, kbctl: Run) -> None:
    (sample / "schemas/glossary.yaml").write_text(SCHEMA, encoding="utf-8")
    (sample / "templates/entry/glossary.md.j2").write_text(TEMPLATE, encoding="utf-8")

    explained = kbctl("types", "glossary")
    assert explained.status == 0
    for word in ("释义", "对客户怎么说", "spoken"):
        assert word in explained.out

    made = kbctl("new", "glossary", "--title", "轧差", "--id", "netting", "--owner", "operations")
    assert made.status == 0, made.err
    path = sample / "kb/entries/operations/netting.md"
    assert str(path.relative_to(sample)) in made.out

    codes = {finding["code"] for finding in json.loads(kbctl("validate", str(path), "--json").out)["findings"]}
    assert "KB207" in codes

    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^spoken:.*$", "spoken: 相互抵掉", text, flags=re.MULTILINE)
    assert "spoken: 相互抵掉" in text
    text = text.replace("\n---\n", "\nexpert: han-bo\n---\n", 1)
    text = re.sub(r"## 释义.*", "", text, flags=re.DOTALL)
    path.write_text(
        text
        + "## 释义\n\n应收与应付相互抵减后只收付差额。\n\n## 用法\n\n### 对客户怎么说\n\n请说“两边抵掉以后只付差额”。\n",
        encoding="utf-8",
    )
    outcome = kbctl("validate", str(path), "--fail-on", "note")
    assert outcome.status == 0, outcome.out
    assert kbctl("fmt", str(path)).status == 0
    assert kbctl("fmt", "--check", str(path)).status == 0

    git(sample, "add", "-A")
    git(sample, "commit", "-qm", "术语")
    found = json.loads(kbctl("search", "轧差是什么意思", "--json").out)
    assert found["hits"][0]["id"] == "netting"
    assert json.loads(kbctl("search", "轧差", "--type", "术语", "--json").out)["total"] == 1
    shown = kbctl("show", "netting")
    assert "相互抵掉" in shown.out
    assert "韩博 0379-0100" in shown.out

    changed = kbctl("change", "netting", "--from", "2027-01-01")
    assert changed.status == 0, changed.err
    assert (sample / "kb/entries/operations/netting@2027-01-01.md").is_file()
    assert kbctl("validate").status == 0


def test_a_wrong_schema_is_reported_with_its_line(sample: Path, kbctl: Run) -> None:
    path = sample / "schemas/faq.yaml"
    text = path.read_text(encoding="utf-8").replace("category: reference", "category: nonsense")
    path.write_text(text, encoding="utf-8")
    line = text[: text.index("nonsense")].count("\n") + 1
    outcome = kbctl("validate", "--select", "KB9")
    assert outcome.status == 1
    assert f"schemas/faq.yaml:{line}:" in outcome.out
