"""Links between sections: claims to what shows them, questions to what explains them, and back.

The notebooks stay as they are: a claims table names sections in words, an exercise has the number
of its chapter. Where the words lead is found when all pages are read. "Next" goes from a chapter to
its exercises, and from there to the chapter after it.
"""

import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

log = logging.getLogger(__name__)
PLACES = "exercise_sections.yml"
QUESTION = re.compile(r"Question (\d+\.\d+)")
EXPERIMENT = "experiment: "


def plain(title: str) -> str:
    """A heading as tables name it: "Experiment: whose words?" is "whose words"."""
    return title.lower().removeprefix(EXPERIMENT).rstrip("?. ")


def find(sections: dict[str, str], words: str) -> str | None:
    """The anchor of the section with that heading, or of the first that begins so."""
    wanted = plain(words)
    exact = sections.get(wanted)
    return exact or next((a for title, a in sections.items() if title.startswith(wanted)), None)


def sections_of(env: BuildEnvironment) -> dict[str, dict[str, str]]:
    """Page → plain heading → anchor, for all pages read so far."""
    if not hasattr(env, "course_sections"):
        env.course_sections = {}
    return env.course_sections


def collect(app: Sphinx, doctree: nodes.document) -> None:
    found: dict[str, str] = {}
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        if title is not None:
            found.setdefault(plain(title.astext()), section["ids"][0])
    sections_of(app.env)[app.env.docname] = found


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    sections_of(env).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    sections_of(env).update({page: sections_of(other)[page] for page in docnames})


def twin(env: BuildEnvironment, page: str) -> str | None:
    """The exercises of a chapter, the chapter of exercises: the page with the same number."""
    folder, _, stem = page.partition("/")
    other = {"chapters": "exercises", "exercises": "chapters"}.get(folder)
    start = f"{other}/{stem[:3]}"
    return next((name for name in sorted(env.found_docs) if name.startswith(start)), None)


def link(words: str, address: str) -> nodes.reference:
    return nodes.reference("", words, refuri=address, internal=True)


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    link_claims(app, doctree, docname)
    other = twin(app.env, docname)
    if other is None:
        return
    address = app.builder.get_relative_uri(docname, other)
    if docname.startswith("exercises/"):
        link_questions(app, doctree, other, address)
    else:
        link_sections(app, doctree, docname, other, address)


def link_claims(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """In tables whose last column is headed "section", the cells of that column become links."""
    sections = sections_of(app.env)[docname]
    for table in doctree.findall(nodes.table):
        head, *rows = table.findall(nodes.row)
        if head.children[-1].astext().lower() != "section":
            continue
        for row in rows:
            cell = row.children[-1]
            anchor = find(sections, cell.astext())
            if anchor is None:
                log.warning("no section is called %r", cell.astext(), location=table)
            elif cell.children:
                words = cell.astext()
                cell.children = []
                cell += nodes.paragraph("", "", link(words, f"#{anchor}"))


def where(app: Sphinx, chapter: str) -> list[str]:
    """The headings that explain the questions of a chapter's exercises, in turn."""
    file = Path(app.srcdir) / "book" / PLACES
    return yaml.safe_load(file.read_text("utf8")).get(chapter.partition("/")[2][:2], [])


def link_questions(app: Sphinx, doctree: nodes.document, chapter: str, address: str) -> None:
    """Below the title the chapter, in the line of minutes and points its section."""
    title = app.env.titles[chapter].astext()
    first = doctree.next_node(nodes.title)
    line = nodes.paragraph("", "Chapter: ", link(title, address), classes=["course-see"])
    first.parent.insert(first.parent.index(first) + 1, line)
    questions = [t for t in doctree.findall(nodes.title) if QUESTION.match(t.astext())]
    headings = where(app, chapter)
    if len(headings) != len(questions):
        log.warning("%s names sections for %d questions", PLACES, len(headings), location=doctree)
    for question, heading in zip(questions, headings, strict=False):
        anchor = find(sections_of(app.env)[chapter], heading)
        if anchor is None:
            log.warning("no section of %s is called %r", chapter, heading, location=question)
            continue
        line = question.parent.children[1]
        line += [nodes.Text(" · "), link(heading, f"{address}#{anchor}")]


def link_sections(
    app: Sphinx, doctree: nodes.document, chapter: str, exercises: str, address: str
) -> None:
    """At the end of a section the questions that it helps with."""
    asked = app.env.get_doctree(exercises)
    names = [t for t in asked.findall(nodes.title) if QUESTION.match(t.astext())]
    sections = sections_of(app.env)[chapter]
    for section in doctree.findall(nodes.section):
        here = section["ids"][0]
        mine = [
            question
            for question, heading in zip(names, where(app, exercises), strict=False)
            if find(sections, heading) == here
        ]
        if mine:
            place = next(
                (i for i, c in enumerate(section.children) if isinstance(c, nodes.section)),
                len(section.children),
            )
            section.insert(place, _practise(mine, address))


def _practise(questions: list[nodes.title], address: str) -> nodes.paragraph:
    line = nodes.paragraph("", "Exercises: ", classes=["course-see"])
    for i, title in enumerate(questions):
        words = title.astext().removeprefix("Question ")
        line += [nodes.Text(" · " if i else ""), link(words, f"{address}#{title.parent['ids'][0]}")]
    return line


def alternated(order: list[str], env: BuildEnvironment) -> list[str]:
    """Pages in reading order: each chapter is followed by its exercises."""
    twins = {page: twin(env, page) for page in order if page.startswith("chapters/")}
    placed = set(twins.values())
    return [
        name for page in order if page not in placed for name in (page, twins.get(page)) if name
    ]


def contents(app: Sphinx) -> list[str]:
    """All pages in the order of the table of contents."""
    after = {page: found[2] for page, found in app.builder.relations.items()}
    page, order = app.config.root_doc, []
    while page:
        order.append(page)
        page = after.get(page)
    return order


def alternate(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Previous and next page in reading order."""
    order = alternated(contents(app), app.env)
    if page not in order:
        return
    place = order.index(page)
    for key, other in (("prev", place - 1), ("next", place + 1)):
        context[key] = None
        if 0 <= other < len(order):
            title = app.builder.render_partial(app.env.titles[order[other]])["title"]
            address = app.builder.get_relative_uri(page, order[other])
            context[key] = {"link": address, "title": title}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", resolve)
    app.connect("html-page-context", alternate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
