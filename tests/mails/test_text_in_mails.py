"""What people wrote stands in mails as they wrote it."""

from bs4 import BeautifulSoup

from tests.mails.every import every_mail
from tests.world import World

HOSTILE = "<script>stolen()</script><img src=x onerror=stolen()> & std::vector<int>"


def test_there_is_one_of_each(world: World) -> None:
    assert len(every_mail("Asha")) >= 18


def test_no_text_becomes_html(world: World) -> None:
    for message in every_mail(HOSTILE):
        page = BeautifulSoup(message.html or "", "html.parser")
        assert not page.find_all(["script", "img"]), message.subject
        if "204518" not in page.get_text():
            assert HOSTILE in page.get_text(), message.subject
            assert HOSTILE in (message.body or ""), message.subject


def test_a_reason_of_two_lines_has_two_lines(world: World) -> None:
    reason, styles = "Add captions.\nMend the sound.", []
    for message in every_mail(reason):
        page = BeautifulSoup(message.html or "", "html.parser")
        told = [each for each in page.find_all("p") if each.get_text() == reason]
        assert not told or reason in (message.body or "")
        styles += [each.get("style") for each in told]
    assert len(styles) >= 6
    assert set(styles) == {"white-space: pre-line"}
