"""From an author's first lesson to a certificate that staff revoke, each by somebody at a browser of their own."""

import io
from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from lms.controllers.moderation import courses as moderation
from lms.models.certificates.certificates import certificates
from tests.browser.test_certificates_in_a_browser import revoke
from tests.world import Person, World, served

CALL = """async ([method, path, body, token]) => {
  const headers = {Authorization: `Bearer ${token}`, "Content-Type": "application/json"};
  const answer = await fetch("/api/v1" + path, {method, headers, body: body && JSON.stringify(body)});
  return answer.json();
}"""
SAVE = """async ([address, token]) => {
  const answer = await fetch(address, {headers: {Authorization: `Bearer ${token}`}});
  return [...new Uint8Array(await answer.arrayBuffer())];
}"""
READ = """html => {
  document.body.innerHTML = html;
  return document.body.innerText;
}"""


@dataclass
class Window:
    """Somebody who is signed in, at a browser."""

    page: Page
    token: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.page.evaluate(CALL, [method, path, body, self.token])
        assert answer["success"], (method, path, answer)
        return answer.get("data")


def test_a_course_is_built_done_graded_and_certified(world: World, teacher: Person, chromium: Any, app: Flask) -> None:
    with served(app) as address:
        author = Window(blank(chromium, address), teacher.token)
        learner = world.person(firstName="अशा", lastName="राव")
        student = Window(blank(chromium, address), learner.token)
        course = world.draft(teacher, lessons=0, title="Knots for sailors")
        quiz, assignment = build(world, author, teacher, str(course.id), str(course.section))
        moderation.approve(course.id, seen=None)
        attend(student, str(course.id), quiz, assignment)
        grade(author, assignment)
        assert student.call("GET", f"/courses/getFullCourseDetails/{course.id}")["progressPercentage"] == 100
        world.run_jobs()
        link = verified_by(student, address)
        assert link in world.inbox.to(learner.email)[-1].text
        stranger = chromium.new_page(java_script_enabled=False)
        stranger.goto(link)
        expect(stranger.get_by_role("heading", name="अशा राव")).to_be_visible()
        expect(stranger.get_by_text("This certificate is genuine and holds.")).to_be_visible()
        held = certificates.current(learner.id, course.id)
        assert held is not None
        revoke(world, chromium, address, str(held["_id"]))
        stranger.reload()
        expect(stranger.get_by_text("This certificate was revoked.")).to_be_visible()
        for page in (stranger, author.page, student.page):
            page.close()


def blank(chromium: Any, address: str) -> Page:
    page: Page = chromium.new_page(bypass_csp=True)
    page.goto(f"{address}/verify")
    return page


def build(world: World, author: Window, teacher: Person, course: str, section: str) -> tuple[str, str]:
    """A text, a video, a quiz that opens after them and an assignment; handed in. The ids of the last two."""
    text = {"title": "Why knots hold", "kind": "text", "text": "<p>Friction, and <b>nothing</b> else.</p>"}
    author.call("POST", f"/courses/addSubsection/{section}", text)
    video = {"title": "A bowline, slowly", "videoPublicId": world.video(teacher, 100)}
    outline = author.call("POST", f"/courses/addSubsection/{section}", video)
    asked = {"kind": "truefalse", "body": "Friction holds a knot.", "key": {"holds": True}}
    question = author.call("POST", f"/assessments/questions/{course}", asked)["id"]
    rules = {"title": "What holds it?", "items": [{"question": question}], "minutes": 5}
    quiz = author.call("POST", f"/assessments/quizzes/{section}", rules)["id"]
    task = {"title": "Tie one", "brief": "<p>Describe your own.</p>", "text": True, "outOf": 1000}
    assignment = author.call("POST", f"/assessments/assignments/{section}", task)["id"]
    lessons = outline[0]["subsections"]
    last = author.call("GET", f"/courses/getCourseDetails/{course}")["sections"][0]["subsections"][2]["id"]
    author.call("PUT", f"/courses/updateSubsection/{last}", {"opens": {"afterLesson": lessons[1]["id"]}})
    design = {"enabled": True, "title": "Certificate of seamanship", "criteria": "All of it.", "revision": 0}
    author.call("PUT", f"/certificates/design/{course}", design)
    author.call("POST", f"/courses/submitCourse/{course}")
    return quiz, assignment


def attend(student: Window, course: str, quiz: str, assignment: str) -> None:
    """Read, watch, answer, hand in: in the order that the outline allows."""
    student.call("POST", f"/courses/enroll/{course}")
    outline = student.call("GET", f"/courses/getFullCourseDetails/{course}")["sections"][0]["subsections"]
    assert [(each["kind"], each["locked"] is None) for each in outline] == [
        ("text", True),
        ("video", True),
        ("quiz", False),
        ("assignment", True),
    ]
    text, video = outline[0]["id"], outline[1]["id"]
    shown = student.page.evaluate(READ, student.call("GET", f"/courses/lesson/{text}")["text"])
    assert shown == "Friction, and nothing else."
    assert student.call("GET", f"/courses/playback/{video}")["url"]
    for lesson, position in ((text, outline[0]["duration"]), (video, 95)):
        student.call("POST", f"/profile/updateCourseProgress/{course}", {"subsectionId": lesson, "position": position})
    attempt = student.call("POST", f"/assessments/quiz/{quiz}/attempts")
    [asked] = attempt["paper"]
    answer = {"questionId": asked["id"], "value": True, "at": attempt["serverNow"]}
    result = student.call("POST", f"/assessments/attempts/{attempt['id']}/submit", {"answers": [answer]})
    assert result["percent"] == 100
    work = {"text": "A sheet bend, tied twice.", "revision": 0}
    student.call("POST", f"/assessments/assignment/{assignment}/submit", work)


def grade(author: Window, assignment: str) -> None:
    [waiting] = author.call("GET", f"/assessments/assignment/{assignment}/submissions")
    given = {"points": 900, "comment": "<p>It holds.</p>", "revision": waiting["revision"]}
    author.call("PUT", f"/assessments/submissions/{waiting['id']}/grade", given)
    author.call("POST", f"/assessments/assignment/{assignment}/release", {})


def verified_by(student: Window, address: str) -> str:
    """Where the code on the student's certificate leads."""
    [listed] = student.call("GET", "/certificates/")
    pdf = bytes(student.page.evaluate(SAVE, [listed["pdfUrl"].removeprefix(address), student.token]))
    annotations: Any = PdfReader(io.BytesIO(pdf)).pages[0]["/Annots"]
    [link] = [each.get_object()["/A"]["/URI"] for each in annotations]
    assert link == listed["verifyUrl"]
    return str(link)
