"""Scoring without any short cut, to compare with: every posting of every term is added up."""

from kbctl.search.analysis import ROW
from kbctl.search.question import Question
from kbctl.search.ranking import K1, WEIGHTS, B, Reader, idf
from kbctl.search.scoring import Scores


def plain_scores(reader: Reader, question: Question) -> Scores:
    """The scores of all documents."""
    own: dict[int, float] = {}
    rows: dict[int, float] = {}
    for term in question.terms:
        scores = rows if term.field == ROW else own
        postings = reader.postings(term.field, term.text, term.prefix)
        size = reader.statistics(term.field)
        lengths = reader.table.lengths(term.field)
        if postings.df:
            weight = WEIGHTS[term.field] * term.weight * idf(size.documents, postings.df) * (K1 + 1)
            flat, slope = K1 * (1 - B), K1 * B * size.documents / size.terms
            for document, count in zip(*postings.read(), strict=True):
                part = weight * count / (count + flat + slope * lengths[document])
                scores[document] = scores.get(document, 0.0) + part
    total = dict(own)
    for row, value in rows.items():
        entry = reader.table.entry_of(row)
        total[row] = own.get(entry, 0.0) + value
        total[entry] = max(total.get(entry, 0.0), total[row])
    return Scores(total, {**own, **rows}, True)
