"""Blocks: what each channel may rely on, what is refused, and no refusal repeats what was written."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
import yaml

from records.blocks import Block, BlockError, check_blocks, json_schema

CASES = yaml.safe_load((Path(__file__).with_name("blocks.yml")).read_text(encoding="utf-8"))
VALID: dict[str, dict[str, Any]] = CASES["valid"]
REFUSED: list[dict[str, Any]] = CASES["refused"]
ROOT = Path(__file__).resolve().parents[2]


def changed(case: dict[str, Any]) -> dict[str, Any]:
    block = copy.deepcopy(VALID[case["of"]])
    *path, last = case["at"]
    inner: Any = block
    for step in path:
        inner = inner[step]
    if "value" in case:
        inner[last] = case["value"]
    else:
        del inner[last]
    return block


def test_every_type_has_an_example() -> None:
    union = get_args(get_args(Block)[0])
    types = {get_args(model.model_fields["type"].annotation)[0] for model in union}
    assert {block["type"] for block in VALID.values()} == types


@pytest.mark.parametrize("name", VALID)
def test_a_good_block_passes_unchanged_and_reads_as_text(name: str) -> None:
    (block,) = check_blocks([VALID[name]])
    shown = block.model_dump(exclude_unset=True)
    assert shown == VALID[name]
    assert block.plain_text() == CASES["text"][name].rstrip("\n")


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["sentence"])
def test_a_bad_block_is_refused_by_place_and_kind(case: dict[str, Any]) -> None:
    with pytest.raises(BlockError) as caught:
        check_blocks([VALID["notice"], changed(case)])
    assert str(caught.value) == case["fault"]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(BlockError) as caught:
        check_blocks([{"type": "notice", "level": "info"}, {"type": "unheard of"}, {}])
    assert str(caught.value) == (
        "blocks.0.notice.text: missing; blocks.1: union_tag_invalid; blocks.2: union_tag_not_found"
    )


@pytest.mark.parametrize("blocks", [None, {}, "text", [None], [[]], 5])
def test_what_is_no_list_of_blocks_is_refused(blocks: Any) -> None:
    with pytest.raises(BlockError):
        check_blocks(blocks)


def test_a_refusal_never_repeats_what_was_written() -> None:
    secret = "秘密の本文"
    with pytest.raises(BlockError) as caught:
        check_blocks([{"type": "notice", "level": secret, "text": [secret]}, {"type": secret}])
    assert secret not in "".join(traceback.format_exception(caught.value))


def test_the_exported_schema_agrees_with_the_models() -> None:
    command = [sys.executable, "-m", "records", "schema"]
    exported = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    schema = json.loads(exported)
    assert schema == json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(list(VALID.values()))
    for case in REFUSED:
        if case.get("in_schema", True):
            assert not validator.is_valid([changed(case)]), case["sentence"]
