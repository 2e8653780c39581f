"""Citations are ordinary links to a paper's own address; the book turns them into references.

A link whose address is the ``url`` of an entry in ``book/references.bib`` leads to that entry on
the bibliography page, which leads on to the paper and back to the pages that cite it.
"""

from functools import lru_cache
from pathlib import Path

from docutils import nodes
from pybtex.database import Entry, Person, parse_file
from pybtex.richtext import Text
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

BIBLIOGRAPHY = Path(__file__).parents[1] / "references.bib"
PAGE = "book/bibliography"


@lru_cache
def _parsed(changed: int) -> dict[str, Entry]:
    found = dict(parse_file(str(BIBLIOGRAPHY), bib_format="bibtex").entries)
    return dict(sorted(found.items(), key=lambda item: _order(item[1])))


def entries() -> dict[str, Entry]:
    """Key → entry, in the order of authors, year, title."""
    return _parsed(BIBLIOGRAPHY.stat().st_mtime_ns)


def _order(entry: Entry) -> tuple[str, str, str]:
    return (_people(entry).lower(), entry.fields.get("year", ""), _field(entry, "title").lower())


def plain(tex: str) -> str:
    """The text of a BibTeX field: accents put on, dashes joined, braces gone."""
    return str(Text.from_latex(tex))


def _field(entry: Entry, name: str) -> str:
    return plain(entry.fields.get(name, ""))


def _name(person: Person) -> str:
    """ "Ada B. Lovelace" as "Lovelace, A. B."."""
    given = [plain(n) for n in person.first_names + person.middle_names]
    family = " ".join(plain(n) for n in person.prelast_names + person.last_names)
    initials = " ".join(f"{name[0]}." for name in given if name)
    return f"{family}, {initials}" if initials else family


def _people(entry: Entry) -> str:
    names = [_name(p) for p in entry.persons.get("author") or entry.persons.get("editor") or []]
    if len(names) > 6:
        names = [*names[:5], "et al."]
    if len(names) > 1 and names[-1] != "et al.":
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return ", ".join(names)


def _where(entry: Entry) -> str:
    fields = ("journal", "booktitle", "howpublished", "publisher", "institution", "school")
    place = next((_field(entry, f) for f in fields if entry.fields.get(f)), "")
    if entry.fields.get("volume"):
        place += f" {_field(entry, 'volume')}"
        if entry.fields.get("number"):
            place += f"({_field(entry, 'number')})"
    if entry.fields.get("pages"):
        place += f", {_field(entry, 'pages')}"
    return place


class Bibliography(SphinxDirective):
    """All entries, each with the pages that cite it."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(BIBLIOGRAPHY))
        listing = nodes.bullet_list(classes=["bibliography"])
        for key, entry in entries().items():
            listing += nodes.list_item("", self.paragraph(entry), ids=[f"ref-{key}"], key=key)
        return [listing]

    def paragraph(self, entry: Entry) -> nodes.paragraph:
        title, year = _field(entry, "title"), entry.fields.get("year", "")
        para = nodes.paragraph("", f"{_people(entry)} ({year}). " if year else _people(entry))
        if entry.fields.get("url"):
            para += nodes.reference("", title, refuri=entry.fields["url"], classes=["paper"])
        else:
            para += nodes.emphasis("", title)
        para += nodes.Text(f". {_where(entry)}." if _where(entry) else ".")
        return para


def _cited(env: BuildEnvironment) -> dict[str, set[str]]:
    """Page → keys of what it cites."""
    if not hasattr(env, "course_cited"):
        env.course_cited = {}
    return env.course_cited


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Note what a page cites, and make those links internal."""
    app.course_pages_read = True
    page = app.env.docname
    _cited(app.env)[page] = set()
    if page == PAGE:
        return
    known = {e.fields["url"]: k for k, e in entries().items() if e.fields.get("url")}
    for link in doctree.findall(nodes.reference):
        key = known.get(link.get("refuri", ""))
        if key is not None:
            _cited(app.env)[page].add(key)
            link["course_key"] = key


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if docname == PAGE:
        for item in doctree.findall(nodes.list_item):
            _add_backlinks(app, item)
        return
    for link in doctree.findall(nodes.reference):
        if "course_key" in link:
            page = app.builder.get_relative_uri(docname, PAGE)
            link["refuri"] = f"{page}#ref-{link['course_key']}"
            link["internal"] = True
            link["classes"] = [*link["classes"], "citation"]


def _add_backlinks(app: Sphinx, item: nodes.list_item) -> None:
    pages = sorted(p for p, keys in _cited(app.env).items() if item.get("key") in keys)
    if not pages:
        return
    line = nodes.paragraph("", "Cited in ", classes=["cited-in"])
    for i, page in enumerate(pages):
        title = app.env.titles[page].astext()
        uri = app.builder.get_relative_uri(PAGE, page)
        line += [nodes.Text(", ")] if i else []
        line += nodes.reference("", title, refuri=uri, internal=True)
    item += line


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _cited(env).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: object, other: BuildEnvironment) -> None:
    _cited(env).update(_cited(other))


def refresh(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The bibliography shows who cites what: write it again whenever some page has changed."""
    changed = getattr(app, "course_pages_read", False)
    return [PAGE] if changed and PAGE in env.all_docs else []


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("course-bibliography", Bibliography)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", refresh)
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
