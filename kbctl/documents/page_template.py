"""The bank's Word templates: opened with care, their ``{{names}}`` filled in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence

import docx
from docx.document import Document
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from kbctl.documents.text import plain
from kbctl.errors import KbctlError
from kbctl.i18n import N_

# What a template may weigh when it is unpacked, and how many members it may have.
_MIB = 32
_MEMBERS = 2000
_NAME = re.compile(r"\{\{([a-z_]+)\}\}")


def open_template(data: bytes) -> Document:
    """Open a template.

    :raises KbctlError: if it is no Word document, or too large when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
        if len(members) > _MEMBERS or sum(member.file_size for member in members) > _MIB * 2**20:
            raise ValueError("too large")
        return docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, KeyError) as error:
        raise KbctlError(
            N_("the Word template cannot be used: {problem}"),
            hint=N_("open it in Word and save it again as .docx, or delete it to use the one that comes with kbctl"),
            problem=error,
        ) from None


def fill_names(document: Document, values: Mapping[str, str]) -> None:
    """Put *values* in the place of ``{{name}}`` in the text of *document*, headers and footers included."""
    for paragraph in _paragraphs(document):
        _fill_paragraph(paragraph, values)


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
    for section in document.sections:
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            yield from part.paragraphs


def _fill_paragraph(paragraph: Paragraph, values: Mapping[str, str]) -> None:
    """Replace the names in one paragraph, in one pass; Word may have cut ``{{name}}`` into several runs."""
    runs = paragraph.runs
    for match in reversed(list(_NAME.finditer("".join(run.text for run in runs)))):
        if match[1] in values:
            _replace(runs, match.span(), plain(values[match[1]]))


def _replace(runs: Sequence[Run], span: tuple[int, int], value: str) -> None:
    """Put *value* into the first run that *span* touches, and take the rest of the span out of the others."""
    offset = 0
    for run in runs:
        text = run.text
        first, last = max(span[0] - offset, 0), min(span[1] - offset, len(text))
        offset += len(text)
        if first < last:
            run.text = text[:first] + value + text[last:]
            value = ""
