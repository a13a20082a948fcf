"""The tables against a second transcription; shares no code with the loader and reads the files by itself."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent / "transcription"
TABLES = Path(__file__).parents[2] / "rating" / "tables"
MARKS = "①②③④⑤"


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def records(path: str) -> list[dict[str, str]]:
    head, *rows = (TABLES / path).read_text(encoding="utf-8").split("\n")
    return [dict(zip(head.split(","), row.split(","), strict=True)) for row in rows if row]


def number(text: str) -> int:
    return int(text.replace(",", ""))


def typed_third_party() -> dict[str, int]:
    typed = {}
    for line in lines("third_party.txt"):
        if line[0] not in "ZWP":
            continue
        letters, *cells = line.split(" | ")
        for cell in cells:
            mark, premiums = cell.split(": ")
            for letter, premium in zip(("", "A", "B"), premiums.split(" / "), strict=True):
                typed[f"{letters}{letter}{mark}-0"] = number(premium)
    return typed


def test_all_201_third_party_premiums_stand_twice() -> None:
    table = {row["code"]: int(row["premium_yen"]) for row in records("third_party/2025-04-01/premiums.csv")}
    typed = typed_third_party()
    assert len(typed) == 201
    assert table == typed


def test_each_third_party_row_says_what_its_code_says() -> None:
    plans = {"Z": "basic", "W": "wide", "P": "premium"}
    for row in records("third_party/2025-04-01/premiums.csv"):
        plan, band, surcharge, mark = re.fullmatch(r"([ZWP])([A-M])([AB]?)([①-⑤])-0", row["code"]).groups()
        assert row["plan"] == plans[plan]
        assert row["band"] == band
        assert row["course"] == str(MARKS.index(mark) + 1)
        assert row["surcharge_percent"] == {"": "0", "A": "50", "B": "100"}[surcharge]


def test_third_party_bands_and_limits_stand_twice() -> None:
    bounds = next(line for line in lines("third_party.txt") if line.startswith("bounds")).split()[1:]
    lower = [int(bound) * 10_000 for bound in bounds]
    bands = records("third_party/2025-04-01/bands.csv")
    assert [row["band"] for row in bands] == list("ABCDEFGHIJKLM")
    assert [int(row["lower_yen"]) for row in bands] == lower
    assert [row["upper_yen"] for row in bands] == [*map(str, lower[1:]), ""]
    limits = {}
    for line in lines("third_party.txt"):
        if line.startswith("limits"):
            mark, amounts = line.removeprefix("limits ").split(": ")
            limits[mark] = [int(amount) * 10_000 for amount in amounts.split(" / ")]
    for row in records("third_party/2025-04-01/courses.csv"):
        printed = [
            int(row[name]) for name in ("bodily_injury_yen", "property_damage_yen", "specified_property_yen")
        ]
        assert printed == limits[row["mark"]]
        assert row["course"] == str(MARKS.index(row["mark"]) + 1)


def test_all_17_assembly_rows_stand_twice() -> None:
    before = 0
    rows = records("assembly/2025-06-01/bands.csv")
    assert len(rows) == 17
    for line, row in zip(lines("assembly.txt"), rows, strict=True):
        key, upper, insured, premium = (number(cell) for cell in line.split(" | "))
        assert row == {
            "band": str(key),
            "lower_yen": str(before),
            "upper_yen": str(upper * 10_000),
            "sum_insured_yen": str(insured * 10_000),
            "premium_yen": str(premium),
        }
        before = upper * 10_000


def test_the_deadlines_of_the_11_branches_stand_twice() -> None:
    rows = records("assembly/2025-06-01/deadlines.csv")
    assert len(rows) == 11
    for line, row in zip(lines("branches.txt"), rows, strict=True):
        title, *dates = line.split()
        printed = [f"2025-{int(date.split('/')[0]):02}-{int(date.split('/')[1]):02}" for date in dates]
        assert [row["title"], row["apply_by"], row["pay_by"]] == [title, *printed]


def test_all_96_cyber_premiums_stand_twice() -> None:
    typed = {}
    uppers: list[int] = []
    industry = 0
    for line in lines("cyber.txt"):
        if line.startswith("class"):
            industry, uppers = int(line.split()[1]), []
        elif line[0].isdigit():
            upper, *premiums = line.split()
            uppers.append(int(upper) * 100_000_000)
            for plan, premium in zip("ABC", premiums, strict=True):
                code = f"{'ABCD'[industry - 1]}{plan}{len(uppers)}"
                typed[(str(industry), plan, str(len(uppers)), code)] = number(premium)
    table = {
        (row["industry"], row["plan"], row["band"], row["code"]): int(row["premium_yen"])
        for row in records("cyber/2024-01-01/premiums.csv")
    }
    assert len(typed) == 96
    assert table == typed
    bands = records("cyber/2024-01-01/bands.csv")
    assert [int(row["upper_yen"]) for row in bands] == uppers
    assert [int(row["lower_yen"]) for row in bands] == [0, *uppers[:-1]]


def test_cyber_limits_stand_twice() -> None:
    typed = {
        plan: {
            "liability_yen": number(liability) * 10_000,
            "incident_response_yen": number(response) * 10_000,
        }
        for _, plan, liability, response in (
            line.split() for line in lines("cyber.txt") if line.startswith("limits")
        )
    }
    rows = records("cyber/2024-01-01/plans.csv")
    assert {row.pop("plan"): {name: int(yen) for name, yen in row.items()} for row in rows} == typed
