"""The zip container of an office file, made the same for the same content: no clock, no order of chance."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

# The earliest time that a zip entry can bear.
_ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")


def settle(data: bytes, day: date) -> bytes:
    """Return the office file *data* with fixed times: *day* in its properties, the zip's own epoch on its members."""
    stamp = day.isoformat().encode() + b"T00:00:00Z"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as package:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == _CORE:
                content = _TIMES.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            entry = zipfile.ZipInfo(member.filename, _ENTRY_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, content)
    return target.getvalue()
