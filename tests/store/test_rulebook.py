"""Reading the rulebook: what is wrong is reported with path, line and what, and the rest is used all the same."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.output.messages import message
from kbctl.settings import Settings
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import MemorySnapshot
from tests.helpers import base_files

SETTINGS = "kb/kb.toml"
ROLES = "kb/roles.yaml"
INSTITUTIONS = "kb/organization/institutions.yaml"
RETAIL = "kb/organization/retail-banking.yaml"
MEMO = "schemas/memo.yaml"
NAME = '[knowledge-base]\nname = "库"\n'


def load_files(changed: dict[str, str | None]) -> Rulebook:
    files = dict(base_files())
    for path, text in changed.items():
        if text is None:
            files.pop(path, None)
        else:
            files[path] = text.encode()
    return load_rulebook(MemorySnapshot(files))


def only(rulebook: Rulebook) -> Finding:
    (finding,) = rulebook.findings
    return finding


def said(rulebook: Rulebook) -> tuple[str, str, int, str]:
    finding = only(rulebook)
    return finding.code, finding.path, finding.line, message(finding)


def test_the_small_rulebook_is_sound() -> None:
    rulebook = load_files({})
    assert rulebook.findings == ()
    assert rulebook.settings.name == "洛河银行客户服务知识库"
    assert set(rulebook.organization.departments) == {"retail-banking", "operations", "dongcheng-business"}
    assert rulebook.organization.contacts["zhang-wei"].phone == "0379-01001001"
    assert rulebook.roles.further_reviewers == {"compliance": ("zhao-min",)}
    assert rulebook.roles.names == {}
    assert rulebook.synonyms == {"大额存单": ("CD", "存单")}
    assert len(rulebook.types) == 12


def test_roles_may_have_names() -> None:
    text = "reviewers: [zhao-min]\nnames: {compliance: 合规审核岗, reviewer: 知识管理岗}\n"
    rulebook = load_files({"kb/roles.yaml": text})
    assert rulebook.roles.names == {"compliance": "合规审核岗", "reviewer": "知识管理岗"}
    assert not any(finding.path == "kb/roles.yaml" for finding in rulebook.findings)
    broken = load_files({"kb/roles.yaml": "reviewers: [zhao-min]\nnames: {compliance: ''}\n"})
    assert [finding.code for finding in broken.findings if finding.path == "kb/roles.yaml"] == ["KB911"]


# settings


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[knowledge-base]\nname = 库\n", 2),
        ("[knowledge-base\n", 1),
        (f"{NAME}name = 'twice'\n", 3),
        ('[knowledge-base]\nname = "库\n', 2),
        (f'{NAME}base = """\n', 4),
    ],
)
def test_settings_that_are_no_toml(text: str, line: int) -> None:
    rulebook = load_files({SETTINGS: text})
    assert (only(rulebook).code, only(rulebook).path, only(rulebook).line) == ("KB910", SETTINGS, line)
    assert rulebook.settings == Settings()


def test_settings_nested_without_end() -> None:
    rulebook = load_files({SETTINGS: "a = " + "[" * 20_000})
    assert only(rulebook).code == "KB910"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "knowledge-base: the key is missing"),
        ("[knowledge-base]\n", 1, "knowledge-base.name: the key is missing"),
        ('[knowledge-base]\nname = ""\n', 2, "knowledge-base.name: it is empty"),
        (f'{NAME}language = "fr"\n', 3, "knowledge-base.language: it should be one of zh_CN, en"),
        (f"{NAME}warning_days = []\n", 3, "knowledge-base.warning_days: it needs at least 1 items"),
        (f"{NAME}warning_days = [30, 30]\n", 3, "knowledge-base.warning_days: an item stands twice"),
        (f"{NAME}[limits]\nentry_kb = 5\n", 4, "limits.entry_kb: there is no such key"),
        (f"{NAME}\n[limits]  # 上限\nentry_kib = 0\n", 5, "limits.entry_kib: it should be at least 1"),
        (f"{NAME}[limits]\nentry_kib = true\n", 4, "limits.entry_kib: it should be a number"),
        (f"{NAME}[limit]\n", 3, "limit: there is no such key"),
        (
            f'{NAME}[working-hours]\nstart = "8:30"\nend = "17:30"\n',
            4,
            "working-hours.start: it does not match ^([01][0-9]|2[0-3]):[0-5][0-9]$",
        ),
        (
            f'{NAME}[working-hours]\nstart = 08:30:00\nend = "17:30"\n',
            4,
            "working-hours.start: it does not match ^([01][0-9]|2[0-3]):[0-5][0-9]$",
        ),
        (f'{NAME}[working-hours]\nend = "17:30"\n', 3, "working-hours.start: the key is missing"),
        (
            f'{NAME}[time-limits.major]\nanswer = "soon"\nclose = "7 working days"\nsource = "手册"\n',
            4,
            "time-limits.major.answer: it does not match ^[1-9][0-9]{0,3} (working days|hours|minutes)$",
        ),
    ],
)
def test_settings_of_the_wrong_shape(text: str, line: int, sentence: str) -> None:
    assert said(load_files({SETTINGS: text})) == ("KB911", SETTINGS, line, sentence)


