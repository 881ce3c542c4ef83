"""Long work in rounds, and what it leaves to others."""

import os

import pytest

from lms import process
from lms.machinery.rounds import within_a_round
from tests.world import World


def test_a_round_gives_way_once_and_only_where_its_process_ends_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    nicer: list[int] = []
    monkeypatch.setattr(os, "nice", nicer.append)
    assert list(within_a_round("abc")) == ["a", "b", "c"]
    assert nicer == []
    process.do_one_job()
    for _ in range(2):
        assert list(within_a_round("abc")) == ["a", "b", "c"]
    assert nicer == [process.NICER]
