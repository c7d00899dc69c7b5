"""A group in small over the emulated radio: three straps that are called alike, one of which loses its link."""

import asyncio
import random

import pytest

pytest.importorskip("bumble")

from biofeedback.bench.emulated import StrapSettings, emulated_straps
from biofeedback.bench.faulty import Heart
from biofeedback.bench.group import Watch, n_skipped, play
from biofeedback.session.several.group import MemberSummary
from biofeedback.storage.database import Store
from devices.bluetooth_strap import BluetoothStrap
from tests.hand_clock import at_once

TWINS = [StrapSettings(name="HRM-Dual", address=f"C4:43:1A:00:01:0{n}", advertising_ms=200.0) for n in range(3)]


async def over_radio(store: Store) -> tuple[Watch, list[MemberSummary], list[int]]:
    async with emulated_straps(*TWINS) as (radio, straps):
        radio.air.delay_s = 0.015
        hearts = [Heart(random.Random(f"heart {n}")) for n in range(3)]
        beating = [asyncio.create_task(heart.beat(strap)) for heart, strap in zip(hearts, straps, strict=True)]
        asyncio.get_running_loop().call_later(60.0, straps[1].lose_link)
        try:
            watch, found = await play(
                [BluetoothStrap(each.address, backend=radio.backend) for each in TWINS], store, 2.0
            )
        finally:
            for task in beating:
                task.cancel()
            await asyncio.wait(beating)
    return watch, found, [n_skipped(store, each, heart) for each, heart in zip(found, hearts, strict=True)]


def test_straps_that_are_called_alike_are_each_heard_by_their_own_and_one_that_drops_is_alone(store: Store) -> None:
    watch, found, lost = at_once(over_radio(store))
    assert [each.device for each in found] == [f"ble:{each.address}" for each in TWINS]
    assert [each.ended for each in found] == ["done"] * 3
    assert [bool(each.as_json()["gaps"]) for each in found] == [False, True, False]
    assert (lost[0], lost[2]) == (0, 0)
    assert lost[1] > 0
    assert not watch.troubles
