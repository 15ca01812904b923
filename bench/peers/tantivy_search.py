"""tantivy with the same bigrams: title in single characters and body in bigrams, as two fields (`pip install tantivy`).

python tantivy_search.py build KNOWLEDGE_BASE DIRECTORY
python tantivy_search.py update KNOWLEDGE_BASE DIRECTORY ENTRY
python tantivy_search.py search DIRECTORY QUESTION...
"""

import sys
from pathlib import Path

import tantivy
from fts5 import bigrams, characters, columns, fold


def schema():
    """Two fields of terms, and what is printed."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "body"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def document(path):
    """The entry in the file *path*."""
    title, body, characters_, bigrams_ = columns(path.read_text(encoding="utf-8"))
    return tantivy.Document(id=path.stem, text=f"{title} {body[:100]}", title=characters_, body=bigrams_)


def build(directory, place):
    """Index every entry of *directory*."""
    Path(place).mkdir(parents=True, exist_ok=True)
    writer = tantivy.Index(schema(), path=place).writer(heap_size=200_000_000, num_threads=1)
    for path in sorted(Path(directory, "kb", "entries").glob("*/*.md")):
        writer.add_document(document(path))
    writer.commit()
    writer.wait_merging_threads()


def update(directory, place, entry):
    """Index one entry anew."""
    writer = tantivy.Index.open(place).writer(heap_size=50_000_000, num_threads=1)
    path = Path(directory, entry)
    writer.delete_documents("id", path.stem)
    writer.add_document(document(path))
    writer.commit()
    writer.wait_merging_threads()


def search(place, *words):
    """Print the first ten."""
    index = tantivy.Index.open(place)
    question = fold(" ".join(words))
    terms = [("title", term, 3.0) for term in characters(question)] + [
        ("body", term, 1.0) for term in bigrams(question)
    ]
    query = tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(schema(), field, term), boost))
            for field, term, boost in terms
        ]
    )
    searcher = index.searcher()
    for _, address in searcher.search(query, 10).hits:
        found = searcher.doc(address)
        print(found["id"][0], found["text"][0])


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"build": build, "update": update, "search": search}[command](*arguments)
