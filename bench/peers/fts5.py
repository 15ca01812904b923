"""SQLite FTS5 with the same bigrams: title in single characters, body in bigrams, as two columns.

    python fts5.py build KNOWLEDGE_BASE DATABASE
    python fts5.py update KNOWLEDGE_BASE DATABASE ENTRY
    python fts5.py search DATABASE QUESTION...

As much as a script of this kind does: no versions, no dates, no passages, no freshness.
"""

import re
import sqlite3
import sys
import unicodedata
from pathlib import Path

RUN = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:[.\-/+&][^\W_\u3400-\u9fff]+)*[%‰]?")
TABLES = """
CREATE TABLE entries (number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, text TEXT);
CREATE VIRTUAL TABLE terms USING fts5(title, body, content='',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '.-/+&%‰'");
"""


def characters(text):
    """Single characters and whole Latin words."""
    return [term for run in RUN.findall(text) for term in (run if run >= "\u3400" else [run])]


def bigrams(text):
    """Pairs of characters and whole Latin words."""
    terms = []
    for run in RUN.findall(text):
        if run < "\u3400" or len(run) == 1:
            terms.append(run)
        else:
            terms += [run[at : at + 2] for at in range(len(run) - 1)]
    return terms


def fold(text):
    """Full width to half, upper to lower."""
    return unicodedata.normalize("NFKC", text).lower()


def columns(text):
    """Title, body, and the terms of both columns, of the file *text*."""
    _, front, body = text.split("---\n", 2)
    title = re.search(r"^title: (.*)$", front, re.M).group(1)
    return title, body, " ".join(characters(fold(title))), " ".join(bigrams(fold(front + body)))


def build(directory, database):
    """Index every entry of *directory*."""
    Path(database).unlink(missing_ok=True)
    connection = sqlite3.connect(database)
    connection.executescript(TABLES)
    for number, path in enumerate(sorted(Path(directory, "kb", "entries").glob("*/*.md"))):
        title, body, *terms = columns(path.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", (number, path.stem, title, body))
        connection.execute("INSERT INTO terms (rowid, title, body) VALUES (?, ?, ?)", (number, *terms))
    connection.commit()
    connection.close()


def update(directory, database, path):
    """Index one entry anew."""
    connection = sqlite3.connect(database)
    number, title, body = connection.execute(
        "SELECT number, title, text FROM entries WHERE id = ?", [path.rsplit("/", 1)[-1].removesuffix(".md")]
    ).fetchone()
    title, body, *terms = columns(Path(directory, path).read_text(encoding="utf-8"))
    # A table without content wants to be told what to forget; here that is what it is given again.
    connection.execute("INSERT INTO terms (terms, rowid, title, body) VALUES ('delete', ?, ?, ?)", (number, *terms))
    connection.execute("UPDATE entries SET title = ?, text = ? WHERE number = ?", (title, body, number))
    connection.execute("INSERT INTO terms (rowid, title, body) VALUES (?, ?, ?)", (number, *terms))
    connection.commit()


def found(connection, text):
    """The first ten for the question *text*."""
    question = fold(text)
    terms = [f'title: "{term}"' for term in characters(question)]
    terms += [f'body: "{term}"' for term in bigrams(question)]
    return connection.execute(
        "SELECT id, entries.title, substr(text, 1, 100) FROM terms JOIN entries ON number = terms.rowid "
        "WHERE terms MATCH ? ORDER BY bm25(terms, 3.0, 1.0) LIMIT 10",
        [" OR ".join(terms)],
    ).fetchall()


def search(database, *words):
    """Print the first ten."""
    for row in found(sqlite3.connect(database), " ".join(words)):
        print(*row)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"build": build, "update": update, "search": search}[command](*arguments)
