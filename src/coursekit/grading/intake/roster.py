"""The class list: who should have handed in, and under which names the platforms know them."""

import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.checks.notebookfile import decoded
from coursekit.faults import Fault

LARGEST = 8 << 20  # bytes
MOST = 20_000  # people
COLUMNS = {
    "student": "sisuserid studentid orgdefinedid idnumber studentnumber matriculation sid"
    " rosteridentifier student username id",
    "name": "name fullname studentname displayname student vollstandigername nomcomplet"
    " nombrecompleto nomecompleto volledigenaam",
    "first": "firstname givenname vorname prenom nombre nome voornaam",
    "last": "lastname surname familyname nachname nom nomdefamille apellidos apellido cognome"
    " achternaam sobrenome apelido",
    "email": "email emailaddress mail",
    "login": "login sisloginid loginid githubusername user username netid",
    "platform": "platformid canvasid moodleid participant identifier identifiant identificador"
    " identificativo userid id",
    # GitHub Classroom; Moodle in English, German, French, Spanish, Italian, Dutch, Portuguese
    "handed_in": "submissiontimestamp lastmodifiedsubmission zuletztgeandertabgabe"
    " dernieremodificationtravailremis ultimamodificacionentrega ultimamodificaconsegna"
    " laatstgewijzigdinzending ultimamodificacaoenvio",
}  # by what is left of a column's name without case, spaces and punctuation; the first there counts
PLATFORMS = (  # the columns that tell a platform's own table, and what else some mean there
    ({"student", "sisuserid"}, {"student": "name", "id": "platform"}),  # Canvas, with SIS ids
    ({"student", "id", "section"}, {"student": "name", "id": "student"}),  # Canvas without
    ({"identifier", "githubusername"}, {"identifier": "student"}),  # GitHub Classroom
    ({"id", "zuletztgeandertabgabe"}, {"id": "platform"}),  # Moodle in German
)
IDENTIFIERS = ("studentid", "idnumber", "studentnumber", "matriculation", "sid")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EXCEL = re.compile(r"\d[.,]\d+E\+\d+")  # a long number as Excel shows and stores it
NOBODY = re.compile(r"points possible$|student, test$|teststudent$", re.I)  # rows of Canvas


class RosterFault(Fault):
    """The roster cannot be used; the text says why."""


@dataclass(frozen=True)
class Person:
    """One line of the roster.

    Attributes:
        student: what identifies the person.
        name: as the roster has it.
        email: address.
        aliases: everything that a platform or a file may call the person.
        handed_in: a time as the platform that made the roster wrote it.
        login: on the platform.
        platform: number or other identifier that the platform gave out itself.
    """

    student: str
    name: str = ""
    email: str = ""
    aliases: tuple[str, ...] = ()
    handed_in: str = ""
    login: str = ""
    platform: str = ""


@dataclass
class Roster:
    """People by every name they are known under.

    Attributes:
        people: in the roster's order.
        remarks: what the instructor should know of it, a line each.
    """

    people: list[Person] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known = _once((alias, p) for p in self.people for alias in p.aliases)
        self._numbers = _once((number_in(p.platform), p) for p in self.people)
        # Spreadsheets take the zeros before a number away.
        numbers = [p for p in self.people if p.student.isdecimal()]
        self._short = _once((p.student.lstrip("0"), p) for p in numbers)
        self._known |= {plain(person.student): person for person in self.people}
        # José and Jose may both be there; then only the exact name says which.
        self._exact = _once(((alias, p) for p in self.people for alias in p.aliases), spelt)

    def find(self, *names: str) -> Person | None:
        """The one person known under any of the names, or None."""
        for name in names:
            person = self._exact.get(spelt(name)) or self._known.get(plain(name)) if name else None
            if person is not None:
                return person
            if name.isdecimal() and (person := self._short.get(name.lstrip("0"))):
                return person
        return None

    def called(self, name: str) -> list[Person]:
        """Everybody who may be meant by a name."""
        return [p for p in self.people if plain(name) in map(plain, p.aliases)] if name else []

    def numbered(self, number: str, name: str) -> Person | None:
        """The person to whom a platform gave a number, and a name in its own form.

        The platform's number counts where the roster has it, then the name. In the university's
        lists the number may be somebody else's, so there a part of the name has to agree.
        """
        person = self._numbers.get(plain(number))
        if person := person or self.find(name, *_without_groups(name)):
            return person
        listed = self.find(number)
        words = [plain(word) for word in listed.name.split()] if listed else []
        return listed if not words or any(w in plain(name) for w in words if w) else None


def number_in(platform: str) -> str:
    """The number in what a platform calls somebody, as in Moodle's ``Participant 12``."""
    digits = re.findall(r"\d+$", platform)
    return digits[0] if digits else platform


def _without_groups(name: str) -> list[str]:
    """What a name may be without Moodle's group before it, as in ``Team 3-Ada Lovelace``."""
    parts = name.split("-")
    return ["-".join(parts[at:]) for at in range(1, len(parts))]


def spelt(text: str) -> str:
    """A name with its accents; it does not matter how these are stored."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _once(
    named: Iterable[tuple[str, Person]], form: Callable[[str], str] | None = None
) -> dict[str, Person | None]:
    """People by a form of their names; two of one name: the name alone decides nothing."""
    known: dict[str, Person | None] = {}
    for name, person in named:
        if alias := (form or plain)(name):
            known[alias] = person if known.get(alias, person) is person else None
    return known


def plain(text: str) -> str:
    """A name without case, accents, spaces and punctuation: ``Ébène, J.`` becomes ``ebenej``."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in letters if c.isalnum())


