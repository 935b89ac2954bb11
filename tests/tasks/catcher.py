"""A mail server on this machine that keeps what it is given, and behaves as badly as a test asks."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast

from trainer.config import Smtp


@dataclass
class Caught:
    """What arrived."""

    port: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    """Address → what RCPT is answered; `hang up` closes the connection. 250 for the others."""
    greeting: str = "220 here"
    slow: float = 0.0
    """Seconds before each answer."""
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    """Address of the envelope, and the letter."""

    @property
    def smtp(self) -> Smtp:
        return Smtp(
            host="127.0.0.1", port=self.port, user="", password="", encryption="none", sender="training@office.example"
        )


@contextmanager
def catching(**how: object) -> Iterator[Caught]:
    caught = Caught(**how)  # type: ignore[arg-type]

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(caught.greeting)
            address = ""
            for line in self.rfile:
                verb, _, rest = line.decode().strip().partition(" ")
                match verb.upper():
                    case "RCPT":
                        address = rest.partition("<")[2].partition(">")[0]
                        answer = caught.answers.get(address, "250 ok")
                        if answer == "hang up":
                            return
                        self.say(answer)
                    case "DATA":
                        self.say("354 go on")
                        data = b"".join(iter(self.rfile.readline, b".\r\n"))
                        made = cast("EmailMessage", message_from_bytes(data, policy=SMTP))
                        caught.letters.append((address, made))
                        self.say("250 taken")
                    case "QUIT":
                        self.say("221 bye")
                        return
                    case _:
                        self.say("250 ok")

        def say(self, text: str) -> None:
            time.sleep(caught.slow)
            self.wfile.write(text.encode() + b"\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that lost its patience."""

    with Server(("127.0.0.1", 0), Handler) as server:
        caught.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield caught
        finally:
            server.shutdown()
            thread.join()
