from pathlib import Path

import pytest

from config import ConfigurationError, Settings, load_settings
from lms.services.system.production import REQUIRED
from tests.credentials import ANOTHER_KIND, KEY

GOOD = {
    "APP_ENV": "production",
    "MONGODB_URL": "mongodb://db.internal/lms?replicaSet=rs0",
    "REDIS_URL": "redis://cache.internal/0",
    "JWT_SECRET": "b7Qm2vX9tR4kLw8ZpN3cYd6HsJ5fGa1E",
    "MAIL_HOST": "smtp.internal",
    "MAIL_USER": "lms",
    "MAIL_PASS": "Vt5r9Qw2Lk",
    "MAIL_FROM": "The School <no-reply@school.example>",
    "PUBLIC_URL": "https://api.school.example",
    "FRONTEND_URL": "https://learn.school.example",
    "CORS_ORIGINS": "https://learn.school.example, https://www.school.example",
    "RAZORPAY_KEY": "rzp_live_Ab12Cd34",
    "RAZORPAY_SECRET": "kP4v8Xz1Qm6Rt9Yw",
    "RAZORPAY_WEBHOOK_SECRET": "hG7s2Df5Jk8Lq1Wz",
    "CLOUD_NAME": "school",
    "API_KEY": "836472913847562",
    "API_SECRET": "Zx9Cv8Bn7Mq6Wl5Er4",
    "CREDENTIAL_KEYS": KEY,
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment with none of our names, in a folder without `.env`."""
    for name in (*Settings.model_fields, *GOOD):
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    for name, value in {**GOOD, **changes}.items():
        monkeypatch.setenv(name, value)


def test_development_needs_nothing() -> None:
    settings = load_settings()
    assert (settings.app_env, settings.port) == ("development", 4000)
    assert settings.trusted_proxies == ()


def test_production_starts_with_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)
    assert load_settings().cors_origins == ("https://learn.school.example", "https://www.school.example")


def test_production_names_everything_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    missing = "; ".join(f"{name} is missing" for name in REQUIRED)
    assert str(refused.value) == f"Production cannot start: {missing}."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GSTIN", "29AAGCB7383J1Z5", "This GSTIN is mistyped"),
        ("GSTIN", "29 Residency Road", "A GSTIN has 15 characters"),
        ("SAC", "education", "SAC: This does not have the right form."),
        ("INVOICE_SERIES", "SCHOOL", "INVOICE_SERIES: This"),
        ("INVOICE_SERIES", "i/", "INVOICE_SERIES: This"),
        ("CREDIT_NOTE_SERIES", "INV", "numbered in two series"),
    ],
)
def test_what_documents_cannot_be_numbered_or_taxed_with_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=sentence):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BCRYPT_ROUNDS", "abc", "This has to be a whole number."),
        ("BCRYPT_ROUNDS", "3", "This has to be at least 4."),
        ("APP_ENV", "staging", "This has to be 'development', 'test' or 'production'."),
        ("SCHOOL_TIMEZONE", "Mars/Olympus", "This is not a time zone, such as Asia/Kolkata or UTC."),
        ("FRONTEND_URL", "learn.school.example", "This is not an address such as https://learn.school.example."),
        ("PUBLIC_URL", "ftp://school.example", "This is not an address such as https://learn.school.example."),
        ("PUBLIC_URL", "https://school.example/?a=b", "This is not an address such as https://learn.school.example."),
        (
            "CORS_ORIGINS",
            "https://a.example, *",
            "Name the origins one by one: * would let every page call the API, and matches none.",
        ),
        (
            "CORS_ORIGINS",
            "https://a.example/",
            "https://a.example/ is not an origin such as https://learn.school.example.",
        ),
        ("MAIL_FROM", "The School", "This is not a sender such as School <no-reply@school.example>."),
        ("MAIL_FROM", "The School <school@>", "This is not a sender such as School <no-reply@school.example>."),
        ("MONGODB_URL", "db.internal", "This is not an address such as mongodb://127.0.0.1:27017/lms?replicaSet=rs0."),
        ("REDIS_URL", "http://cache", "This is not an address such as redis://127.0.0.1:6379/0."),
        ("LOGINS_PER_ACCOUNT", "many", "This is not a figure such as 600 per 15 minutes."),
    ],
)
def test_what_is_set_wrongly_is_named_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("PORT", "none")
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert sorted(str(refused.value).splitlines()) == sorted(
        [f"{name}: {sentence}", "PORT: This has to be a whole number."]
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "http://localhost:4000"),
        ("PUBLIC_URL", "https://[::1]"),
        ("FRONTEND_URL", "http://127.0.0.1:3000"),
        ("FRONTEND_URL", "http://learn.localhost"),
        ("CORS_ORIGINS", "https://learn.school.example,http://0.0.0.0:3000"),
        ("MAIL_FROM", "Course Platform <no-reply@localhost>"),
    ],
)
def test_production_is_found_by_others(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    set_all(monkeypatch, **{name: value})
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert str(refused.value) == f"Production cannot start: {name} names this machine itself."


@pytest.mark.parametrize("name", [name for name, least in REQUIRED.items() if least > 1])
def test_production_refuses_a_short_secret(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    set_all(monkeypatch, **{name: "aB3$x"})
    with pytest.raises(ConfigurationError, match=f"{name} is shorter"):
        load_settings()


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("nowhere.pem", "nowhere.pem cannot be read"),
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----", "a key cannot be read"),
        (ANOTHER_KIND, "not of the kind Ed25519"),
    ],
)
def test_production_starts_with_keys_that_sign(monkeypatch: pytest.MonkeyPatch, keys: str, sentence: str) -> None:
    set_all(monkeypatch, CREDENTIAL_KEYS=keys)
    with pytest.raises(ConfigurationError, match=sentence):
        load_settings()


@pytest.mark.parametrize(
    "value", ["development-only-secret-never-for-production", "change-me-change-me-change-me-now", "x" * 40]
)
def test_production_refuses_a_default_secret(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    set_all(monkeypatch, JWT_SECRET=value)
    with pytest.raises(ConfigurationError, match="JWT_SECRET is a default"):
        load_settings()


def test_the_environment_goes_before_dotenv_and_dotenv_before_the_running_servers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "run.env").write_text(
        "MAIL_HOST=run\nREDIS_URL=redis://run/0\nMONGODB_URL=mongodb://run/x\n"
    )
    (tmp_path / ".env").write_text("MAIL_HOST=dotenv\nREDIS_URL=redis://dotenv/0\n")
    monkeypatch.setenv("MAIL_HOST", "environment")
    settings = load_settings()
    assert (settings.mail_host, settings.redis_url, settings.mongodb_url) == (
        "environment",
        "redis://dotenv/0",
        "mongodb://run/x",
    )


def test_the_example_names_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    example = (Path(__file__).parent.parent / ".env.example").read_text()
    missing = [name for name in Settings.model_fields if f"{name.upper()}=" not in example]
    assert missing == []


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "+05:30"])
def test_a_time_zone_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("SCHOOL_TIMEZONE", name)
    with pytest.raises(ConfigurationError, match="not a time zone"):
        load_settings()


def test_the_schools_days_are_indias_unless_it_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().school_zone.key == "Asia/Kolkata"
    monkeypatch.setenv("SCHOOL_TIMEZONE", "Europe/Lisbon")
    assert load_settings().school_zone.key == "Europe/Lisbon"