def read_roster(path: Path) -> Roster:
    """Read a roster from CSV (comma, semicolon or tab; a header line names the columns).

    Raises:
        RosterFault: no such file, or no column that names students.
    """
    names, rows = read_lines(path)
    columns = _columns(path, names, rows)
    people: dict[str, Person] = {}
    remarks = []
    for row in rows:
        person = _person({kind: _cell(row[c] or "") for c, kind in columns.items()})
        if person is None:
            continue
        first = people.setdefault(person.student, person)
        if EXCEL.fullmatch(person.student):
            cut = "a spreadsheet has cut this number; export the list again"
            raise RosterFault(f"{path}: {person.student}: {cut}")
        if first is not person and (first != person or person.student == person.name):
            both = f"{first.name or 'no name'}, {person.name or 'no name'}"
            remarks.append(
                f"{path}: {person.student} stands in it twice ({both}); the first counts"
            )
    if not people:
        raise RosterFault(f"{path}: nobody in it")
    return Roster(list(people.values()), remarks)


def read_lines(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Names of the columns and lines of a CSV file, in any encoding and with any separator.

    Raises:
        RosterFault: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise RosterFault(f"{path}: {error.strerror or error}") from error
    if len(data) > LARGEST:
        raise RosterFault(f"{path}: larger than {LARGEST >> 20} MB; is it a roster?")
    if data.startswith(b"PK"):
        raise RosterFault(f"{path}: a workbook; save the sheet as CSV")
    return _table(path, decoded(data))


def _cell(text: str) -> str:
    """What stands in a cell, without what keeps spreadsheets from changing it."""
    text = text.strip()
    if quoted := re.fullmatch(r'="(.*)"', text):
        text = quoted[1]
    return text.lstrip("#'").strip()


def _table(path: Path, text: str) -> tuple[list[str], list[dict[str, str]]]:
    """Names of the columns, and the lines; the first line says what separates them.

    Raises:
        RosterFault: it is no table, or too long a one.
    """
    if told := re.match(r"sep=(.)\r?\n", text):  # Excel's own first line
        text = text[told.end() :]
    text = text.lstrip("\r\n")
    first = text.split("\n", 1)[0]
    separator = told[1] if told else max(",;\t", key=lambda sign: _columns_in(first, sign))
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        names = [name or "" for name in reader.fieldnames or ()]
        rows = list(itertools.islice(reader, MOST + 1))
    except csv.Error as error:
        raise RosterFault(f"{path}: not a table in CSV: {error}") from error
    if len(rows) > MOST:
        raise RosterFault(f"{path}: more than {MOST:,} lines; is it a roster?")
    return names, rows


def _columns_in(line: str, sign: str) -> tuple[int, int]:
    """How many columns that mean something a sign makes of a line, and how many there are."""
    known = {word for words in COLUMNS.values() for word in words.split()}
    names = next(csv.reader([line], delimiter=sign), [])
    return sum(plain(name) in known for name in names), len(names)


def _columns(path: Path, names: list[str], rows: list[dict[str, str]]) -> dict[str, str]:
    """What the columns mean, by their names; each meaning once.

    Raises:
        RosterFault: none names students, or two that say different things may both be what
            identifies them.
    """
    there = {plain(name): name for name in names if name}
    found = next((more for these, more in PLATFORMS if these <= there.keys()), {})
    columns = {there[word]: kind for word, kind in found.items()}
    for kind, known in COLUMNS.items():
        free = [there[w] for w in known.split() if w in there and there[w] not in columns]
        if free and kind not in columns.values():
            columns[free[0]] = kind
    if "email" not in columns.values():
        columns |= {name: "email" for name in _addresses(names, rows) if name not in columns}
    if not {"student", "email", "login", "name", "platform", "last"} & set(columns.values()):
        raise RosterFault(
            f"{path}: no column named student, email, login or name in its first line"
        )
    alike = [name for name in names if plain(name) in IDENTIFIERS]
    if any(len({(row[name] or "").lstrip("0") for name in alike}) > 1 for row in rows):
        both = " and ".join(repr(name) for name in alike)
        raise RosterFault(
            f"{path}: {both} may each be what identifies students; keep one of these columns"
        )
    return columns


def _addresses(names: list[str], rows: list[dict[str, str]]) -> list[str]:
    """The column that holds addresses and nothing else, whatever its language calls it."""
    cells = {name: [_cell(row[name] or "") for row in rows] for name in names if name}
    filled = {name: [cell for cell in own if cell] for name, own in cells.items()}
    return [name for name, own in filled.items() if own and all(map(ADDRESS.fullmatch, own))][:1]


def _person(cells: dict[str, str]) -> Person | None:
    """A person from the known cells of a line; None for a line that names nobody."""
    first, last, email = (cells.get(k, "") for k in ("first", "last", "email"))
    name = cells.get("name") or " ".join(p for p in (first, last) if p)
    if NOBODY.match(name):
        return None
    login, platform = cells.get("login", ""), cells.get("platform", "")
    # Two people may have one name, but no platform gives out a number twice.
    student = cells.get("student") or login or email or platform or name
    if not student:
        return None
    words = name.replace(",", " ").split()
    turned = [
        last + first,
        first + last,
        "".join(words[-1:] + words[:-1]),
        "".join(words[1:] + words[:1]),
    ]
    aliases = (student, name, email, email.split("@")[0], login, *turned, platform)
    return Person(student, name, email, aliases, cells.get("handed_in", ""), login, platform)
