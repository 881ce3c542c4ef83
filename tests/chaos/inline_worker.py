"""`python -m tests.chaos.inline_worker <queue>`: a worker that does not fork, and draws the same invoice for everybody.

Several times as fast as `flask worker`: hundreds of orders are settled here, and how invoices look is tested elsewhere.
"""

import sys

from lms import create_app
from lms.machinery import worker
from lms.services.payments import invoice_pdf


def main() -> None:
    draw, drawn = invoice_pdf.draw, list[bytes]()

    def draw_once(invoice: invoice_pdf.Invoice) -> bytes:
        if not drawn:
            drawn.append(draw(invoice))
        return drawn[0]

    invoice_pdf.draw = draw_once
    worker.make(create_app(), sys.argv[1], inline=True).work(logging_level="WARNING")


if __name__ == "__main__":
    main()
