"""The only reader of the environment: one class a group of settings, and what production must not start without."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from lms.errors.sentences import sentence_of
from lms.schemas.system.setting_types import (
    Gstin,
    Headers,
    Keys,
    Mailbox,
    MongodbUrl,
    Networks,
    Numbers,
    Origins,
    Rate,
    RedisUrl,
    Sender,
    Series,
    Url,
    Words,
    Zone,
    another_series,
)
from lms.services.certificates import signing_keys
from lms.services.system import production
from lms.services.system.production import DEVELOPMENT_SECRET

MEGABYTE = 1024 * 1024


class ConfigurationError(RuntimeError):
    """The environment does not describe a server that may start; the message names every reason."""


def _with_database(url: str) -> str:
    """The URL of MongoDB with the database it names, or `lms`."""
    parts = urlsplit(url)
    return url if parts.path.strip("/") else urlunsplit(parts._replace(path="/lms"))


class Group(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)


class AppSettings(Group):
    app_env: Literal["development", "test", "production"] = "development"
    port: int = Field(4000, ge=1, le=65535)
    instance_dir: Path = Path("instance")
    public_url: Url = ""
    frontend_url: Url = "http://localhost:3000"
    cors_origins: Origins = ("http://localhost:3000", "http://localhost:5173")
    cors_headers: Headers = ("baggage", "sentry-trace", "traceparent", "tracestate")
    trusted_proxies: Networks = ()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    metrics_token: str = ""
    prometheus_multiproc_dir: str = ""


class StoreSettings(Group):
    mongodb_url: MongodbUrl = "mongodb://127.0.0.1:27017/lms?directConnection=true"
    redis_url: RedisUrl = "redis://127.0.0.1:6379/0"


class IdentitySettings(Group):
    jwt_secret: str = DEVELOPMENT_SECRET
    bcrypt_rounds: int = Field(12, ge=4, le=16)
    logins_per_account: Rate = "500 per hour"
    logins_per_address: Rate = "600 per 15 minutes"
    signups_per_address: Rate = "600 per hour"
    codes_per_account: Rate = "30 per hour"
    codes_per_address: Rate = "600 per hour"
    guesses_per_account: Rate = "200 per day"
    guesses_per_address: Rate = "600 per 15 minutes"
    passwords_at_once: int = Field(8, ge=1)
    refresh_leeway_seconds: int = Field(30, ge=0, le=300)
    instructor_approval: Literal["on", "off"] = "off"


class MailSettings(Group):
    mail_host: str = "127.0.0.1"
    mail_port: int = 1025
    mail_user: str = ""
    mail_pass: str = ""
    mail_tls: bool = False
    mail_from: Sender = "Course Platform <no-reply@localhost>"
    mail_timeout: float = Field(10, gt=0)
    support_email: Mailbox = ""
    contacts_per_address: Rate = "30 per hour"


class JobSettings(Group):
    job_timeout: int = Field(30, ge=1)
    job_retry_seconds: Numbers = (10, 60, 300, 1800, 7200)


class ImportSettings(Group):
    import_mails_per_minute: int = Field(60, ge=1, le=10_000)


class MediaSettings(Group):
    folder_name: str = "lms"
    cloud_name: str = ""
    api_key: str = ""
    api_secret: str = ""
    playback_seconds: int = Field(60, ge=1)
    playback_pause_hours: float = Field(12, gt=0)
    embed_hosts: Words = (
        "www.youtube-nocookie.com",
        "player.vimeo.com",
        "docs.google.com",
        "codepen.io",
        "codesandbox.io",
        "stackblitz.com",
        "www.geogebra.org",
        "phet.colorado.edu",
    )


class AnalyticsSettings(Group):
    school_timezone: Zone = "Asia/Kolkata"


class ModerationSettings(Group):
    moderation: Literal["on", "off"] = "on"


class StudynotionSettings(Group):
    studynotion: Literal["on", "off"] | None = None
    studynotion_account_types: Literal["title", "lower"] = "title"


class PaymentSettings(Group):
    razorpay_key: str = ""
    razorpay_secret: str = ""
    razorpay_webhook_secret: str = ""
    authorized_payments: Literal["capture", "leave"] = "leave"
    order_hours: float = Field(24, gt=0, le=720)
    seller_name: str = "Course Platform"
    seller_address: str = ""
    gstin: Gstin = ""
    gst_rate: Decimal = Field(Decimal(18), ge=0, le=100)
    sac: str = Field("999293", pattern=r"^99[0-9]{2}([0-9]{2})?$")
    invoice_series: Series = "INV"
    credit_note_series: Annotated[Series, AfterValidator(another_series)] = "CN"


class CertificateSettings(Group):
    credential_keys: Keys = Field((), repr=False)
    school_name: str = Field("", max_length=120)
    school_colour: str = Field("#1f4e79", pattern=r"^#[0-9a-fA-F]{6}$")


class Settings(
    AppSettings,
    StoreSettings,
    IdentitySettings,
    MailSettings,
    JobSettings,
    ImportSettings,
    MediaSettings,
    AnalyticsSettings,
    ModerationSettings,
    PaymentSettings,
    CertificateSettings,
    StudynotionSettings,
):
    """Every setting, flat, under the name it has in the environment (lower case)."""

    @property
    def production(self) -> bool:
        return self.app_env == "production"

    @property
    def speaks_studynotion(self) -> bool:
        """Whether frontends of that family are answered; where nothing is said, outside production."""
        return self.studynotion == "on" if self.studynotion else not self.production

    @property
    def base_url(self) -> str:
        """Where browsers reach this server."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def support(self) -> str:
        """Who reads what comes by the contact form; in production nobody until it is said."""
        return self.support_email or ("" if self.production else "support@localhost")

    @property
    def school(self) -> str:
        """What the school is called on certificates."""
        return self.school_name or self.seller_name

    @property
    def school_zone(self) -> ZoneInfo:
        return ZoneInfo(self.school_timezone)

    @property
    def mailbox_dir(self) -> Path:
        return self.instance_dir / "mailbox"

    def for_flask(self) -> dict[str, Any]:
        """The same settings under the names the Flask extensions look for."""
        return {
            "SETTINGS": self,
            "TESTING": self.app_env == "test",
            "MAX_CONTENT_LENGTH": MEGABYTE,
            **self._forms(),
            "PROVIDE_AUTOMATIC_OPTIONS": False,
            "MAILBOX_DIR": self.mailbox_dir,
            "MONGO_URI": _with_database(self.mongodb_url),
            **self._jwt(),
            **self._mail(),
            "CACHE_TYPE": "lms.services.system.page_store.PageStore",
            "CACHE_REDIS_URL": self.redis_url,
            "RATELIMIT_STORAGE_URI": "app+mongodb://",
            "RATELIMIT_STRATEGY": "moving-window",
        }

    def _forms(self) -> dict[str, Any]:
        """Forms of staff pages live as long as their session, and are proven where a refusal can still show them."""
        return {
            "WTF_CSRF_SECRET_KEY": self.jwt_secret,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_CHECK_DEFAULT": False,
        }

    def _jwt(self) -> dict[str, Any]:
        return {
            "JWT_SECRET_KEY": self.jwt_secret,
            "JWT_ALGORITHM": "HS256",
            "JWT_COOKIE_CSRF_PROTECT": False,
            "JWT_ENCODE_ISSUER": "lms",
            "JWT_DECODE_ISSUER": "lms",
            "JWT_ENCODE_AUDIENCE": "lms-api",
            "JWT_DECODE_AUDIENCE": "lms-api",
            "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=15),
        }

    def _mail(self) -> dict[str, Any]:
        return {
            "MAIL_SERVER": self.mail_host,
            "MAIL_PORT": self.mail_port,
            "MAIL_USERNAME": self.mail_user or None,
            "MAIL_PASSWORD": self.mail_pass or None,
            "MAIL_USE_TLS": self.mail_tls,
            "MAIL_DEFAULT_SENDER": self.mail_from,
            "MAIL_SUPPRESS_SEND": False,
        }


