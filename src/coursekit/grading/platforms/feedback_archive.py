"""Students' feedback pages in one zip, named so that Moodle or Canvas hands each to its student.

* Moodle, ``mod/assign/feedback/file/importziplib.php``: a folder
  ``NAME_NUMBER_assignsubmission_file`` as in its own download, for *Upload multiple feedback files
  in a zip*.
* Canvas, ``Assignment#infer_comment_context_from_filename``: the first two numbers between
  underscores are the user's and the submitted file's, as in its own download, for *Re-upload
  submissions*.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from coursekit.grading.intake.layouts import CANVAS, MOODLE
from coursekit.grading.marks.files import write_whole
from coursekit.grading.marks.ledger import Gradebook
from coursekit.grading.marks.record import Record
from coursekit.grading.platforms import Platform
from coursekit.grading.reporting.pages import page_names

PAGES = "feedback"  # the folder that holds them
FIRST = (1980, 1, 1, 0, 0, 0)  # a time of no meaning: equal marks make equal archives


def feedback_archive(book: Gradebook, platform: Platform) -> list[Path]:
    """The archive with the page of everybody whom the platform's own file names, if any."""
    names = page_names(r.student for r in book.records)
    pages = {}
    for record in book.records:
        page = book.folder / PAGES / names[record.student]
        if (place := _place(record, platform)) and page.exists():
            pages[place] = page.read_bytes()
    if not pages:
        return []
    path = book.folder / "exports" / f"{platform}-feedback.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, _zipped(pages))
    return [path]


def _place(record: Record, platform: Platform) -> str:
    """The name under which a platform recognises whose page it is, or ""."""
    parts = PurePosixPath(record.file).parts
    if platform is Platform.MOODLE and record.layout == "moodle":
        for found in _own(MOODLE, parts, record):
            return f"{found['name']}_{found['id']}_assignsubmission_file_/feedback.html"
    if platform is Platform.CANVAS and record.layout == "canvas":
        for found in _own(CANVAS, parts, record):
            return f"{found['name']}_{found['id']}_{found['submission']}_feedback.html"
    return ""


def _own(pattern: re.Pattern[str], parts: Sequence[str], record: Record) -> list[re.Match[str]]:
    """Names in a path that the platform gave to this student; a partner's file bears another."""
    found = (pattern.match(part) for part in parts)
    return [match for match in found if match and match["id"] == record.platform]


def _zipped(pages: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in sorted(pages.items()):
            archive.writestr(zipfile.ZipInfo(name, FIRST), page, zipfile.ZIP_DEFLATED)
    return held.getvalue()
