"""Analysis of what is asked: terms for each field, what an answer should cover, phrases and synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kbctl.model.han import fold
from kbctl.search.analysis import BODY, KEYS, ROW, TITLE, bigrams, characters, runs, word_terms

# The weight of a term that only a synonym brought in.
SYNONYM_WEIGHT = 0.7
# How much of its weight a pair of characters keeps in coverage when one of them belongs to a function word.
_HALF_FUNCTION = 0.5

_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|「([^」]+)」|『([^』]+)』")

# Words of which a question is made but that say nothing of its matter. They keep their weight in the ranking,
# but a document that shares nothing else with the question is no answer to it.
_FUNCTION_WORDS = """
怎么 怎样 怎么样 怎么办 咋办 如何 什么 为什么 为啥 多少 多少钱 多久 多长时间 几点 什么时候 啥时候 哪里 哪儿 哪个 哪些 在哪 有哪
有没有 是不是 能不能 可不可以 要不要 会不会 可以 可否 能否 是否 需要 应该 不能 不了 不会 没有 还是 还有 就是 如果 因为 但是 然后
你们 我们 他们 人家 自己 这个 那个 这里 那里 这儿 那儿 一下 一个 一点 现在 今天 明天 已经 以后 之后 之前 时候 地方 东西 办法 方法
知道 告诉 想要 帮我 给我 我想 我要 想问 问下 问问 请问 麻烦 谢谢 您好 你好 干嘛 干什么
"""
_FUNCTION = re.compile("|".join(sorted(_FUNCTION_WORDS.split(), key=len, reverse=True)))
_FUNCTION_CHARACTERS = frozenset(
    "我你您他她它的地得了着过吗呢吧啊呀嘛么是在有和跟与或就都也还又很太把被给让向从到对为以及之其这那哪谁啥咋几不没要想能会可"
)


class Term(NamedTuple):
    """One term asked of one field; with ``prefix`` every term that begins with ``text`` answers for it."""

    field: str
    text: str
    weight: float
    prefix: bool


class Wording(NamedTuple):
    """What an answer should cover of one wording of the question, each with a weight.

    ``words`` are bigrams and words of other scripts, ``characters`` the single characters of its matter.
    """

    words: dict[str, float]
    characters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """An analysed query.

    ``terms`` are asked of the fields and add up to the score; ``wordings`` are the question as asked and as it
    reads with synonyms put in; ``bigrams`` those of the text as asked; ``phrases`` must stand in a hit word for
    word; ``synonyms`` are the customers' words that were understood, with the bank's terms for each.
    """

    folded: str
    terms: tuple[Term, ...]
    wordings: tuple[Wording, ...]
    bigrams: frozenset[str]
    phrases: tuple[str, ...]
    synonyms: tuple[tuple[str, tuple[str, ...]], ...]


def asks_anything(text: str) -> bool:
    """Whether *text* holds anything that can be looked for, and not only punctuation."""
    return next(runs(fold(text)), None) is not None


def analyse(text: str, synonyms: Mapping[str, tuple[str, ...]]) -> Question:
    """Analyse the query *text*.

    :param synonyms: the bank's terms by customers' word.
    """
    phrases = tuple(dict.fromkeys(fold(next(filter(None, match))).strip() for match in _QUOTED.findall(text)))
    folded = fold(text)
    used = _used_synonyms(folded, synonyms)
    rewritten = tuple(_rewritings(folded, used))
    terms = dict.fromkeys(_terms(folded, 1.0))
    known = {(term.field, term.text) for term in terms}
    for other in rewritten:
        terms.update(
            dict.fromkeys(term for term in _terms(other, SYNONYM_WEIGHT) if (term.field, term.text) not in known)
        )
    return Question(
        folded=folded,
        terms=tuple(terms),
        wordings=tuple(_wording(wording) for wording in (folded, *rewritten)),
        bigrams=frozenset(bigrams(folded)),
        phrases=tuple(phrase for phrase in phrases if phrase),
        synonyms=used,
    )


def _terms(folded: str, weight: float) -> Iterator[Term]:
    singles = {run.text for run in runs(folded) if run.dense and len(run.text) == 1}
    for text in characters(folded):
        yield Term(TITLE, text, weight, False)
        yield Term(KEYS, text, weight, False)
    for text in bigrams(folded):
        alone = text in singles
        if not alone and len(text) == 2:
            yield Term(KEYS, text, weight, False)
        yield Term(BODY, text, weight, alone)
        yield Term(ROW, text, weight, alone)


def _used_synonyms(folded: str, synonyms: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The customers' words that stand in the question, the longest first; a word within another does not count."""
    taken = [False] * len(folded)
    used = []
    for word, terms in sorted(synonyms.items(), key=lambda item: (-len(item[0]), item[0])):
        looked_for = fold(word)
        at = folded.find(looked_for) if looked_for else -1
        if at < 0 or any(taken[at : at + len(looked_for)]):
            continue
        taken[at : at + len(looked_for)] = [True] * len(looked_for)
        used.append((word, terms))
    return tuple(used)


def _rewritings(folded: str, used: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    """The question with the bank's terms in place of the customer's words: one for the first terms, one for the second …"""
    for number in range(max((len(terms) for _, terms in used), default=0)):
        text = folded
        for word, terms in used:
            text = text.replace(fold(word), f" {fold(terms[min(number, len(terms) - 1)])} ")
        yield text


def _wording(folded: str) -> Wording:
    marked = [char in _FUNCTION_CHARACTERS for char in folded]
    for match in _FUNCTION.finditer(folded):
        marked[match.start() : match.end()] = [True] * (match.end() - match.start())
    words: dict[str, float] = {}
    matter: set[str] = set()
    for run in runs(folded):
        if not run.dense:
            words.update(dict.fromkeys(word_terms(run.text), 1.0))
            matter.update(word_terms(run.text))
            continue
        marks = marked[run.start : run.end]
        matter.update(char for char, mark in zip(run.text, marks, strict=True) if not mark)
        if len(run.text) == 1:
            words.setdefault(run.text, 0.0 if marks[0] else 1.0)
        for at in range(len(run.text) - 1):
            weight = (1.0, _HALF_FUNCTION, 0.0)[marks[at] + marks[at + 1]]
            pair = run.text[at : at + 2]
            words[pair] = max(words.get(pair, 0.0), weight)
    if not any(words.values()):
        return Wording(dict.fromkeys(words, 1.0), frozenset(matter or characters(folded)))
    return Wording({word: weight for word, weight in words.items() if weight}, frozenset(matter))