def load_settings(**overrides: Any) -> Settings:
    """Read the environment over `.env` over what the running embedded servers wrote.

    Raises ConfigurationError where a value is not what it has to be, or production would not be safe.
    """
    files = _files()
    try:
        settings = Settings(_env_file=files, **overrides)
    except ValidationError as error:
        raise ConfigurationError(_said(error)) from None
    if settings.production:
        _refuse_unsafe(_given(files, overrides), settings)
    return settings


def _files() -> tuple[Path, ...]:
    given = {**dotenv_values(".env"), **os.environ}
    if given.get("APP_ENV") == "production":
        return (Path(".env"),)
    return Path(given.get("INSTANCE_DIR") or "instance") / "run.env", Path(".env")


def _given(files: tuple[Path, ...], overrides: dict[str, Any]) -> dict[str, str]:
    given = {key: value or "" for file in files for key, value in dotenv_values(file).items()}
    return {**given, **os.environ, **{key.upper(): str(value) for key, value in overrides.items()}}


def _refuse_unsafe(given: dict[str, str], settings: Settings) -> None:
    reasons = [*production.weaknesses(given), *production.not_for_others(given, settings)]
    try:
        signing_keys.read(settings.credential_keys)
    except signing_keys.KeysUnusable as error:
        reasons.append(str(error).rstrip("."))
    if reasons:
        raise ConfigurationError("Production cannot start: " + "; ".join(reasons) + ".")


def _said(error: ValidationError) -> str:
    """A sentence a setting; what was set is not repeated, for it may be a secret."""
    faults = {str(fault["loc"][0]).upper(): fault for fault in error.errors(include_url=False, include_input=False)}
    return "\n".join(f"{name}: {sentence_of(fault)}" for name, fault in faults.items())
