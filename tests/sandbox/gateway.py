"""The customers of the stand-in, who receives its webhooks, and gateways that are worse than it can be told to be."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from lms.services.payments import razorpay
from tests.world import World

SANDBOX = "/sandbox/razorpay"


def order(receipt: str = "receipt-1", amount: int = 49900, **notes: str) -> str:
    return razorpay.create_order(amount, "INR", receipt, notes)


def pay(world: World, order_id: str, outcome: str = "captured", **more: Any) -> dict[str, Any]:
    answer = world.post(f"{SANDBOX}/pay", {"order_id": order_id, "outcome": outcome, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def paid(world: World, amount: int = 49900, receipt: str = "receipt-1") -> str:
    """The id of a captured payment."""
    payment_id: str = pay(world, order(receipt, amount), "captured_silently")["razorpay_payment_id"]
    return payment_id


def behave(world: World, **how: Any) -> None:
    answer = world.post(f"{SANDBOX}/behaviour", how)
    assert answer.status_code == 200, answer.text


def events(world: World, state: str | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.get(f"{SANDBOX}/webhooks" + (f"?state={state}" if state else "")).json["items"]
    return found


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> str:
        name: str = json.loads(self.body)["event"]
        return name


@dataclass
class Receiver:
    """Takes webhooks, with the statuses it has been given and then with 200."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    seconds: float = 0

    def names(self) -> list[str]:
        return [delivery.event for delivery in self.received]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.received.append(Received({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(receiver.seconds)
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def strange_gateway(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """An address at which every connection is answered, once it has asked, by whatever the function does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            answer(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def http_answer(status: str, body: str, kind: str = "application/json") -> Callable[[socket.socket], None]:
    text = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    )
    return lambda connection: connection.sendall(text.encode())
