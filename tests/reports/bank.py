"""A small bank for tests of reports: every reason to be reported once, and text that tries to be more than text."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from kbctl.model.corpus import Corpus
from kbctl.model.rulebook import Rulebook
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import MemorySnapshot

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 21)
HOSTILE = {
    "formula": "=cmd|' /C calc'!A0",
    "script": "<script>alert(1)</script>",
    "markup": "'[/附件] [red]不红[/red]'",
    "lines": '"第一行\\n第二行 | 竖线"',
    "escape": '"转义\\e[31m\\u202e序"',
}

_INSTITUTIONS = """institutions:
  - {id: head-office, name: 总行}
  - {id: dongcheng-branch, name: 东城分行, parent: head-office}
  - {id: dongcheng-gucheng, name: 古城支行, parent: dongcheng-branch}
"""
_RETAIL = """id: retail-banking
name: 个人金融部
institution: head-office
role: business
contacts:
  - {id: zhang-wei, name: 张伟, phone: 0379-01001005, mobile: "12900001005", email: zhang.wei@example.com, scope: 个人存款}
  - {id: wu-bin, name: 吴斌, phone: 0379-01001008, mobile: "12900001008", email: wu.bin@example.com, scope: 代发工资, until: 2026-12-10}
  - {id: feng-li, name: 冯丽, phone: 0379-01001099, scope: 已离任, until: 2026-09-30}
  - {id: no-phone, name: 钱无}
"""
_DONGCHENG = """id: dongcheng-business
name: 东城分行综合业务部
institution: dongcheng-branch
role: branch
contacts:
  - {id: yuan-mei, name: 袁梅, phone: 0379-01001026, mobile: "12900001026", email: yuan.mei@example.com, scope: 分行特色业务}
"""
_EMPTY = """id: empty-department
name: 无人部
institution: dongcheng-gucheng
role: business
contacts:
  - {id: gone, name: 去人, phone: 0379-01001077, scope: 无, until: 2026-01-31}
