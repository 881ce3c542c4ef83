"""The development SMTP server keeps every message and only the newest ones."""

import smtplib
import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from lms.embedded.address import Address
from lms.embedded.part import Part
from lms.embedded.processes import wait_until
from lms.embedded.smtp_sink import Sink
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def sink(tmp_path):
    host, mailbox = Address.pick().host, tmp_path / "mailbox"

    def greets():
        try:
            smtplib.SMTP(host, 1025, timeout=1).quit()
        except OSError:
            return False
        return True

    command = [sys.executable, "-m", "lms.embedded.smtp_sink", host, "1025", str(mailbox)]
    part = Part("smtp", command, tmp_path, ready=greets)
    part.start()
    yield host, mailbox, part
    part.kill()


def test_a_message_is_kept_whole_with_all_its_recipients(sink):
    host, mailbox, _ = sink
    message = EmailMessage()
    message["Subject"], message["To"] = "आपका कोड", "asha@example.com"
    message.set_content("123456\n.\nend")
    with smtplib.SMTP(host, 1025) as client:
        client.send_message(message, to_addrs=["asha@example.com", "hidden@example.com"])
    (file,) = mailbox.iterdir()
    kept = message_from_bytes(file.read_bytes(), policy=default)
    assert kept["Subject"] == "आपका कोड"
    assert kept.get_all("Delivered-To") == ["asha@example.com", "hidden@example.com"]
    assert kept.get_content().splitlines() == ["123456", ".", "end"]


def test_it_ends_cleanly_when_asked(sink):
    _, _, part = sink
    process = part.process
    part.stop()
    assert process.returncode == 0


def test_only_the_newest_messages_stay_in_their_order(tmp_path):
    sink = Sink(tmp_path, limit=3)
    for number in range(5):
        sink.keep(f"Subject: {number}\r\n\r\n".encode())
    subjects = [file.read_text().strip() for file in sorted(tmp_path.iterdir())]
    assert subjects == ["Subject: 2", "Subject: 3", "Subject: 4"]


def test_drafts_of_an_earlier_crash_are_removed(tmp_path):
    (tmp_path / "cut-short.tmp").write_text("half")
    Sink(tmp_path)
    wait_until(lambda: not list(tmp_path.iterdir()), PATIENCE_SECONDS, "the removal")
