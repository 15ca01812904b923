"""Reading office files back, and drawing them as pages where LibreOffice is there."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from openpyxl import load_workbook

# What a document must carry as the text that it is.
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "{{7*7}}",
    "{{title}}",
    "{% for x in y %}",
    "<w:p>",
    "</w:t></w:r>",
    "&amp;",
    "TOC \\o",
    "]]>",
)
CONTROLS = "甲\x00乙\x07丙\x1b[31m丁\u202e戊\ufffe己\ud800庚\r\n辛"

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def workbook(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


def document(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def part(data: bytes, name: str) -> str:
    """One file of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def all_text(data: bytes) -> str:
    """Everything that a .docx shows, in order."""
    found = re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|(<w:br/>|</w:p>)", part(data, "word/document.xml"))
    return (
        "".join(text or "\n" for text, _break in found).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    )


def draw(data: bytes, name: str, directory: Path) -> int:
    """Let LibreOffice draw the file; the number of pages."""
    path = directory / name
    path.write_bytes(data)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{directory}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(directory),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    pdf = path.with_suffix(".pdf").read_bytes()
    counts = [int(count) for count in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)", pdf)]
    counts += [int(count) for count in re.findall(rb"/Count\s+(\d+)[^>]*?/Type\s*/Pages\b", pdf)]
    return max(counts)
