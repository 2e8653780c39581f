"""Join the tags of printed pages: what tells a screen reader headings, lists, tables and links.

Chromium tags each page that it prints. Every tagged piece of a sheet has a key in its page's table
of parents; joined, the keys of each page are moved behind those of the pages before it.
"""

from collections.abc import Iterable
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

TREE = "/StructTreeRoot"


def join_tags(writer: PdfWriter, printed: Iterable[tuple[PdfReader, list[PageObject]]]) -> None:
    """Give the document one tree of tags; each page comes with its sheets in ``writer``."""
    root = DictionaryObject({NameObject("/Type"): NameObject(TREE)})
    place = writer._add_object(root)
    documents, parents, before = ArrayObject(), ArrayObject(), 0
    for reader, sheets in printed:
        tree: Any = reader.trailer["/Root"][TREE]  # type: ignore[index]
        copied = tree.clone(writer)
        document = copied["/K"]
        document[NameObject("/P")] = place
        documents.append(document.indirect_reference)
        numbers = copied["/ParentTree"]["/Nums"]
        for i in range(0, len(numbers), 2):
            parents += [NumberObject(numbers[i] + before), numbers[i + 1].indirect_reference]
        for sheet in sheets:
            move(sheet, "/StructParents", before)
            for note in sheet.get("/Annots", ()):
                move(note.get_object(), "/StructParent", before)
        before += tree["/ParentTreeNextKey"]
    table = DictionaryObject({NameObject("/Nums"): parents})
    root[NameObject("/K")] = documents
    root[NameObject("/ParentTree")] = writer._add_object(table)
    root[NameObject("/ParentTreeNextKey")] = NumberObject(before)
    catalog = writer.root_object
    catalog[NameObject(TREE)] = place
    catalog[NameObject("/MarkInfo")] = DictionaryObject(
        {NameObject("/Marked"): BooleanObject(True)}
    )
    catalog[NameObject("/Lang")] = TextStringObject("en")


def move(thing: DictionaryObject, key: str, by: int) -> None:
    """Move the key that leads from a piece of a sheet into the table of parents."""
    if key in thing:
        thing[NameObject(key)] = NumberObject(int(thing[key]) + by)
