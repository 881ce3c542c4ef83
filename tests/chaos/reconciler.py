"""`python -m tests.chaos.reconciler`: what the scheduler has a worker do twice a minute, over and over."""

import signal
import threading

from pymongo.errors import PyMongoError

from lms import create_app
from lms.controllers.payments import reconciliation
from lms.errors import GatewayUnavailable

PAUSE_SECONDS = 0.05


def main() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with create_app().app_context():
        while not stop.wait(PAUSE_SECONDS):
            try:
                reconciliation.reconcile()
            except (GatewayUnavailable, PyMongoError) as error:
                print(f"again, after {error!r}", flush=True)


if __name__ == "__main__":
    main()
