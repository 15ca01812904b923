"""Makes a knowledge base of any size for measurements: valid entries of 600 to 2000 Chinese characters.

    python bench/knowledge_base.py DIR ENTRIES

The same numbers give the same bytes. The commonest words stand in every entry, as they do in a real bank's.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent
_WORDS = (
    "账户 存款 贷款 利率 客户 柜台 网点 手机银行 身份证 银行卡 转账 挂失 密码 理财 风险 合同 期限 金额 办理 申请 审核 材料 "
    "流程 渠道 费用 到账 工作日 限额 还款 分期 征信 担保 抵押 保险 基金 黄金 外汇 汇款 票据 支票 印鉴 对账 结算 清算 "
    "智能柜员机 短信通知 电子银行 验证码 人脸识别 受理 预约 通知 协议 说明 提示 公积金 社保卡 工资 养老金 小微企业 "
    "个体工商户 经营 消费 装修 教育 医疗 旅游 留学 购车 住房 首付 评估 登记 公证 继承 冻结 解冻 注销 激活 补办 更换"
).split()
_JOINTS = "的 后 并 或 时 前 由 按 与 可 须 应 在 对 为 将".split()
_SYLLABLES = "安 宝 昌 达 恩 丰 贵 恒 金 康 利 茂 宁 鹏 庆 瑞 盛 泰 旺 祥 兴 益 裕 泽 众 福 禄 寿 喜 春 夏 秋 冬 东 南 西 北 中".split()
_SECTIONS = (
    ("内容", ("产品简介", "特点", "面对对象")),
    ("购买的条件、资料、购买渠道、费用", ("条件", "资料", "购买渠道", "费用")),
    ("购买或使用流程", ()),
    ("风险提示", ()),
    ("特殊事项说明", ()),
)
_DEPARTMENTS = {
    "retail-banking": "zhang-wei",
    "credit-card": "huang-lei",
    "operations": "tang-jie",
    "personal-credit": "lin-tao",
}


def _sentence(rng: random.Random) -> str:
    words = [
        rng.choice(_WORDS) + (rng.choice(_JOINTS) if rng.random() < 0.5 else "") for _ in range(rng.randint(5, 11))
    ]
    return "".join(words[: len(words) // 2]) + "，" + "".join(words[len(words) // 2 :]) + "。"


def _text(rng: random.Random, characters: int) -> str:
    text = ""
    while len(text) < characters:
        text += _sentence(rng)
    return text


def entry(number: int) -> tuple[str, str]:
    """Path and text of entry *number*."""
    rng = random.Random(number)
    department = sorted(_DEPARTMENTS)[number % len(_DEPARTMENTS)]
    contact = _DEPARTMENTS[department]
    name = "".join(rng.sample(_SYLLABLES, 3))
    title = f"{name}{rng.choice(_WORDS)}{rng.choice(_WORDS)}{number}号"
    start = f"202{rng.randint(4, 6)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
    size = rng.randint(600, 2000)
    body = []
    for heading, items in _SECTIONS:
        body.append(f"## {heading}")
        if heading == "购买或使用流程":
            body.append(f"当日办理，约{rng.randint(5, 30)}分钟。{_text(rng, size // 10)}")
        elif not items:
            body.append(_text(rng, size // 10))
        for item in items:
            body += [f"### {item}", _text(rng, size // 10)]
    front = f"""---
id: bench-{number:06d}
title: {title}
type: product
owner: {department}
scope: [head-office]
contact: [{contact}]
valid_from: {start}
valid_until: long-term
review_by: 2027-0{rng.randint(1, 9)}-01
audience: internal
keywords: [{rng.choice(_WORDS)}, {name}]
aliases: [{name}{rng.choice(_WORDS)}]
tested: {{by: {contact}, on: 2024-01-05, covers: {rng.choice(_WORDS)}、{rng.choice(_WORDS)}全流程}}
facts:
  - {{key: {title}起点金额, value: "{rng.randint(1, 50) * 1000}", unit: 元, source: 产品说明书 第二条}}
---
"""
    return f"kb/entries/{department}/bench-{number:06d}.md", front + "\n\n".join(body) + "\n"


def make(directory: Path, entries: int) -> Path:
    """Make a knowledge base of this many entries at *directory*, with one commit; one that is there already is kept."""
    mark = directory / ".made"
    if mark.is_file() and mark.read_text() == str(entries):
        return directory
    shutil.rmtree(directory, ignore_errors=True)
    for folder in ("schemas", "templates", "kb/organization"):
        shutil.copytree(HERE / folder, directory / folder)
    for name in ("kb.toml", "roles.yaml", "synonyms.yaml"):
        shutil.copy(HERE / "kb" / name, directory / "kb" / name)
    for number in range(entries):
        path, text = entry(number)
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    (directory / ".gitignore").write_text(".kbctl/\n.made\n")
    git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"]
    commands = (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["commit", "-q", "-m", "Measured knowledge base"],
        # As a clone is, and every repository after its first `git gc`.
        ["repack", "-adq"],
    )
    for command in commands:
        subprocess.run([*git, *command], cwd=directory, check=True, stdin=subprocess.DEVNULL)
    mark.write_text(str(entries))
    return directory


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
