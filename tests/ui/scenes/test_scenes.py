"""The pictures that answer: slow, quiet, readable, and never at a loss."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from biofeedback.app import Application
from biofeedback.theme import MORNING_PAPER, NIGHT_WATER, THEMES, Sizes, Tokens, contrast
from biofeedback.ui.scenes.choice import SCENES
from biofeedback.ui.scenes.layers import Array
from biofeedback.ui.scenes.scene import CUE_AT, NEUTRAL, Frame, Scene
from biofeedback.ui.settings import read_settings
from protocols.library import find_exercise
from tests.ui.conftest import wait_until
from tests.ui.using import begin

FPS = 60
BRIGHTNESS_STEP = 0.002
"""Most change of mean brightness between two frames, of full brightness: far below what can be called a flash."""
PAINTED = ("dawn", "tree", "shore")
BOTH = (NIGHT_WATER, MORNING_PAPER)


def made(name: str, tokens: Tokens = NIGHT_WATER, *, reduced_motion: bool = False, width: int = 320) -> Scene:
    scene = SCENES[name](tokens, Sizes())
    scene.apply(tokens, Sizes(), reduced_motion=reduced_motion)
    scene.resize(width, width * 5 // 8)
    return scene


def rested(scene: Scene, breath: float | None, score: float | None) -> Array:
    """The picture after a minute of the same."""
    begun_s = scene.time_s + 1000.0
    for i in range(620):
        scene.feed(Frame(begun_s + i / 10, breath, score))
    return brightness(scene)


def picture(scene: Scene) -> Array:
    """What is to be seen: height, width, and red, green and blue from 0 to 1."""
    image = scene.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    levels = np.frombuffer(bytes(image.constBits()), np.uint8)
    levels = levels.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width(), 2::-1]
    return np.asarray(levels / 255.0)


def brightness(scene: Scene) -> Array:
    """Brightness of each place (Rec. 709 luma)."""
    return np.asarray(picture(scene) @ [0.2126, 0.7152, 0.0722])


steps = st.one_of(
    st.tuples(
        st.just("feed"),
        st.floats(-5.0, 1e6),
        st.none() | st.floats(-1.0, 2.0),
        st.none() | st.floats(-1.0, 2.0),
        st.sampled_from(["", "in", "out", "rest"]),
    ),
    st.tuples(st.just("resize"), st.integers(1, 400), st.integers(1, 300)),
    st.tuples(st.just("look"), st.sampled_from(list(THEMES.values())), st.sampled_from([80, 175]), st.booleans()),
    st.just(("settle",)),
)


@pytest.mark.parametrize("name", SCENES)
@given(walk=st.lists(steps, min_size=1, max_size=8))
@settings(max_examples=20, deadline=None)
def test_whatever_it_is_fed_it_paints(qt: QApplication, name: str, walk: list[tuple[object, ...]]) -> None:
    scene = made(name, width=120)
    for step in walk:
        match step:
            case ("feed", float(time_s), breath, score, str(cue)):
                scene.feed(Frame(time_s, breath, score, cue))  # type: ignore[arg-type]
            case ("resize", int(width), int(height)):
                scene.resize(width, height)
            case ("look", Tokens() as tokens, int(percent), bool(reduced)):
                scene.apply(tokens, Sizes(percent), reduced_motion=reduced)
            case _:
                scene._draw_anew()
        seen = picture(scene)
        assert seen.shape[:2] == (scene.height(), scene.width())
        assert 0.0 <= scene.light <= 1.0
        assert 0.0 <= scene.breath <= 1.0


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (400, 2), (17, 16)])
@pytest.mark.parametrize("name", SCENES)
def test_however_narrow_it_paints(qt: QApplication, name: str, size: tuple[int, int]) -> None:
    scene = SCENES[name](NIGHT_WATER, Sizes())
    scene.resize(*size)
    assert picture(scene).shape[:2] == size[::-1]


@pytest.mark.parametrize("tokens", BOTH, ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("name", PAINTED)
def test_a_score_that_jumps_and_a_quick_breath_change_the_brightness_slowly(
    qt: QApplication, name: str, tokens: Tokens
) -> None:
    scene, scores = made(name, tokens, width=240), (0.0, 1.0, None, 0.0)
    means = []
    for i in range(240):
        time_s = i / FPS
        breath = 0.5 - 0.5 * math.cos(2.0 * math.pi * time_s * 12.0 / 60.0)
        scene.feed(Frame(time_s, breath, scores[i // 60]))
        means.append(float(brightness(scene).mean()))
    assert max(abs(b - a) for a, b in pairwise(means)) < BRIGHTNESS_STEP


@pytest.mark.parametrize("name", PAINTED)
def test_after_a_long_gap_it_goes_on_gently(qt: QApplication, name: str) -> None:
    scene = made(name)
    rested(scene, 0.5, 0.0)
    light, time_s = scene.light, scene._fed_s
    assert time_s is not None
    scene.feed(Frame(time_s + 3600.0, 0.5, 1.0))
    assert scene.light - light < 0.02


@pytest.mark.parametrize("tokens", BOTH, ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("name", PAINTED)
def test_the_score_is_told_by_brightness_and_form_not_by_hue_alone(qt: QApplication, name: str, tokens: Tokens) -> None:
    scene = made(name, tokens)
    low, middle, high = (rested(scene, 0.5, score) for score in (0.0, 0.5, 1.0))
    assert high.mean() - middle.mean() > 0.02
    assert middle.mean() - low.mean() > 0.02
    assert high.mean() - low.mean() > 0.06
    assert high.std() > low.std(), "more is to be told apart"


@pytest.mark.parametrize("name", PAINTED)
def test_at_the_least_score_it_is_a_picture_still(qt: QApplication, name: str) -> None:
    for tokens in BOTH:
        assert np.ptp(rested(made(name, tokens), 0.5, 0.0)) > 0.2


@pytest.mark.parametrize("name", PAINTED)
def test_an_unknown_score_is_the_middle(qt: QApplication, name: str) -> None:
    unknown, middle = made(name, reduced_motion=True), made(name, reduced_motion=True)
    rested(unknown, 0.3, 1.0)
    assert unknown.light > 0.99
    seen = rested(unknown, 0.3, None)
    assert unknown.light == pytest.approx(NEUTRAL, abs=1e-3)
    assert np.abs(seen - rested(middle, 0.3, NEUTRAL)).max() < 0.02


@pytest.mark.parametrize("name", PAINTED)
def test_a_score_that_stands_still_stays(qt: QApplication, name: str) -> None:
    scene = made(name, reduced_motion=True)
    assert np.array_equal(rested(scene, 0.3, 0.9), rested(scene, 0.3, 0.9))


@pytest.mark.parametrize("reduced_motion", [False, True])
@pytest.mark.parametrize("tokens", BOTH, ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("name", PAINTED)
def test_the_breath_is_plain_to_see_at_any_score(
    qt: QApplication, name: str, tokens: Tokens, reduced_motion: bool
) -> None:
    scene = made(name, tokens, reduced_motion=reduced_motion)
    for score in (0.0, 0.5, 1.0):
        rested(scene, 0.0, score)
        seen = []
        for breath in (0.0, 0.5, 1.0):
            scene.feed(Frame(scene._fed_s or 0.0, breath, score))
            seen.append(brightness(scene))
        for one, other in pairwise(seen):
            assert float((np.abs(other - one) > 0.02).mean()) > 0.03


def test_the_breath_is_shown_at_once(qt: QApplication) -> None:
    scene = made("tree")
    scene.feed(Frame(0.0, 0.1))
    scene.feed(Frame(0.2, 0.9))
    assert scene.breath == 0.9


def test_where_the_breath_is_free_again_it_sinks_to_rest(qt: QApplication) -> None:
    scene = made("dawn")
    shown = []
    scene.feed(Frame(0.0, 1.0))
    for i in range(600):
        scene.feed(Frame((i + 1) / FPS))
        shown.append(scene.breath)
    assert max(a - b for a, b in pairwise([1.0, *shown])) < 0.02
    assert shown[-1] < 0.01


@pytest.mark.parametrize("name", SCENES)
def test_with_reduced_motion_nothing_moves_by_itself(qt: QApplication, name: str) -> None:
    scene = made(name, reduced_motion=True)
    before = rested(scene, 0.4, 0.7)
    assert np.array_equal(before, rested(scene, 0.4, 0.7))


@pytest.mark.parametrize("name", PAINTED)
def test_otherwise_it_moves_a_little(qt: QApplication, name: str) -> None:
    scene = made(name)
    before = rested(scene, 0.4, 0.3)
    for _ in range(25):
        scene.feed(Frame((scene._fed_s or 0.0) + 0.1, 0.4, 0.3))
    after = brightness(scene)
    assert not np.array_equal(before, after)
    assert abs(float(after.mean() - before.mean())) < 0.005


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("name", SCENES)
def test_the_word_of_the_breath_can_be_read(qt: QApplication, name: str, tokens: Tokens) -> None:
    scene = made(name, tokens, width=640)
    for score in (0.0, 0.25, 0.5, 0.75, 1.0):
        rested(scene, 1.0, score)
        seen = picture(scene)
        y, x = round(CUE_AT * scene.height()), scene.width() // 2
        behind = seen[y - 18 : y + 18, x - 45 : x + 45].reshape(-1, 3)
        order = behind @ [0.2126, 0.7152, 0.0722]
        for place in (order.argmin(), order.argmax()):
            ground = "#" + "".join(f"{round(255 * c):02x}" for c in behind[place])
            assert contrast(scene.tokens.text, ground) >= 4.5


def test_the_word_is_written(qt: QApplication) -> None:
    scene = made("dawn", reduced_motion=True)
    scene.feed(Frame(0.0, 0.5))
    without = brightness(scene)
    scene.feed(Frame(0.0, 0.5, cue="in"))
    assert np.abs(brightness(scene) - without).max() > 0.2


def test_for_closed_eyes_it_is_nearly_dark_in_every_theme(qt: QApplication) -> None:
    for tokens in THEMES.values():
        assert rested(made("dark", tokens), 1.0, 1.0)[:-1].mean() < 0.06


def test_noise_lies_where_steps_would_be(qt: QApplication) -> None:
    scene = made("dawn", width=640)
    rested(scene, 0.0, 0.5)
    sky = picture(scene)[20:60, 20:120, 2]
    assert np.mean([len(np.unique(row)) > 1 for row in sky]) > 0.9


def test_another_picture_by_key_is_shown_and_remembered(application: Application) -> None:
    window = application.window
    window.begin_with(find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(3.0), "sim:", {})
    wait_until(lambda: window.model and window.model.n_beats > 3)
    shown = []
    for _ in range(5):
        QTest.keyClick(window.rooms.session, Qt.Key.Key_V)
        shown.append(type(window.rooms.session.orb._scene))
        assert read_settings(application._folder).picture == window.settings.picture
    assert shown == [*SCENES.values(), type(None)]


def test_picture_and_movement_are_chosen_in_the_settings(application: Application, qt: QApplication) -> None:
    window = application.window
    window.go("settings")
    qt.processEvents()
    for text in ("Shore", "Still"):
        button = next(b for b in window.rooms.settings.findChildren(QPushButton) if b.text() == text)
        assert button.isVisible()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    kept = read_settings(application._folder)
    assert (kept.picture, kept.reduced_motion) == ("shore", True)


def test_scenes_follow_the_session(application: Application) -> None:
    window = application.window
    window.change_settings(replace(window.settings, picture="tree"))
    begin(application, find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(20.0), "breathe")
    scene, painted = window.rooms.session.orb._scene, len(window.rooms.session.orb.frames_s)
    assert scene is not None
    assert scene.size() == window.rooms.session.orb.size()
    wait_until(lambda: scene.breath > 0.5)
    wait_until(lambda: scene.breath < 0.4)
    assert len(window.rooms.session.orb.frames_s) > painted


def test_closed_eyes_leave_words_on_a_dark_page_and_open_eyes_find_all_again(
    application: Application, qt: QApplication
) -> None:
    window = application.window
    window.change_settings(replace(window.settings, picture="dark", theme=MORNING_PAPER.name))
    window.begin_with(find_exercise("paced-breathing").choosing({"begin": "rest"}).lasting(3.0), "sim:", {})
    wait_until(lambda: window.model and window.model.n_beats > 3)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_N)
    QTest.keyClick(window.rooms.session, Qt.Key.Key_N)
    qt.processEvents()
    assert not window.rooms.session.trace.isVisible()
    assert not window.rooms.session.score_line.isVisible()
    assert window.rooms.session._words.isVisible()
    image = window.rooms.session.grab().toImage().scaled(60, 40)
    levels = [image.pixelColor(x, y).lightness() for x in range(60) for y in range(40)]
    assert sum(levels) / len(levels) < 20
    window.change_settings(replace(window.settings, picture="circle"))
    qt.processEvents()
    assert window.rooms.session.trace.isVisible()
    assert window.rooms.session.score_line.isVisible()
    assert window.rooms.session.grab().toImage().pixelColor(5, 5).lightness() > 200


@pytest.mark.parametrize("ratio", [1.25, 2.0])
@pytest.mark.parametrize("name", PAINTED)
def test_on_fine_screens_it_is_the_same_picture_finer(
    qt: QApplication, monkeypatch: pytest.MonkeyPatch, name: str, ratio: float
) -> None:
    plain, fine = made(name), made(name)
    monkeypatch.setattr(fine, "devicePixelRatioF", lambda: ratio, raising=False)
    seen = [rested(scene, 0.6, 0.6) for scene in (plain, fine)]
    assert fine._layers_px == (320 * ratio, 200 * ratio)
    assert np.abs(seen[0] - seen[1]).mean() < 0.02


@pytest.mark.parametrize("name", PAINTED)
def test_while_it_is_resized_it_is_stretched_and_then_drawn_anew(qt: QApplication, name: str) -> None:
    scene = made(name)
    picture(scene)
    scene.resize(400, 300)
    scene.grab()
    assert scene._layers_px == (320, 200)
    wait_until(lambda: not scene._settled.isActive())
    scene.grab()
    assert scene._layers_px == (400, 300)
