"""The history of years: how long the window stands still as it is shown."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from biofeedback.bench.measurement import Measurement, at_most

N_SESSIONS, A_DAY = 20_000, 5
LONGEST_S = 1.0


def history(recordings: Path | None) -> dict[str, Measurement]:
    """Time to show 20,000 sessions, half of them with answers, and to show them again filtered, painted into memory."""
    from PySide6.QtWidgets import QApplication

    from biofeedback.storage.records import Rated, SessionRow
    from biofeedback.theme import NIGHT_WATER, Sizes
    from biofeedback.ui.measure import PLATFORM
    from biofeedback.ui.pages.history import HistoryPage
    from biofeedback.ui.parts.top_bar import Ways
    from biofeedback.ui.practice import Shown

    qt = QApplication.instance() or QApplication(["biofeedback", *PLATFORM])
    now = datetime.now(UTC)
    rows = [
        SessionRow(f"{n}", (now - timedelta(days=n / A_DAY)).isoformat(timespec="seconds"), f"exercise-{n % 9}",
                   f"Exercise {n % 9}", "", "none:", n % 7 == 0, 600.0, False, False)
        for n in range(N_SESSIONS)
    ]  # fmt: skip
    rated = {row.session_id: Rated({"pain": 6}, {"pain": 5}) for row in rows[::2]}
    ways = Ways(lambda _: None, lambda: None, lambda: None)
    page = HistoryPage(NIGHT_WATER, Sizes(), lambda _: None, lambda _: None, ways)
    page.resize(1280, 720)
    page.show()
    begun_s = time.perf_counter()
    page.show_rows(rows, rated)
    page.grab()
    shown_s = time.perf_counter() - begun_s
    page.filter.shown = Shown(rated=True)
    begun_s = time.perf_counter()
    page.show_rows(rows, rated)
    page.grab()
    filtered_s = time.perf_counter() - begun_s
    page.deleteLater()
    del qt
    return {
        "history_shown": at_most(shown_s, LONGEST_S, "s"),
        "history_filtered": at_most(filtered_s, LONGEST_S, "s"),
    }
