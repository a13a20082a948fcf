"""Members, their LINE accounts and their policies; the demo members are marked and cost what is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rating import load_tariffs
from records import demo
from records.database import Database
from records.demo import CodeNotPublished, seed_demo
from records.errors import MemberNotFound, StatementRefused
from records.members import add_member, get_member, link_line, member_of_line, unlink_line
from records.policies import add_policy, policies_of

TARIFFS = load_tariffs()


def test_a_member_is_stored_once(database: Database, now: datetime) -> None:
    with database.session() as session:
        first = add_member(session, member_id="m1", name="一", now=now)
        assert add_member(session, member_id="m1", name="二", now=now) == first
        assert get_member(session, "m1") == first and not first.demo
        with pytest.raises(MemberNotFound):
            get_member(session, "m2")


def test_a_line_account_belongs_to_one_member(database: Database, now: datetime) -> None:
    with database.session() as session:
        one = add_member(session, member_id="m1", name="一", now=now)
        two = add_member(session, member_id="m2", name="二", now=now)
        assert member_of_line(session, "digest") is None
        link_line(session, sender_hash="digest", member_id="m1", now=now)
        assert member_of_line(session, "digest") == one
        link_line(session, sender_hash="digest", member_id="m2", now=now)
        assert member_of_line(session, "digest") == two
        with pytest.raises(MemberNotFound):
            link_line(session, sender_hash="digest", member_id="m3", now=now)
        assert member_of_line(session, "digest") == two
        assert unlink_line(session, "digest") and not unlink_line(session, "digest")
        assert member_of_line(session, "digest") is None


def test_demo_members_are_marked_and_cost_what_is_published(database: Database, now: datetime) -> None:
    with database.session() as session:
        members = seed_demo(session, TARIFFS, now)
        assert seed_demo(session, TARIFFS, now) == members, "seeding again adds nothing"
    published = {
        (row.product, row.code): (row.premium_yen, dict(row.limits), row.plan, row.course, row.industry)
        for product in ("third_party", "assembly", "cyber")
        for row in TARIFFS.latest(product).premiums.values()
    }
    seen = set()
    with database.session(read_only=True) as session:
        for member_id in members:
            member = get_member(session, member_id)
            assert member.demo and member.name.startswith("デモ")
            for policy in policies_of(session, member_id):
                assert policy.number.startswith("DEMO-") and policy.member_id == member_id
                stated = (policy.premium_yen, policy.limits, policy.plan, policy.course, policy.industry)
                assert stated == published[policy.product, policy.code]
                tariff = TARIFFS.latest(policy.product)
                assert policy.period_from == tariff.effective_from
                assert policy.period_until == tariff.effective_until
                seen.add(policy.product)
    assert seen == {"third_party", "assembly", "cyber"}


def test_a_member_sees_only_his_own_policies(database: Database, now: datetime) -> None:
    with database.session() as session:
        seed_demo(session, TARIFFS, now)
        add_member(session, member_id="m1", name="一", now=now)
        assert policies_of(session, "m1") == () == policies_of(session, "unknown")
        numbers = [p.number for p in policies_of(session, "demo-2")]
    assert sorted(numbers) == ["DEMO-0002", "DEMO-0003"]


def test_a_policy_runs_to_the_last_moment_of_its_period(database: Database, now: datetime) -> None:
    with database.session() as session:
        seed_demo(session, TARIFFS, now)
        policy = policies_of(session, "demo-1")[0]
    moment = timedelta(microseconds=1)
    assert not policy.in_force(policy.period_from - moment)
    assert policy.in_force(policy.period_from)
    assert policy.in_force(policy.period_until - moment)
    assert not policy.in_force(policy.period_until)


def test_the_newest_period_comes_first_and_a_number_is_stored_once(database: Database, now: datetime) -> None:
    year = timedelta(days=365)
    with database.session() as session:
        seed_demo(session, TARIFFS, now)
        old = policies_of(session, "demo-1")[0]
        dates = {"period_from": old.period_from + year, "period_until": old.period_until + year}
        assert add_policy(session, replace(old, number="DEMO-NEXT", **dates))
        assert not add_policy(session, old)
        assert [p.number for p in policies_of(session, "demo-1")] == ["DEMO-NEXT", old.number]


def test_a_policy_needs_a_period_and_a_member(database: Database, now: datetime) -> None:
    with database.session() as session:
        seed_demo(session, TARIFFS, now)
        policy = policies_of(session, "demo-1")[0]
    empty = replace(policy, number="x", period_until=policy.period_from)
    nobodys = replace(policy, number="y", member_id="nobody")
    for refused in (empty, nobodys):
        with pytest.raises(StatementRefused), database.session() as session:
            add_policy(session, refused)


def test_a_code_that_no_table_has_is_refused(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "demo.yml"
    path.write_text("members: [{id: d, name: デモ, policies: [{number: D1, product: cyber, code: ZZ9}]}]")
    monkeypatch.setattr(demo, "_FILE", path)
    with pytest.raises(CodeNotPublished, match="ZZ9"), database.session() as session:
        seed_demo(session, TARIFFS, now)
