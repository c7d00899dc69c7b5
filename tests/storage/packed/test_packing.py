"""Rows that are packed come back to the bit, whatever is in them, and a session is kept in a fifth of its size."""

import base64
import math
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import REAL, Column, Integer, LargeBinary, MetaData, Table, Text

from biofeedback.storage import schema
from biofeedback.storage.database import Store
from biofeedback.storage.errors import StoreError
from biofeedback.storage.faults import FAULTS
from biofeedback.storage.folder import DATABASE
from biofeedback.storage.packed.packing import columns_of, pack_rows, unpack_rows
from biofeedback.storage.recording import recorder as module
from devices.samples import LinkChanged
from tests.storage.damage import spoil
from tests.storage.examples import SESSION_ID, new_session, packet, record_everything

TABLE = Table(
    "things",
    MetaData(),
    Column("session", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("real", REAL),
    Column("other", REAL),
    Column("words", Text),
    Column("content", LargeBinary),
)
FIRST_VERSION = base64.b85decode(
    "0lWYJ0C?JEj?E5(AP|J#WzQV^t<hI89zcnZ;@Tjjsm6EjqW!aSAhRDcvn=4aFmi%w0jD(fn?k6Ph(S9VKj53t<p&`x&C$xhN^TA?COA4JZJ=CC5*^jBuO"
    "TJFeYD+H_!1c*rCSA6zJ`V9w%7ubp2M#$48+3)RjhQ#qC8${tZR}SdwOCp8!dn(X~Sx8-lFUXnt9;B@-o1i;Tk`z_(glR%+9vBJoN3xcnklpj+1jd$(m+"
    ";0>cw<0C=2ZU}R=w2V#CGEf2&Dg9rcsG423X-~gWhGok<h6>+M~c2!D1*2ENT^})CD7GImn@0rp;9pfLPjPwpRCj8Z2Rqo6*7z+WiZrfq!Z~y=S00LE2"
    "Pyl$GV_-l9Zd)$C`X=$#9>!lMcjxX-^B4PJ`~!<NbbWky5zenZud(3LiuZ8!LH?h=&dYcRmtUHC{rfC!1m88T#)xk-Lj4bgcn+rAOK^ELIpGX34upLGM42"
    "da0RRqLB4HvdAR=NSEFdCdB3%G@oMT{QVn9a>g9rcs3&;Qzc${No7~B8=0YCr(0RR&K0RjUA1qKHQ2?`4g4Gs?w5fT#s"
)
"""Rows as the first version packed them."""
REALS = st.none() | st.floats(allow_nan=False)
ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        REALS,
        REALS,
        st.none() | st.text(st.characters(codec="utf-8"), max_size=8),
        st.none() | st.binary(max_size=8),
    ),
    max_size=40,
)


@given(ROWS)
def test_rows_come_back_as_they_were(rows: list[tuple[Any, ...]]) -> None:
    back = unpack_rows(pack_rows({TABLE: rows}), TABLE)
    assert back == rows
    signs = [[math.copysign(1.0, value) for value in row if isinstance(value, float)] for row in back]
    assert signs == [[math.copysign(1.0, value) for value in row if isinstance(value, float)] for row in rows]


def test_a_column_that_repeats_another_costs_next_to_nothing() -> None:
    values = [math.sin(n) for n in range(1000)]
    alone = [(n, value, None, None, None) for n, value in enumerate(values)]
    twice = [(n, value, value if n % 3 else None, None, None) for n, value in enumerate(values)]
    assert len(pack_rows({TABLE: twice})) < len(pack_rows({TABLE: alone})) + 200
    assert unpack_rows(pack_rows({TABLE: twice}), TABLE) == twice


@pytest.mark.parametrize("spoil", [lambda b: b[:3], lambda b: b[:-1], lambda b: b"\x09" + b[1:], lambda b: b + b"x"])
def test_what_is_damaged_is_told(spoil: Any) -> None:
    packed = pack_rows({TABLE: [(1, 2.0, None, "a", b"b")]})
    with pytest.raises(ValueError, match="packed rows"):
        unpack_rows(spoil(packed), TABLE)


def test_what_the_first_version_packed_is_read() -> None:
    rows = [(n, n / 3, None if n % 2 else math.sin(n), "abc"[n % 3], bytes([n])) for n in range(20)]
    assert FIRST_VERSION[0] == 1
    assert unpack_rows(FIRST_VERSION, TABLE) == rows
    assert unpack_rows(pack_rows({TABLE: rows}), TABLE) == rows


def test_times_that_go_on_evenly_are_kept_as_steps() -> None:
    times = [600.0 + 0.9 * n + 0.01 * math.sin(n) for n in range(1000)]
    packed = pack_rows({TABLE: [(n, time_s, None, None, None) for n, time_s in enumerate(times)]})
    assert len(packed) < 5.3 * len(times)
    assert [row[1] for row in unpack_rows(packed, TABLE)] == times


def test_a_column_that_came_later_is_empty_in_what_was_packed_before() -> None:
    fewer = Table(TABLE.name, MetaData(), *(Column(c.name, c.type) for c in TABLE.columns if c.name != "words"))
    packed = pack_rows({fewer: [(1, 2.0, 3.0, b"x")]})
    assert unpack_rows(packed, TABLE) == [(1, 2.0, 3.0, None, b"x")]
    assert [column.name for column in columns_of(fewer)] == ["n", "real", "other", "content"]


def counts(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return {
            name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]
            for name in ("packets", "beats", "live", "packed")
        }


def ended(store: Store) -> None:
    with store.recorder(new_session()) as recorder:
        record_everything(recorder)
        before = _read(store) if recorder.flush() else None
        recorder.finish("2026-11-21T08:33:00Z", "done", {"duration_s": 120.0}, "m")
        assert _read(store) == before


def _read(store: Store) -> tuple[Any, ...]:
    return list(store.packets(SESSION_ID)), store.beats(SESSION_ID), store.live(SESSION_ID)


def test_a_session_is_packed_when_it_ends_and_reads_the_same(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        ended(store)
        assert counts(tmp_path) == {"packets": 0, "beats": 0, "live": 0, "packed": 1}
        assert store.raw_packets(SESSION_ID)


def test_what_comes_after_the_first_end_is_read_behind_it(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.recorder(new_session()) as recorder:
        record_everything(recorder)
        for _ in range(2):
            recorder.finish("2026-11-21T08:33:00Z", "done", None, "m")
            recorder.packet(packet(80.0, 905))
        recorder.flush()
        assert [round(each.received_s) for each in store.packets(SESSION_ID)][-2:] == [80, 80]
        recorder.news(LinkChanged(0.0, "lost"))  # type: ignore[arg-type]


def test_a_session_that_cannot_be_packed_stays_as_it_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "pack", fail)
    with Store.open(tmp_path) as store:
        ended(store)
        assert counts(tmp_path)["packed"] == 0
        assert store.beats(SESSION_ID)
    assert "MemoryError" in (tmp_path / FAULTS).read_text()


def test_one_damaged_session_is_told_and_the_others_open(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        ended(store)
        with store.recorder(new_session("other")) as recorder:
            record_everything(recorder)
            recorder.finish("2026-11-21T08:33:00Z", "done", None, "m")
        spoil(tmp_path, "UPDATE packed SET content = x'0100' WHERE session = 1")
        with pytest.raises(StoreError, match=f"session {SESSION_ID} is damaged"):
            store.beats(SESSION_ID)
        assert store.beats("other")
    assert set(schema.packed.columns.keys()) == {"session", "content"}
