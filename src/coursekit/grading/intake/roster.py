"""The class list: who should have handed in, and under which names the platforms know them."""

import csv
import io
import itertools
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.faults import Fault

LARGEST = 8 << 20  # bytes
MOST = 20_000  # people
COLUMNS = {
    "student": "student studentid id idnumber sisuserid sid username matriculation",
    "name": "name fullname studentname displayname",
    "first": "firstname givenname",
    "last": "lastname surname familyname",
    "email": "email emailaddress mail",
    "login": "login sisloginid loginid user netid",
    "platform": "platformid canvasid moodleid participant identifier userid",
    "handed_in": "lastmodifiedsubmission submissiontimestamp",  # Moodle; GitHub Classroom
}  # by what is left of a column's name without case, spaces and punctuation


class RosterFault(Fault):
    """The roster cannot be used; the text says why."""


@dataclass(frozen=True)
class Person:
    """One line of the roster; ``handed_in`` is a time as the platform that made it wrote it."""

    student: str
    name: str = ""
    email: str = ""
    aliases: tuple[str, ...] = ()
    handed_in: str = ""


@dataclass
class Roster:
    """People by every name they are known under.

    Attributes:
        people: in the roster's order.
    """

    people: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known: dict[str, Person | None] = {}
        for person in self.people:
            for alias in {plain(a) for a in person.aliases if plain(a)}:
                # Two people of one name: the name alone decides nothing.
                self._known[alias] = None if alias in self._known else person
        for person in self.people:
            self._known[plain(person.student)] = person

    def find(self, *names: str) -> Person | None:
        """The one person known under any of the names, or None."""
        for name in names:
            person = self._known.get(plain(name)) if name else None
            if person is not None:
                return person
        return None


def plain(text: str) -> str:
    """A name without case, accents, spaces and punctuation: ``Ébène, J.`` becomes ``ebenej``."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in letters if c.isalnum())


def read_roster(path: Path) -> Roster:
    """Read a roster from CSV (comma, semicolon or tab; a header line names the columns).

    Raises:
        RosterFault: no such file, or no column that names students.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise RosterFault(f"{path}: {error.strerror or error}") from error
    if len(data) > LARGEST:
        raise RosterFault(f"{path}: larger than {LARGEST >> 20} MB; is it a roster?")
    text = data.decode("utf-8-sig", errors="replace")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        names = reader.fieldnames or ()
        rows = list(itertools.islice(reader, MOST + 1))
    except csv.Error as error:
        raise RosterFault(f"{path}: not a table in CSV: {error}") from error
    if len(rows) > MOST:
        raise RosterFault(f"{path}: more than {MOST:,} lines; is it a roster?")
    wanted = {c: kind for kind, known in COLUMNS.items() for c in known.split()}
    columns = {c: wanted[plain(c)] for c in names if c and plain(c) in wanted}
    if not {"student", "email", "login", "name"} & set(columns.values()):
        raise RosterFault(
            f"{path}: no column named student, email, login or name in its first line"
        )
    people, seen = [], set()
    for row in rows:
        cells = {columns[c]: (row[c] or "").strip() for c in columns}
        person = _person(cells)
        if person and person.student not in seen:
            seen.add(person.student)
            people.append(person)
    if not people:
        raise RosterFault(f"{path}: nobody in it")
    return Roster(people)


def _person(cells: dict[str, str]) -> Person | None:
    """A person from the known cells of a line; None for a line that names nobody."""
    first, last, email = (cells.get(k, "") for k in ("first", "last", "email"))
    name = cells.get("name") or " ".join(p for p in (first, last) if p)
    student = cells.get("student") or cells.get("login") or email or name
    if not student:
        return None
    words = name.replace(",", " ").split()
    turned = [
        last + first,
        first + last,
        "".join(words[-1:] + words[:-1]),
        "".join(words[1:] + words[:1]),
    ]
    aliases = [student, name, email, email.split("@")[0], cells.get("login", ""), *turned]
    aliases = [*aliases, cells.get("platform", "")]
    return Person(student, name, email, tuple(aliases), cells.get("handed_in", ""))
