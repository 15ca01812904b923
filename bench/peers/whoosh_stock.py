"""Whoosh as it comes: its own reader and Or query over the index that kbctl has written (stock Whoosh opens it).

python whoosh_stock.py search DIRECTORY QUESTION...
"""

import sys
import warnings

from fts5 import bigrams, characters, fold

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import index
    from whoosh.query import Or, Term


def search(place, *words):
    """Print the first ten."""
    question = fold(" ".join(words))
    terms = [Term("title", term, boost=3.0) for term in characters(question)]
    terms += [Term("body", term) for term in bigrams(question)]
    with index.open_dir(place, readonly=True).searcher() as searcher:
        for hit in searcher.search(Or(terms), limit=10):
            print(hit["record"][:100])


if __name__ == "__main__":
    search(*sys.argv[2:])