def test_settings_of_the_wrong_type_altogether() -> None:
    rulebook = load_files({SETTINGS: "knowledge-base = 2026-11-21\n"})
    assert said(rulebook)[:2] == ("KB911", SETTINGS)


def test_one_wrong_table_leaves_the_others_in_force() -> None:
    text = f'{NAME}[limits]\nentry_kib = "many"\n[working-hours]\nstart = "09:00"\nend = "18:00"\n[review-hours]\nurgent = 1\n'
    settings = load_files({SETTINGS: text}).settings
    assert settings.name == "库"
    assert settings.entry_kib == Settings().entry_kib
    assert (settings.day_start, settings.day_end) == (time(9), time(18))
    assert settings.review_hours == {"normal": 16, "expedited": 8, "urgent": 1}


def test_warning_days_are_sorted_and_an_empty_baseline_is_none() -> None:
    settings = load_files({SETTINGS: f'{NAME}warning_days = [7, 30]\nbaseline = ""\n'}).settings
    assert settings.warning_days == (30, 7)
    assert settings.expiring_days == 30
    assert settings.baseline is None


# organization


def department(**keys: str) -> str:
    values = {
        "id": "retail-banking",
        "name": "零售银行部",
        "institution": "head-office",
        "role": "business",
        "contacts": "[{id: zhang-wei, name: 张伟}]",
        **keys,
    }
    return "".join(f"{key}: {value}\n" for key, value in values.items() if value)


@pytest.mark.parametrize(
    ("text", "code", "line", "sentence"),
    [
        (department(role="boss"), "KB911", 4, "role: it should be one of managing, business, technology, branch"),
        (department(name=""), "KB911", 1, "name: the key is missing"),
        (department(phone="0379"), "KB911", 6, "phone: there is no such key"),
        (department(contacts="[]"), "KB911", 5, "contacts: it needs at least 1 items"),
        (
            department(contacts="[{id: 张伟, name: 张伟}]"),
            "KB911",
            5,
            "contacts.0.id: use lower-case letters, digits and `-` only",
        ),
        (
            department(contacts="[{id: a, name: 张伟, until: 2026-02-30}]"),
            "KB911",
            5,
            "contacts.0.until: it should be a date",
        ),
        (department(id="retail"), "KB912", 1, "the id retail differs from the file's name"),
        (department(institution="nowhere"), "KB912", 3, "no institution is called nowhere"),
        (department(parent="nobody"), "KB912", 6, "no department is called nobody"),
        (
            department(contacts="[{id: a, name: 甲}, {id: a, name: 乙}]"),
            "KB912",
            5,
            "the contact id a is taken already",
        ),
        (
            department(contacts="\n  - {id: a, name: 甲}\n  - {id: zhao-min, name: 赵敏}"),
            "KB912",
            7,
            "the contact id zhao-min is taken already",
        ),
        ("- a\n", "KB911", 1, "retail-banking.yaml: it should be a group of keys: {key: value, …}"),
        ("", "KB911", 1, "retail-banking.yaml: it should be a group of keys: {key: value, …}"),
        ("id: [\n", "KB012", 2, "the front matter is not readable YAML"),
        ("id: &a x\n", "KB013", 1, "YAML anchors, aliases, merge keys and tags are not allowed: &a"),
        (department() + "name: 零售\n", "KB015", 6, "the key name stands twice"),
    ],
)
def test_departments(text: str, code: str, line: int, sentence: str) -> None:
    rulebook = load_files({RETAIL: text})
    found = [finding for finding in rulebook.findings if finding.path == RETAIL]
    assert [(finding.code, finding.line) for finding in found] == [(code, line)]
    assert message(found[0]).startswith(sentence)


def test_a_department_that_cannot_be_read_is_left_out_and_the_others_stay() -> None:
    organization = load_files({RETAIL: department(role="boss")}).organization
    assert set(organization.departments) == {"operations", "dongcheng-business"}


