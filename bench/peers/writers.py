"""Two writers of a Whoosh index, given the same terms of the same documents, in turn in one process.

    python writers.py KNOWLEDGE_BASE DOCUMENTS ROUNDS

Prints a line of JSON: the median seconds of Whoosh's own SegmentWriter, those of kbctl's bulk writer, and those of
reading the documents (git, YAML, Markdown), which neither of them counts.
"""

import json
import statistics
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import fields, formats
    from whoosh.filedb.filestore import FileStorage

from kbctl.search.analysis import FIELDS, document_terms
from kbctl.search.documents import build_documents
from kbctl.search.index import IndexContext
from kbctl.search.whoosh_index import build_index
from kbctl.store.entries import load_entries
from kbctl.store.git.repository import Repository
from kbctl.store.rulebook import load_rulebook


class Given(fields.FieldType):
    """A field whose terms are given: nothing is analysed by Whoosh."""

    def __init__(self):
        super().__init__(formats.Existence(), None, scorable=True)

    def index(self, value, **_):
        """Each term with its count."""
        for term, count in Counter(value).items():
            yield term.encode(), count, float(count), b""


def stock(documents, place):
    """Whoosh's SegmentWriter."""
    schema = fields.Schema(**{name: Given() for name in FIELDS}, record=fields.STORED())
    writer = FileStorage(str(place)).create().create_index(schema).writer(limitmb=256)
    for document in documents:
        writer.add_document(**document_terms(document), record=document.to_json())
    writer.commit()


def bulk(documents, place):
    """kbctl's."""
    build_index(Path(place) / "index", documents, IndexContext(), "bench").close()


def main(directory, count, rounds):
    """Measure."""
    root = Path(directory)
    begun = time.perf_counter()
    repository = Repository(root)
    snapshot = repository.snapshot(repository.base(None).id)
    rulebook = load_rulebook(snapshot)
    paths = sorted(path for path in snapshot.files() if path.startswith("kb/entries/"))[: int(count)]
    documents = list(build_documents(snapshot, rulebook, load_entries(snapshot, rulebook, paths).corpus))
    found = {"reading": time.perf_counter() - begun}
    seconds = {"stock": [], "bulk": []}
    for _ in range(int(rounds)):
        for name, write in (("stock", stock), ("bulk", bulk)):
            with tempfile.TemporaryDirectory() as place:
                begun = time.perf_counter()
                write(documents, place)
                seconds[name].append(time.perf_counter() - begun)
    found.update({name: statistics.median(values) for name, values in seconds.items()})
    print(json.dumps({"documents": len(documents), **found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
