"""The benchmark makes what it counts; how fast is no matter of tests."""

from datetime import timedelta

import pytest

from certificates import benchmark
from certificates.tables import Certificate
from registry.platform import clock


def test_certificates_are_made_both_ways() -> None:
    ours, plain = benchmark.measure(3), benchmark.measure_plain(2)
    assert (ours.count, plain.count) == (3, 2)
    for found in (ours, plain):
        assert found.cpu_seconds > 0
        assert found.bytes_each > 20_000


def test_files_are_checked_strictly() -> None:
    assert benchmark.measure_strict(5) > 0


def test_a_log_grows_and_its_proofs_with_its_logarithm() -> None:
    small, large = benchmark.measure_log([300, 2000])
    assert (small.entries, large.entries) == (300, 2000)
    assert small.hashes <= large.hashes <= 12


@pytest.mark.anyio
@pytest.mark.usefixtures("connected", "certificate")
async def test_files_of_the_installation_are_recognised() -> None:
    at = clock.now() + timedelta(seconds=1)
    found = await benchmark.measure_on_record(3, at)
    assert found is not None
    assert found > 0
    assert await Certificate.count() == 1


@pytest.mark.anyio
@pytest.mark.usefixtures("connected")
async def test_an_installation_without_files_has_nothing_to_measure() -> None:
    assert await benchmark.measure_on_record(3, clock.now()) is None