def test_scalars_of_a_department_stay_text() -> None:
    organization = load_files(
        {RETAIL: department(contacts="[{id: a, name: 甲, phone: 037901001001, mobile: 12900001001}]")}
    ).organization
    assert organization.contacts["a"].phone == "037901001001"
    assert organization.contacts["a"].mobile == "12900001001"


@pytest.mark.parametrize(
    ("rows", "line", "sentence"),
    [
        ("  - {id: head-office, name: 总行}\n  - {id: head-office, name: 总行}\n", 3, "the institution head-office stands twice"),
        ("  - {id: dongcheng-branch, name: 东城, parent: xicheng-branch}\n  - {id: head-office, name: 总行}\n", 2, "the parents of dongcheng-branch do not lead to head-office"),
        ("  - {id: head-office, name: 总行}\n  - {id: a, name: 甲, parent: b}\n  - {id: b, name: 乙, parent: a}\n", 3, "the parents of a do not lead to head-office"),
        ("  - {id: head-office, name: 总行}\n  - {id: a, name: 甲}\n", 3, "the parents of a do not lead to head-office"),
        ("  - {id: a}\n", 2, "institutions.0.name: the key is missing"),
        ("  - a\n", 2, "institutions.0: it should be a group of keys: {key: value, …}"),
    ],
)  # fmt: skip
def test_institutions(rows: str, line: int, sentence: str) -> None:
    rulebook = load_files({INSTITUTIONS: f"institutions:\n{rows}"})
    found = [finding for finding in rulebook.findings if finding.path == INSTITUTIONS]
    assert (found[0].line, message(found[0])) == (line, sentence)


def test_without_a_head_office() -> None:
    rulebook = load_files({INSTITUTIONS: "institutions: [{id: bank, name: 总行}]\n"})
    assert "there is no institution with the id head-office" in [message(finding) for finding in rulebook.findings]


def test_missing_institutions() -> None:
    assert said(load_files({INSTITUTIONS: None})) == ("KB913", INSTITUTIONS, 1, "the file is missing")


def test_a_knowledge_base_of_nothing() -> None:
    rulebook = load_rulebook(MemorySnapshot({}))
    assert [finding.code for finding in rulebook.findings] == ["KB913"]
    assert rulebook.types == {}


# roles and synonyms


@pytest.mark.parametrize(
    ("text", "code", "line", "sentence"),
    [
        ("reviewers: [zhao-min, zhao-ming]\n", "KB912", 1, "no contact is called zhao-ming"),
        ("reviewers: []\nadministrators:\n  - zhao-ming\n", "KB912", 3, "no contact is called zhao-ming"),
        ("reviewers: []\nfurther_reviewers: {compliance: [zhao-ming]}\n", "KB912", 2, "no contact is called zhao-ming"),
        ("reviewers: zhao-min\n", "KB911", 1, "reviewers: it should be a list: [one, two]"),
        ("administrators: []\n", "KB911", 1, "reviewers: the key is missing"),
        ("reviewers: []\nbosses: []\n", "KB911", 2, "bosses: there is no such key"),
    ],
)
def test_roles(text: str, code: str, line: int, sentence: str) -> None:
    found = [finding for finding in load_files({ROLES: text}).findings if finding.path == ROLES]
    assert [(finding.code, finding.line, message(finding)) for finding in found] == [(code, line, sentence)]


def test_synonyms_of_the_wrong_shape_are_left_out() -> None:
    rulebook = load_files({"kb/synonyms.yaml": "大额存单: CD\n"})
    assert said(rulebook) == ("KB911", "kb/synonyms.yaml", 1, "大额存单: it should be a list: [one, two]")
    assert rulebook.synonyms == {}


# types


def memo(**keys: str) -> str:
    values = {
        "id": "memo",
        "names": "{zh_CN: 备忘}",
        "category": "reference",
        "carrier": "word",
        "sections": "[{heading: 正文}]",
        **keys,
    }
    return "".join(f"{key}: {value}\n" for key, value in values.items() if value)


COLUMNS = "[{name: key, title: {zh_CN: 键}, kind: key}, {name: day, title: {zh_CN: 日}, kind: date}]"


def test_the_smallest_type() -> None:
    entry_type = load_files({MEMO: memo()}).types["memo"]
    assert entry_type.name("zh_CN") == "备忘"
    assert entry_type.name("en") == "memo"
    assert [section.heading for section in entry_type.sections] == ["正文"]
    assert entry_type.table is None


