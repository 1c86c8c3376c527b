"""Reading a prompt: words choose the place, the light and whom one meets."""

from __future__ import annotations

from random import Random

import pytest

from nodebuilder.providers.sandbox.animals import COATS
from nodebuilder.providers.sandbox.palettes import MOODS
from nodebuilder.providers.sandbox.scenery import SCENES as DRAWN_SCENES
from nodebuilder.providers.sandbox.things import THINGS as DRAWN_THINGS
from nodebuilder.providers.sandbox.wording import ANIMALS, HABITATS, SCENES, SUITED, THINGS, Plan, plan
from nodebuilder.providers.sandbox.wording import MOODS as MOOD_WORDS


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - it chooses mountains


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A majestic lion in the African savanna", Plan("desert", "savanna", "lion")),
        ("the SEA at sunset", Plan("sea", "sunset")),
        ("a city at night", Plan("city", "night")),
        ("a rocket", Plan("space", "space", None, "rocket")),
        ("a misty forest in autumn", Plan("forest", "autumn")),
        ("a lion in the city at night", Plan("city", "night", "lion")),
        ("a castle by the sea, in the evening", Plan("sea", "sunset", None, "castle")),
    ],
)
def test_words_decide(prompt: str, expected: Plan) -> None:
    assert plan(prompt, chance(1)) == expected


def test_what_words_leave_open_is_decided_by_chance_and_fits() -> None:
    plans = {plan("hello", chance(seed)) for seed in range(200)}
    assert len({chosen.scene for chosen in plans}) > 4
    assert all(chosen.mood in SUITED[chosen.scene] for chosen in plans)


def test_everything_that_can_be_planned_can_be_drawn() -> None:
    assert set(ANIMALS) <= set(COATS)
    assert set(THINGS) == set(DRAWN_THINGS)
    assert set(HABITATS) < set(SCENES)
    assert set(SCENES) == set(DRAWN_SCENES) == set(SUITED)
    assert set(MOOD_WORDS) <= set(MOODS)
    assert {mood for moods in SUITED.values() for mood in moods} <= set(MOODS)
