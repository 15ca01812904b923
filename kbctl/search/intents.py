"""What kind of answer a question asks for (an amount, a time, a place, papers …), and which passages give one.

Questions say 多少钱, answers say 20万元: the words that make a question are not in its answer, but figures of the
right kind are, or the heading says what stands under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

_AMOUNT = r"\d[\d.,]*(?:万|亿|千|百)?元|免费|不收费|不另收|不收|免收|免手续费|无手续费|工本费"
_PERIOD = r"\d+个?(?:工作日|自然日|日内|天|小时|分钟|个月|月内|年内)|实时|当日|当天|次日|即时"
_CLOCK = r"\d{1,2}:\d{2}|24小时|营业时间"
_PLACE = r"网点|柜面|柜台|柜员机|手机银行|网上银行|热线|公众号|地址|[路街道]\d+号"
_PAPERS = r"身份证|证件|户口|原件|复印件|证明|材料|申请书|委托书|合同(?!另|约|期|条|到|为|的)|凭证|印鉴"
_PHONE = r"\d{3,4}-\d{7,8}|\b9\d{4}\b|400-\d"


class Intent(NamedTuple):
    """A kind of question: how it is asked, and how passages that answer it read.

    By their text, by a heading that says so, and by one under which it may stand as well.
    """

    asked: str
    text: str
    heading: str
    perhaps: str = "流程|标准"


# The heading of whatever is an answer, and that of what is none.
ANSWER = "答复"
QUESTION = "问题"

INTENTS = (
    Intent(r"手续费|工本费|收费|费用|年费|要钱吗|收钱|免费|收多少", _AMOUNT, r"费用|收费"),
    Intent(r"多少钱|多少元|几块|几万|金额", _AMOUNT, r"费用|限额|金额", "条件"),
    Intent(r"起存|起购|起点|起投|最低|最少|门槛|多少起", r"\d[\d.,]*(?:万|亿|千|百)?元", r"条件|起点"),
    Intent(
        r"限额|额度|最多|上限|封顶|最高|[贷借取转存汇换]多少",
        r"\d[\d.,]*(?:万|亿|千|百)?(?:元|笔|次)|不限",
        r"限额|额度",
        "条件|特点",
    ),
    Intent(r"几次|几笔|多少次|多少笔|几张|多少张", r"\d+(?:次|笔|张)", r"条件|标准"),
    Intent(r"利率|利息|年化|收益|几个点|百分之", r"\d(?:\.\d+)?[%‰]|\blpr\b|基点", r"利率|计息|收益"),
    Intent(
        r"多久|多长|几天|几个工作日|多少天|什么时候[能到可]|何时到|时限|时效|到账|拿到|下来|办好|办完",
        _PERIOD,
        r"时限|期限|时间",
    ),
    Intent(r"哪一?天|几号|几月|什么日子|何日", r"\d+月\d+日|\d+[日号]|每[年月季]", r"时间|期限"),
    Intent(r"几点|营业时间|什么时间|上班|开门|关门|周末", _CLOCK, r"时间|渠道"),
    Intent(r"哪里|在哪|哪儿|去哪|什么地方|哪个网点|渠道|地址|怎么去", _PLACE, r"渠道|地点|地址"),
    Intent(
        r"带什么|带啥|什么材料|什么资料|什么证|哪些材料|哪些资料|材料|资料|证件|手续(?!费)",
        _PAPERS,
        r"材料|资料",
        "条件|流程",
    ),
    Intent(
        r"什么条件|条件|谁可以|谁能|能办吗|可以办|什么人|哪些人|资格",
        r"须|满|可以|不能|不可|应当|需",
        r"条件|对象",
    ),
    Intent(r"电话|打给|联系|热线", _PHONE, r"电话|联系", "渠道"),
    Intent(r"怎么|如何|咋|步骤|流程|操作", r"登录|进入|点击|选择|输入|提交|填写|插卡|签字|确认", r"流程|步骤|办理"),
    Intent(r"风险|安全|骗|注意", r"风险|注意|谨防|诈骗|不得|切勿", r"风险|注意"),
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def intents_of(folded: str) -> tuple[Intent, ...]:
    """The kinds of answer that the *folded* question asks for."""
    return tuple(intent for intent in INTENTS if _compiled(intent.asked).search(folded))


def in_text(intents: Iterable[Intent], folded: str) -> Iterator[Intent]:
    """Those of *intents* that the *folded* text gives an answer to."""
    return (intent for intent in intents if _compiled(intent.text).search(folded))


def in_heading(intents: Iterable[Intent], folded: str) -> float:
    """How many of *intents* the *folded* heading of a passage promises an answer to; half of one where it may hold it."""
    return sum(_promise(intent, folded) for intent in intents)


def _promise(intent: Intent, folded: str) -> float:
    if _compiled(intent.heading).search(folded):
        return 1.0
    return 0.5 if ANSWER in folded or _compiled(intent.perhaps).search(folded) else 0.0
