from tests.world import PASSWORD, World

FORM = {
    "firstName": "Asha",
    "lastName": "Rao",
    "email": "Asha@Example.com",
    "password": PASSWORD,
    "confirmPassword": PASSWORD,
}


def test_signing_up_waits_for_the_mailed_code(world: World) -> None:
    answer = world.post("/auth/signup", FORM)
    assert answer.status_code == 202
    assert answer.json["data"] == {"expiresIn": 300, "resendIn": 30}
    assert (
        world.post("/auth/login", {"email": "asha@example.com", "password": PASSWORD}).json["code"]
        == "email_unverified"
    )
    world.run_jobs()
    verified = world.post("/auth/verifyotp", {"email": "asha@example.com", "otp": world.code_for("asha@example.com")})
    assert verified.status_code == 200, verified.json
    assert verified.json["user"]["role"] == "student"
    assert verified.json["user"]["courses"] == []
    me = world.get("/profile/getUserDetails/me", by=verified.json["token"])
    assert me.json["data"]["email"] == "asha@example.com"
    signed_in = world.post("/auth/login", {"email": "ASHA@example.com", "password": PASSWORD})
    assert signed_in.status_code == 200
    world.run_jobs()
    assert [mail.subject for mail in world.inbox.to("asha@example.com")] == [
        "Your code to confirm your e-mail address",
        "Welcome, Asha",
    ]
