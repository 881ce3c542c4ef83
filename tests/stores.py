"""Media stores as they should not be: each answers, or does not, in a bad way of its own."""

import contextlib
import socket
import struct
import threading
import time
from types import TracebackType
from typing import Literal, Self

Manner = Literal["closed", "blackhole", "deaf", "mute", "broken", "html", "nonsense", "stalling", "slow"]

HTML = b"<html><h1>Internal Server Error</h1></html>"
LARGE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"


class FakeStore:
    """Listens on a port, a free one unless it is told, and treats every request in one manner.

    - closed: nobody listens; blackhole: connections are not even accepted
    - deaf: accepts, reads nothing, says nothing; mute: reads everything, says nothing
    - broken: reads a little and resets the connection; stalling: promises an answer and stops in its middle
    - slow: takes four seconds over twelve megabytes, and answers it well
    - html: 500 with a page of HTML; nonsense: 200 with JSON that means nothing
    """

    def __init__(self, manner: Manner, port: int = 0) -> None:
        self._manner, self.asked = manner, 0
        self._listener = socket.create_server(("127.0.0.1", port), backlog=0 if manner == "blackhole" else 128)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        if self._manner == "closed":
            self._listener.close()
        elif self._manner == "blackhole":
            self._fill()
        else:
            threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for each in (self._listener, *self._open):
            each.close()

    def _fill(self) -> None:
        """Take every place in the queue, so that the kernel drops whoever comes next."""
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(self._listener.getsockname())
            self._open.append(one)
        time.sleep(0.1)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._treat, args=(connection,), daemon=True).start()

    def _treat(self, connection: socket.socket) -> None:
        self.asked += 1
        with contextlib.suppress(OSError):
            getattr(self, f"_{self._manner}")(connection)

    def _deaf(self, connection: socket.socket) -> None:
        """The kernel takes what fits its buffer."""

    def _mute(self, connection: socket.socket) -> None:
        while connection.recv(65536):
            pass

    def _broken(self, connection: socket.socket) -> None:
        connection.recv(1000)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def _html(self, connection: socket.socket) -> None:
        self._answer(connection, b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\n", HTML)

    def _nonsense(self, connection: socket.socket) -> None:
        self._answer(connection, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", b'{"hello":"world"}')

    def _stalling(self, connection: socket.socket) -> None:
        self._read_request(connection)
        connection.sendall(LARGE + b"{")

    def _slow(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self._read_request(connection, pause=0.04)
        self._answer_with(
            connection, b"HTTP/1.1 200 OK\r\n", b'{"public_id":"lms/x","bytes":1,"format":"mp4","duration":1}'
        )

    def _answer(self, connection: socket.socket, head: bytes, body: bytes) -> None:
        self._read_request(connection)
        self._answer_with(connection, head, body)

    def _answer_with(self, connection: socket.socket, head: bytes, body: bytes) -> None:
        length = f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        connection.sendall(head + length + body)
        connection.close()

    def _read_request(self, connection: socket.socket, pause: float = 0) -> None:
        with connection.makefile("rb") as file:
            left = 0
            while (line := file.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                left = int(value) if name.lower() == b"content-length" else left
            while left > 0:
                left -= len(file.read(min(left, 128 * 1024)))
                time.sleep(pause)
