"""The typed settings of all processes, read from the environment and from `.env`.

One place decides what may be set, so that a misspelt or unusable value stops the start with one clear line
instead of being ignored. It opens no file but `.env` and never prints a secret.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.errors import SettingsError
from runtime.texts import line

ENV_FILE = Path(".env")
OWN_PREFIXES = ("MADOGUCHI_", "LINE_CHANNEL_", "LINE_API_", "SITE_JWT_", "SITE_ORIGIN", "RATE_LIMIT")
SECRET_NAMES = frozenset(
    {"INTERNAL_TOKEN", "SITE_JWT_SECRET", "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "DATABASE_URL"}
)
PLACEHOLDERS = frozenset({"changeme", "change-me", "change_me", "changethis", "secret", "xxx", "todo", "..."})
MINIMUM_JWT_SECRET_CHARS = 32
USUAL_PORTS = {"http": ":80", "https": ":443"}
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """What may be set; the environment name of a field is its name in upper case (docs/operations.md)."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, validate_default=True
    )

    host: str = "127.0.0.1"
    port: Port = 8000
    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    engine_port: Port = 5005
    actions_port: Port = 5055
    internal_token: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_urlsafe(32)))
    site_jwt_secret: SecretStr = SecretStr("")
    site_jwt_jwks_url: str = ""
    site_origins: str = ""
    line_channel_secret: SecretStr = SecretStr("")
    line_channel_access_token: SecretStr = SecretStr("")
    line_api_base: str = "https://api.line.me"
    rate_limit_per_minute: int = Field(default=60, ge=1)
    madoguchi_now: str = ""
    max_message_chars: int = Field(default=1000, ge=1, le=100_000)
    engine_timeout_seconds: float = Field(default=3.0, ge=0.1, le=60)
    keep_days: int = Field(default=365, ge=0, le=36_500)

    @field_validator("host")
    @classmethod
    def _host_is_an_address(cls, value: str) -> str:
        if value != "localhost":
            ipaddress.ip_address(value)
        return value

    @field_validator("data_dir")
    @classmethod
    def _data_dir_is_absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _database_is_supported(cls, value: str) -> str:
        for plain in ("postgresql://", "postgres://"):
            if value.startswith(plain):
                return "postgresql+psycopg://" + value.removeprefix(plain)
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_is_supported(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("line_api_base", "site_jwt_jwks_url")
    @classmethod
    def _is_an_http_url(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
            raise ValueError("must be an http:// or https:// URL")
        return value.rstrip("/")

    @field_validator("site_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        found = [_origin(word) for word in value.replace(",", " ").split()]
        return ",".join(dict.fromkeys(found))

    @field_validator("internal_token", "site_jwt_secret", "line_channel_secret", "line_channel_access_token")
    @classmethod
    def _is_no_placeholder(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value().strip().lower() in PLACEHOLDERS:
            raise ValueError("is a placeholder; set a real secret")
        return value

    @field_validator("site_jwt_secret")
    @classmethod
    def _jwt_secret_is_long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < MINIMUM_JWT_SECRET_CHARS:
            raise ValueError(f"must have at least {MINIMUM_JWT_SECRET_CHARS} characters")
        return value

    @field_validator("madoguchi_now")
    @classmethod
    def _now_has_an_offset(cls, value: str) -> str:
        if value and datetime.fromisoformat(value).tzinfo is None:
            raise ValueError("needs an offset, for example 2025-11-20T10:00:00+09:00")
        return value

    @model_validator(mode="before")
    @classmethod
    def _default_database(cls, values: Any) -> Any:
        if isinstance(values, dict) and not values.get("database_url"):
            data_dir = Path(values.get("data_dir") or cls.model_fields["data_dir"].default)
            path = data_dir.expanduser().absolute() / "counter.sqlite3"
            return {**values, "database_url": f"sqlite:///{path}"}
        return values

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Settings:
        if len({self.port, self.engine_port, self.actions_port}) < 3:
            raise ValueError("PORT, ENGINE_PORT and ACTIONS_PORT must be three different ports")
        if bool(self.line_channel_secret.get_secret_value()) != bool(
            self.line_channel_access_token.get_secret_value()
        ):
            raise ValueError("LINE_CHANNEL_SECRET and LINE_CHANNEL_ACCESS_TOKEN must be set together")
        if self.site_jwt_secret.get_secret_value() and self.site_jwt_jwks_url:
            raise ValueError("set SITE_JWT_SECRET or SITE_JWT_JWKS_URL, not both")
        return self


def _origin(word: str) -> str:
    """A site as browsers name it in `Origin`: scheme and host in lower case, no usual port, no path."""
    scheme, _, host = word.lower().rstrip("/").partition("://")
    parts = urlsplit(f"{scheme}://{host}")
    if scheme not in USUAL_PORTS or not parts.hostname or parts.netloc != host or "@" in host or "*" in host:
        raise ValueError(f"{word!r} is no site; write https://members.example.jp, several with commas between")
    return f"{scheme}://{host.removesuffix(USUAL_PORTS[scheme])}"


def setting_names() -> tuple[str, ...]:
    """Environment names of all settings, in the order of `Settings`."""
    return tuple(name.upper() for name in Settings.model_fields)


def load_settings(env_file: Path | None = ENV_FILE) -> Settings:
    """Read and check the settings; the environment wins over `env_file`.

    Raises:
        SettingsError: a variable is unknown, misspelt or unusable; `str()` of it is one clear line.
    """
    from_file = {k: v or "" for k, v in dotenv_values(env_file).items()} if env_file else {}
    _refuse_unknown(from_file)
    try:
        return Settings.model_validate({k.lower(): v for k, v in _merged(from_file).items()})
    except ValidationError as exc:
        raise SettingsError(_one_line(exc)) from exc


def _merged(from_file: dict[str, str]) -> dict[str, str]:
    merged = {name: os.environ.get(name) or from_file.get(name, "") for name in setting_names()}
    return {name: value for name, value in merged.items() if value}


def _refuse_unknown(from_file: dict[str, str]) -> None:
    known = setting_names()
    for name in [*from_file, *os.environ]:
        if name in known:
            continue
        likely = difflib.get_close_matches(name, [k for k in known if len(k) >= 8], n=1, cutoff=0.9)
        if name in from_file or name.startswith(OWN_PREFIXES) or likely:
            near = likely or difflib.get_close_matches(name, known, n=1, cutoff=0.0)
            raise SettingsError(line("setting_unknown", name=name, likely=near[0]))


def _one_line(exc: ValidationError) -> str:
    first = exc.errors()[0]
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return line("settings_contradict", reason=reason)
    name = str(first["loc"][0]).upper()
    shown = "***" if name in SECRET_NAMES else repr(first["input"])
    return line("setting_unusable", name=name, value=shown, reason=reason)
