"""What the document says of what comes in, and the server holds to."""

from lms.openapi import document
from tests.world import MadeCourse, Person, World, faults, refused


def schema(model: str) -> dict:
    properties: dict = document()["components"]["schemas"][model]["properties"]
    return properties


def test_the_document_says_how_short_is_too_short(world: World) -> None:
    signup = schema("SignupIn")
    assert (signup["password"]["minLength"], signup["confirmPassword"]["minLength"]) == (8, 8)
    filled = [
        signup["firstName"],
        schema("SectionIn")["sectionName"],
        schema("CourseIn")["title"],
        schema("ReportIn")["reason"],
        schema("RefundIn")["reason"],
        schema("CategoryIn")["name"],
    ]
    assert [each["minLength"] for each in filled] == [1] * 6
    assert schema("LoginCodeIn")["otp"]["pattern"] == "^[0-9]{6}$"


def test_a_change_needs_a_body(world: World, teacher: Person, course: MadeCourse) -> None:
    for path in ("/profile/updateProfile/me", f"/courses/editCourse/{course.id}"):
        assert faults(world.put(path, by=teacher)) == {"body"}
        assert world.put(path, {}, by=teacher).status_code == 200


def test_signing_out_needs_none_and_the_document_says_so(world: World, learner: Person) -> None:
    paths = document()["paths"]
    assert paths["/api/v1/auth/logout"]["post"]["requestBody"]["required"] is False
    assert paths["/api/v1/profile/updateProfile/{userId}"]["put"]["requestBody"]["required"] is True
    assert world.post("/auth/logout", by=learner).status_code == 200


def test_a_whole_number_may_have_a_point(world: World, learner: Person, course: MadeCourse) -> None:
    world.enroll(learner, course)
    body = {"courseId": str(course.id)}
    assert faults(world.post("/courses/createRating", {**body, "rating": 4.5}, by=learner)) == {"rating"}
    assert world.post("/courses/createRating", {**body, "rating": 5.0}, by=learner).json["data"]["rating"] == 5


def test_an_address_without_its_slash_refuses_other_verbs_as_with_it(world: World) -> None:
    for path in ("/courses", "/courses/"):
        answer = world.post(path)
        assert refused(answer) == (405, "method_not_allowed")
        assert "GET" in answer.headers["Allow"]
        assert world.get(path).status_code == 200


def test_a_query_says_what_it_needs(world: World) -> None:
    asked = {each["name"]: each for each in document()["paths"]["/api/v1/payments/verifyInvoice"]["get"]["parameters"]}
    assert asked["number"]["required"] is True
    assert faults(world.get("/payments/verifyInvoice?code=1")) == {"number"}


def test_a_part_of_a_form_has_a_name(world: World, teacher: Person, course: MadeCourse) -> None:
    form = b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=B"}
    for path in (f"/courses/editCourse/{course.id}", "/profile/changeProfilePicture"):
        assert faults(world.put(path, by=teacher, data=form, headers=kind)) == {"body"}


def test_nothing_unknown_stands_beside_a_picture(world: World, learner: Person) -> None:
    answer = world.put("/profile/changeProfilePicture", by=learner, data={"other": "1"})
    assert refused(answer) == (415, "unsupported_media_type")
    form = {"Content-Type": "multipart/form-data"}
    answer = world.put("/profile/changeProfilePicture", by=learner, data={"other": "1"}, headers=form)
    assert faults(answer) == {"other"}


def test_sentences_say_what_form_is_wanted(world: World, teacher: Person, course: MadeCourse) -> None:
    def answered(path: str, **body: object) -> dict:
        return world.post(path, body, by=teacher).json["errors"]

    assignments = f"/assessments/assignments/{course.section}"
    told = answered(assignments, title="t", brief="b", due="2037-01-01T10:00", accept=[".pdf"])
    assert told["due"] == "This has to be an object."
    assert told["accept.0"].endswith("Name extensions such as pdf or zip, without the point.")
    question = {"kind": "number", "body": "Half of 25?"}
    told = answered(f"/assessments/questions/{course.id}", **question, key={"value": "a dozen"})
    assert told["key.value"] == "This has to be a number, such as 12.5."
    told = answered(f"/assessments/quizzes/{course.section}", title="t", items=["65f1c0ffee65f1c0ffee65f1"])
    assert told["items.0"] == "This has to be an object."