"""
_TABLE = """key,name,address,hours_personal,hours_corporate,phone,services,verified_on
DC01,分行营业部,解放路118号,24小时,不办理,0379-01003001,对私,2026-11-09
DC02,=旧支行,解放路36号,24小时,不办理,0379-01003002,对私,2026-06-30
DC03,缺列支行,古城东街9号
DC04,无日期支行,学府路201号,24小时,不办理,0379-01003004,对私,
"""
_EMERGENCY = """key,institution,matter,name,phone,mobile,hours,verified_on
DC-J01,dongcheng-branch,总协调,袁梅,0379-01001026,12900001026,24小时,2026-11-16
DC-J02,dongcheng-gucheng,现场,张伟,0379-01001005,,24小时,2026-10-01
"""


def entry(id_: str, owner: str = "retail-banking", /, **keys: str) -> str:
    """The text of an entry; *keys* are YAML."""
    values = {
        "id": id_,
        "title": f"条目{id_}",
        "type": "faq",
        "owner": owner,
        "scope": "[head-office]",
        "contact": "[zhang-wei]",
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        **keys,
    }
    lines = "".join(f"{key}: {value}\n" for key, value in values.items() if value)
    return f"---\n{lines}---\n## 问题\n问\n## 答复\n答\n"


def files() -> dict[str, str]:
    """Every file of the bank by path, without the shipped schemas and templates."""
    retail, branch = "kb/entries/retail-banking", "kb/entries/dongcheng-business"
    found = {
        "kb/kb.toml": '[knowledge-base]\nname = "测试银行"\nwarning_days = [30, 15, 7]\n',
        "kb/roles.yaml": "reviewers: [zhang-wei]\nadministrators: [wu-bin]\n",
        "kb/organization/institutions.yaml": _INSTITUTIONS,
        "kb/organization/retail-banking.yaml": _RETAIL,
        "kb/organization/dongcheng-business.yaml": _DONGCHENG,
        "kb/organization/empty-department.yaml": _EMPTY,
        f"{retail}/calm.md": entry("calm", audience="public"),
        f"{retail}/expired.md": entry("expired", valid_until="2026-10-31"),
        f"{retail}/today.md": entry("today", valid_until="2026-11-21"),
        f"{retail}/week.md": entry("week", valid_until="2026-11-28"),
        f"{retail}/fortnight.md": entry("fortnight", valid_until="2026-12-06"),
        f"{retail}/month.md": entry("month", valid_until="2026-12-21"),
        f"{retail}/later.md": entry("later", valid_until="2026-12-22"),
        f"{retail}/review.md": entry("review", valid_until="long-term", review_by="2026-11-20"),
        f"{retail}/reviewed.md": entry("reviewed", valid_until="long-term", review_by="2026-11-21"),
        f"{retail}/left.md": entry("left", contact="[feng-li]"),
        f"{retail}/leaves.md": entry(
            "leaves", contact="[wu-bin, zhang-wei]", valid_until="long-term", review_by="2027-06-30"
        ),
        f"{retail}/leaves-later.md": entry("leaves-later", contact="[wu-bin]", valid_until="2026-12-10"),
        f"{retail}/gap.md": entry("gap", valid_until="2026-11-30"),
        f"{retail}/gap@2026-12-15.md": entry("gap", valid_from="2026-12-15"),
        f"{retail}/seamless.md": entry("seamless", valid_until="2026-12-31"),
        f"{retail}/seamless@2026-12-01.md": entry("seamless", valid_from="2026-12-01"),
        f"{retail}/superseded.md": entry("superseded", valid_until="2026-10-31"),
        f"{retail}/superseded@2026-11-01.md": entry("superseded", valid_from="2026-11-01"),
        f"{retail}/withdrawn.md": entry(
            "withdrawn", valid_until="2026-10-31", withdrawn="{on: 2026-11-01, reason: 停办}"
        ),
        f"{retail}/closing.md": entry("closing", valid_until="2026-12-01", withdrawn="{on: 2026-11-25, reason: 停办}"),
        f"{retail}/upcoming.md": entry("upcoming", valid_from="2026-11-25", valid_until="2026-12-05"),
        f"{retail}/broken.md": "---\ntitle：没有键\n---\n",
        f"{retail}/undated.md": entry("undated", valid_until="2026-02-30"),
        f"{branch}/outlets.md": entry("outlets", "dongcheng-business", type="outlets", contact="[yuan-mei]"),
        f"{branch}/outlets/table.csv": _TABLE,
        f"{branch}/emergency.md": entry(
            "emergency", "dongcheng-business", type="emergency-contacts", contact="[yuan-mei]"
        ),
        f"{branch}/emergency/table.csv": _EMERGENCY,
    }
    for name, title in HOSTILE.items():
        found[f"{retail}/hostile-{name}.md"] = entry(f"hostile-{name}", title=title, valid_until="2026-11-30")
    return found


def write(directory: Path) -> Path:
    """Write the bank, with the shipped schemas and templates, to *directory*."""
    for room in ("schemas", "templates"):
        shutil.copytree(ROOT / room, directory / room)
    for path, text in files().items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    (directory / ".gitignore").write_text(".kbctl/\n")
    return directory


def snapshot(changes: Mapping[str, str | None] | None = None) -> MemorySnapshot:
    """The bank in memory; *changes* are laid over it, ``None`` takes a file away."""
    laid = {**files(), **(changes or {})}
    schemas = {f"schemas/{path.name}": path.read_bytes() for path in (ROOT / "schemas").glob("*.yaml")}
    return MemorySnapshot({**schemas, **{path: text.encode() for path, text in laid.items() if text is not None}})


def load(changes: Mapping[str, str | None] | None = None) -> tuple[Corpus, Rulebook, MemorySnapshot]:
    """Entries, rulebook and snapshot of the bank."""
    world = snapshot(changes)
    rulebook = load_rulebook(world)
    return load_entries(world, rulebook).corpus, rulebook, world
