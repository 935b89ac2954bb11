"""A mail server on this machine that keeps what it is given, and behaves as badly as a test asks."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from typing import Literal, cast

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
    encryption: Literal["tls", "starttls", "none"] = "none"
    certificate: Path | None = None
    """With its key, in one file; for an encryption."""
    users: Mapping[str, str] = field(default_factory=dict)
    """User → password; none: AUTH is not offered."""
    ways: str = "CRAM-MD5 PLAIN LOGIN"
    tried: list[tuple[str, bool]] = field(default_factory=list)
    """Each AUTH, and whether it came encrypted."""
    in_the_open: list[str] = field(default_factory=list)
    """Lines that came unencrypted."""
    connections: int = 0
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    """Address of the envelope, and the letter."""

    @property
    def smtp(self) -> Smtp:
        return Smtp(
            host="127.0.0.1", port=self.port, user="", password="", encryption=self.encryption,
            sender="training@office.example",
        )  # fmt: skip


@contextmanager
def catching(**how: object) -> Iterator[Caught]:
    caught = Caught(**how)  # type: ignore[arg-type]

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            caught.connections += 1
            self.is_closed = caught.encryption == "tls"
            if self.is_closed:
                self.encrypt()
            self.say(caught.greeting)
            address, known = "", not caught.users
            while line := self.rfile.readline():
                verb, _, rest = line.decode().strip().partition(" ")
                if not self.is_closed:
                    caught.in_the_open.append(line.decode())
                match verb.upper():
                    case "EHLO":
                        self.say("250-here")
                        if caught.encryption == "starttls" and not self.is_closed:
                            self.say("250-STARTTLS")
                        if caught.users and (self.is_closed or caught.encryption != "starttls"):
                            self.say(f"250-AUTH {caught.ways}")
                        self.say("250 SIZE")
                    case "STARTTLS":
                        self.say("220 go on")
                        self.encrypt()
                        self.is_closed = True
                    case "AUTH":
                        known = self.ask(rest)
                        self.say("235 welcome" if known else "535 5.7.8 no such thing")
                    case "MAIL" if not known:
                        self.say("530 sign in first")
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

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def encrypt(self) -> None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(str(caught.certificate))
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile.close()
            self.wfile.close()
            self.rfile = cast("BufferedReader", self.connection.makefile("rb"))
            self.wfile = cast("BufferedIOBase", self.connection.makefile("wb", buffering=0))

        def ask(self, rest: str) -> bool:
            """AUTH PLAIN, or LOGIN in its steps."""
            way, _, first = rest.partition(" ")
            caught.tried.append((way, self.is_closed))
            said = base64.b64decode(first).decode()
            if way == "PLAIN":
                _, user, password = said.split("\0")
            else:
                self.say("334 " + base64.b64encode(b"Password:").decode())
                user, password = said, base64.b64decode(self.rfile.readline()).decode()
            return caught.users.get(user) == password

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
