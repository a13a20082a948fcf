"""A setting that is unknown, misspelt or unusable is one clear line; a good one arrives typed."""

from datetime import datetime
from pathlib import Path

import pytest

from runtime.clock import TOKYO, Clock
from runtime.errors import SettingsError
from runtime.settings import load_settings, setting_names

UNUSABLE = [
    ("PORT", "abc", "PORT"),
    ("PORT", "0", "PORT"),
    ("PORT", "5005", "three different ports"),
    ("HOST", "not a host", "HOST"),
    ("DATABASE_URL", "mysql://user:pa55@db/x", "DATABASE_URL"),
    ("REDIS_URL", "localhost", "REDIS_URL"),
    ("LINE_API_BASE", "api.line.me", "LINE_API_BASE"),
    ("LINE_CHANNEL_SECRET", "0123456789abcdef", "LINE_CHANNEL_ACCESS_TOKEN"),
    ("SITE_JWT_SECRET", "changeme", "placeholder"),
    ("SITE_JWT_SECRET", "too-short", "32"),
    ("RATE_LIMIT_PER_MINUTE", "0", "RATE_LIMIT_PER_MINUTE"),
    ("MADOGUCHI_NOW", "2025-11-20T10:00:00", "offset"),
    ("MADOGUCHI_NOW", "yesterday", "MADOGUCHI_NOW"),
    ("SITE_ORIGINS", "members.example.jp", "SITE_ORIGINS"),
    ("SITE_ORIGINS", "https://members.example.jp/login", "is no site"),
    ("SITE_ORIGINS", "https://a.example.jp,*", "is no site"),
    ("SITE_ORIGINS", "https://*.example.jp", "is no site"),
    ("KEEP_DAYS", "-1", "KEEP_DAYS"),
    ("ENGINE_TIMEOUT_SECONDS", "soon", "ENGINE_TIMEOUT_SECONDS"),
]
UNKNOWN = [
    ("MADOGUCHI_NWO", "MADOGUCHI_NOW"),
    ("DATABASE_URI", "DATABASE_URL"),
    ("LINE_CHANNEL_TOKEN", "LINE_CHANNEL_"),
    ("RATE_LIMIT", "RATE_LIMIT_PER_MINUTE"),
    ("SITE_JWT_KEY", "SITE_JWT_"),
    ("SITE_ORIGIN", "SITE_ORIGINS"),
]


@pytest.fixture(autouse=True)
def _own_settings_unset(monkeypatch):
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.mark.parametrize(("name", "value", "told"), UNUSABLE)
def test_an_unusable_value_is_one_line_that_names_it(monkeypatch, name, value, told):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(None)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "meant"), UNKNOWN)
def test_a_misspelt_name_is_refused_with_the_likely_one(monkeypatch, name, meant):
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=meant):
        load_settings(None)


def test_a_secret_is_never_shown(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://user:pa55@db/x")
    with pytest.raises(SettingsError) as caught:
        load_settings(None)
    assert "pa55" not in str(caught.value)


def test_foreign_variables_do_not_disturb(monkeypatch):
    for name in ("XDG_DATA_DIRS", "PGPORT", "SUPPORT", "HOSTNAME", "ACTIONS_RUNTIME_URL"):
        monkeypatch.setenv(name, "x")
    assert load_settings(None).port == 8000


def test_nothing_needs_to_be_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/var/counter.sqlite3"
    assert settings.host == "127.0.0.1"
    assert len(settings.internal_token.get_secret_value()) >= 32


def test_the_token_differs_from_run_to_run():
    assert load_settings(None).internal_token != load_settings(None).internal_token


def test_the_environment_wins_over_the_file(monkeypatch, tmp_path):
    file = tmp_path / "settings.env"
    file.write_text("PORT=8100\nENGINE_PORT=8101\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "8200")
    settings = load_settings(file)
    assert (settings.port, settings.engine_port) == (8200, 8101)


def test_an_unknown_name_in_the_file_is_refused(tmp_path):
    file = tmp_path / "settings.env"
    file.write_text("PROT=8100\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="PROT"):
        load_settings(file)


def test_postgresql_is_reached_by_the_installed_driver(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://counter@db/counter")
    assert load_settings(None).database_url == "postgresql+psycopg://counter@db/counter"


def test_sites_are_read_as_browsers_name_them(monkeypatch):
    monkeypatch.setenv("SITE_ORIGINS", "https://Members.example.jp:443/, http://127.0.0.1:9000 https://members.example.jp")
    assert load_settings(None).site_origins == "https://members.example.jp,http://127.0.0.1:9000"


def test_a_frozen_clock_stands_still_in_tokyo(monkeypatch):
    monkeypatch.setenv("MADOGUCHI_NOW", "2025-11-20T01:00:00+00:00")
    clock = Clock(load_settings(None))
    assert clock.now() == datetime(2025, 11, 20, 10, tzinfo=TOKYO)
    assert clock.now().utcoffset().total_seconds() == 9 * 3600


def test_a_free_clock_goes_on():
    clock = Clock(load_settings(None))
    assert clock.now() <= clock.now()
    assert clock.now().tzinfo is TOKYO


@pytest.mark.parametrize("place", ["docs/operations.md", ".env.example"])
def test_every_setting_is_documented(place):
    text = (Path(__file__).parents[2] / place).read_text(encoding="utf-8")
    assert [name for name in setting_names() if name not in text] == []
