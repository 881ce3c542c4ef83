"""The mailbox page and its JSON show what the sink kept."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

import lms.sandbox.mailbox as mailbox
from lms.embedded.smtp_sink import Sink


@pytest.fixture
def sink(tmp_path):
    return Sink(tmp_path)


@pytest.fixture
def client(tmp_path):
    app = Flask("lms", root_path=str(Path(mailbox.__file__).parents[1]))
    app.config["MAILBOX_DIR"] = str(tmp_path)
    app.register_blueprint(mailbox.bp)
    return app.test_client()


def mail(to="Asha Rao <asha@example.com>", subject="Your code", text="123456\n", html=None):
    message = EmailMessage()
    message["To"], message["Subject"] = to, subject
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_json_is_a_bare_list_newest_first(client, sink):
    sink.keep(mail(subject="first"))
    sink.keep(mail(subject="दूसरा", html="<b>123456</b>\n"))
    newest, oldest = client.get("/sandbox/mailbox.json").json
    assert oldest["subject"] == "first"
    assert oldest["html"] == ""
    assert newest.pop("at").endswith("Z")
    assert newest == {
        "to": "asha@example.com",
        "subject": "दूसरा",
        "text": "123456\n",
        "html": "<b>123456</b>\n",
    }


def test_the_address_filter_ignores_case_and_takes_whole_addresses(client, sink):
    sink.keep(mail(to="Asha@Example.com"))
    sink.keep(mail(to="natasha@example.com"))
    found = client.get("/sandbox/mailbox.json", query_string={"to": "ASHA@example.com"}).json
    assert [entry["to"] for entry in found] == ["Asha@Example.com"]


def test_blind_copies_are_found_by_their_envelope(client, sink):
    sink.keep(b"Delivered-To: hidden@example.com\r\n" + mail())
    assert len(client.get("/sandbox/mailbox.json?to=hidden@example.com").json) == 1


def test_the_limit_counts_the_newest(tmp_path, sink):
    for number in range(5):
        sink.keep(mail(subject=str(number)))
    assert [entry["subject"] for entry in mailbox.read_mailbox(tmp_path, limit=2)] == ["4", "3"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no header at all",
        b"Subject: \xff\xfe\r\nTo: \xff@example.com\r\n\r\n\xff",
        b"Content-Type: text/plain; charset=no-such\r\n\r\n\xe0\xa4\x86",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        b"To: =?utf-8?b?//8=?= <a@b.c>, ,\r\nContent-Type: text/html\r\n\r\n<p>",
    ],
)
def test_a_broken_message_breaks_neither_page_nor_json(client, sink, raw):
    sink.keep(raw)
    assert len(client.get("/sandbox/mailbox.json").json) == 1
    assert client.get("/sandbox/mailbox").status_code == 200


def test_the_page_shows_mails_and_escapes_them(client, sink):
    html = '<p class="x">hello</p>\n'
    sink.keep(mail(subject="<i>Hi</i>", text="<b>go</b> to http://localhost:3000/a?b=1&c=2, now", html=html))
    page = client.get("/sandbox/mailbox").text
    assert "&lt;i&gt;Hi&lt;/i&gt;" in page
    assert "&lt;b&gt;go&lt;/b&gt;" in page
    link = "http://localhost:3000/a?b=1&amp;c=2"
    assert f'<a href="{link}" target="_blank" rel="noopener noreferrer">{link}</a>, now' in page
    assert "&lt;p class=&#34;x&#34;&gt;hello&lt;/p&gt;" in page
    assert html not in page


def test_the_page_runs_no_script(client):
    policy = client.get("/sandbox/mailbox").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_an_empty_mailbox_says_so(client):
    assert "No mail yet" in client.get("/sandbox/mailbox").text
    assert "No mail to asha@example.com yet" in client.get("/sandbox/mailbox?to=asha@example.com").text
    assert client.get("/sandbox/mailbox.json").json == []


def test_a_directory_that_does_not_exist_yet_is_empty(tmp_path):
    assert mailbox.read_mailbox(tmp_path / "later") == []
