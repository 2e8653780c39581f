"""Firefox for Playwright, which speaks to it in WebDriver BiDi and asks for one thing it lacks.

Playwright sets the colour scheme of every new context; Debian's Firefox does not know that command
yet and refuses, which ends the test. This stands between them: it starts Firefox with the arguments
it was given, passes everything on, and answers that one command itself.
"""

import asyncio
import json
import re
import signal
import sys

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

LACKING = "emulation.setMediaFeaturesOverride"
LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
LARGEST = 1 << 28  # bytes of a message: a downloaded page comes in one


class Bridge(WebSocketHandler):
    """One connection of Playwright's, and the one to Firefox that belongs to it."""

    def initialize(self, firefox: str) -> None:
        self.firefox = firefox

    async def open(self, *_: str) -> None:
        address = self.firefox + self.request.path
        self.other = await websocket_connect(
            address, on_message_callback=self._heard, max_message_size=LARGEST
        )

    async def on_message(self, message: str | bytes) -> None:
        asked = json.loads(message)
        if asked.get("method") == LACKING:
            await self.write_message({"type": "success", "id": asked["id"], "result": {}})
        else:
            await self.other.write_message(message)

    def _heard(self, message: str | bytes | None) -> None:
        if message is None:
            self.close()
        else:
            self.write_message(message)

    def on_close(self) -> None:
        self.other.close()


async def main(program: str, *arguments: str) -> int:
    """Run Firefox to its end; what it says goes on, its address apart."""
    firefox = await asyncio.create_subprocess_exec(
        program, *arguments, stderr=asyncio.subprocess.PIPE
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, firefox.terminate)
    assert firefox.stderr is not None
    async for line in firefox.stderr:
        if found := LISTENING.search(line):
            sockets = bind_sockets(0, "127.0.0.1")
            routes = [(r"/.*", Bridge, {"firefox": found[1].decode()})]
            server = HTTPServer(Application(routes, websocket_max_message_size=LARGEST))
            server.add_sockets(sockets)
            ours = f"ws://127.0.0.1:{sockets[0].getsockname()[1]}"
            line = LISTENING.sub(f"WebDriver BiDi listening on {ours}".encode(), line)
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
    return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
