"""Serve the desk to this machine alone.

It listens on the loopback address, on a port of the system's choice. Anyone who opens it needs the
token in the address that is printed; the page then keeps it in a cookie that no other site can
send. A request must name the loopback address as its host, so no name on the network leads here.
"""

import asyncio
import hmac
import json
import secrets
import signal
import webbrowser
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from coursekit.faults import Fault
from coursekit.grading.desk.cards import cards, content, is_written, piles
from coursekit.grading.desk.saving import Overtaken, Shown, save
from coursekit.grading.marks.ledger import Gradebook, load
from coursekit.grading.reporting.pages import environment, highlight
from coursekit.grading.reporting.report import rebuild

PAGE = Path(__file__).parent / "page"
SHARED = "reporting/templates"
COOKIE = "desk"
LOOPBACK = "127.0.0.1"
LARGEST = 1 << 20  # bytes of a request
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


class _Handler(RequestHandler):
    """What all pages share: the folder, the token, and what a browser may do with them."""

    def initialize(self, folder: Path, token: str) -> None:
        self.folder, self.token = folder, token

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> Awaitable[None] | None:
        """Let nobody in without the token.

        Raises:
            HTTPError: the token is missing or wrong, or the request came by another way.
        """
        if not _is_own(self.request):
            raise HTTPError(403, reason="Not from here")
        shown = self.get_query_argument("token", "")
        offered = shown or self.get_cookie(COOKIE) or ""
        if not hmac.compare_digest(offered.encode(), self.token.encode()):
            raise HTTPError(403, reason="Open the address that coursekit mark printed")
        if shown:
            self.set_cookie(COOKIE, self.token, httponly=True, samesite="Strict")
            self.redirect(self.request.path)
        return None

    def book(self) -> Gradebook:
        """The marks as they stand now.

        Raises:
            HTTPError: the folder is gone or damaged.
        """
        try:
            return load(self.folder)
        except (Fault, OSError) as fault:
            raise HTTPError(409, reason=" ".join(str(fault).split())) from fault

    def show(self, template: str, **about: Any) -> None:
        """Answer with a page."""
        made = environment().overlay(loader=FileSystemLoader([PAGE, PAGE.parents[1] / SHARED]))
        self.finish(made.get_template(template).render(**about))


def _is_own(request: HTTPServerRequest) -> bool:
    """Whether a request names this machine as its host, and comes from the desk's own pages."""
    host = request.host.rpartition(":")[0]
    origin = request.headers.get("Origin")
    return host == LOOPBACK and origin in (None, f"http://{request.host}")


class _Overview(_Handler):
    """The questions, with what waits."""

    def get(self) -> None:
        book = self.book()
        self.show("overview.html", exercise=book.identity.exercise, piles=piles(book.records))


class _Pile(_Handler):
    """The answers to one question, and marks for them."""

    def get(self, name: str) -> None:
        book = self.book()
        pile = next((p for p in piles(book.records) if p.name == name), None)
        if pile is None:
            raise HTTPError(404, reason="No such question")
        found = cards(book.records, name)
        code = {c.number: highlight(content(c.question)) for c in found if not pile.written}
        self.show(
            "pile.html",
            exercise=book.identity.exercise,
            pile=pile,
            cards=found,
            code=code,
            is_written=is_written,
        )

    def post(self, name: str) -> None:
        """Keep marks: by student points and comment, and the version, points and comment shown."""
        try:
            asked = json.loads(self.request.body)
            marks = {str(s): (str(p), str(c)) for s, (p, c, *_) in asked.items()}
            shown = {str(s): Shown(*map(str, seen)) for s, (_, _, *seen) in asked.items()}
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            raise HTTPError(400, reason="Not understood") from error
        try:
            doubts = save(self.folder, name, marks, shown)
        except (Fault, OSError) as fault:
            self.set_status(409)
            there = fault.there if isinstance(fault, Overtaken) else {}
            self.finish({"fault": str(fault), "there": there})
            return
        self.finish({"saved": len(marks), "doubts": doubts})


class _File(_Handler):
    """The script and the style of the pages."""

    def get(self, name: str) -> None:
        self.set_header("Content-Type", "text/css" if name.endswith("css") else "text/javascript")
        self.finish((PAGE / name).read_bytes())


def application(folder: Path, token: str) -> Application:
    """The desk of a grades folder."""
    about = {"folder": folder, "token": token}
    return Application(
        [
            (r"/", _Overview, about),
            (r"/question/([^/]+)", _Pile, about),
            (r"/(desk\.(?:js|css))", _File, about),
        ],
        log_function=lambda handler: None,  # what is refused is said on the page
    )


def serve(folder: Path, say: Callable[[str], None]) -> None:
    """Serve the desk until it is interrupted; then write everybody's pages anew.

    Args:
        folder: of the grades.
        say: gets lines for the person at the desk.

    Raises:
        RecordsFault: there are no grades in the folder.
    """
    load(folder)
    asyncio.run(_serve(folder, say))
    written = rebuild(folder)
    say(f"{len(written)} files written: {folder / 'report.html'}")


async def _serve(folder: Path, say: Callable[[str], None]) -> None:
    token = secrets.token_urlsafe(24)
    sockets = bind_sockets(0, LOOPBACK)
    server = HTTPServer(application(folder, token), max_body_size=LARGEST)
    server.add_sockets(sockets)
    address = f"http://{LOOPBACK}:{sockets[0].getsockname()[1]}/?token={token}"
    say(f"The marking desk is open at {address}")
    say("Every mark is kept as soon as it is given. Close the desk with Ctrl-C.")
    webbrowser.open(address)
    done = asyncio.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(ending, done.set)
    await done.wait()
    server.stop()