@pytest.mark.parametrize(
    ("keys", "code", "line", "sentence"),
    [
        ({"category": "misc"}, "KB911", 3, "category: it should be one of launch, promotion, bulletin, operations, reference"),
        ({"names": "{en: Memo}"}, "KB911", 2, "names.zh_CN: the key is missing"),
        ({"sections": "[]"}, "KB911", 5, "sections: it needs at least 1 items"),
        ({"sections": "[{required: true}]"}, "KB911", 5, "sections.0.heading: the key is missing"),
        ({"sections": "[{heading: 正文, title: 正文}]"}, "KB911", 5, "sections.0.title: there is no such key"),
        ({"sections": "[{heading: 正文, answers: [price]}]"}, "KB911", 5, "sections.0.answers.0: it should be one of documents"),
        ({"section": "[]"}, "KB911", 6, "section: there is no such key"),
        ({"validity": "{max_days: many}"}, "KB911", 6, "validity.max_days: it should be a number"),
        ({"id": "note"}, "KB912", 1, "the id note differs from the file's name"),
        ({"sections": "[{heading: 正文}, {heading: 时间, from: lasts}]"}, "KB912", 5, "`from: lasts` names no key"),
        ({"sections": "[{heading: 正文, items: [{heading: 时间, from: lasts}]}]"}, "KB912", 5, "`from: lasts` names no key"),
        ({"attachments": "{kinds: {form: 单证}, required: [poster]}"}, "KB912", 6, "the attachment kind poster is required but not declared"),
        ({"reviewers": "[legal]"}, "KB912", 6, "kb/roles.yaml names no further reviewer called legal"),
        ({"front_matter": "{properties: {a: {type: word}}}"}, "KB912", 6, "its JSON Schema is not valid"),
        ({"front_matter": "{properties: []}"}, "KB912", 6, "its JSON Schema is not valid"),
        ({"front_matter": "{required: a}"}, "KB912", 6, "its JSON Schema is not valid"),
        ({"table": f"{{key: id, verified: day, verify_every_days: 9, columns: {COLUMNS}}}"}, "KB912", 6, "the table needs a column id"),
        ({"table": f"{{key: key, verified: key, verify_every_days: 9, columns: {COLUMNS}}}"}, "KB912", 6, "the table needs a column key"),
        ({"table": f"{{key: key, verified: day, verify_every_days: 0, columns: {COLUMNS}}}"}, "KB911", 6, "table.verify_every_days: it should be at least 1"),
        (
            {"table": f"{{key: key, verified: day, verify_every_days: 9, columns: {COLUMNS[:-1]}, {{name: s, title: {{zh_CN: 态}}, kind: choice}}]}}"},
            "KB912",
            6,
            "the column s is a choice without choices",
        ),
    ],
)  # fmt: skip
def test_schemas(keys: dict[str, str], code: str, line: int, sentence: str) -> None:
    found = only(load_files({MEMO: memo(**keys)}))
    assert (found.code, found.path, found.line) == (code, MEMO, line)
    assert message(found).startswith(sentence)


def test_a_fragment_that_is_no_schema_is_left_out_and_the_type_stays() -> None:
    types = load_files({MEMO: memo(front_matter="{properties: {a: {type: word}}}")}).types
    assert types["memo"].front_matter == {}


def test_files_elsewhere_below_schemas_are_not_types() -> None:
    rulebook = load_files({"schemas/drafts/memo.yaml": memo(), "schemas/README.md": "x"})
    assert rulebook.findings == ()
    assert "memo" not in rulebook.types


@pytest.mark.parametrize("path", [SETTINGS, ROLES, RETAIL, MEMO])
def test_other_encodings(path: str) -> None:
    files = {**base_files(), path: "# 设置\nname = 库\n".encode("gbk")}
    found = [
        (finding.code, finding.params)
        for finding in load_rulebook(MemorySnapshot(files)).findings
        if finding.path == path
    ]
    assert found == [("KB001", {"encoding": "GBK"})]


def test_windows_line_ends_of_the_rulebook_are_its_own_business() -> None:
    files = {path: data.replace(b"\n", b"\r\n") for path, data in base_files().items()}
    assert load_rulebook(MemorySnapshot(files)).findings == ()


@given(
    st.sampled_from([SETTINGS, ROLES, RETAIL, INSTITUTIONS, MEMO, "kb/synonyms.yaml"]),
    st.text(max_size=80) | st.binary(max_size=80),
)
def test_any_content_gives_a_rulebook(path: str, content: str | bytes) -> None:
    files = {**base_files(), path: content if isinstance(content, bytes) else content.encode()}
    assert isinstance(load_rulebook(MemorySnapshot(files)), Rulebook)
