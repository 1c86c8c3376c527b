"""Reading a prompt: which place, which light and whom its words ask for; what they leave open, their hash decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Final

ANIMALS: Final = {
    "lion": "lion lions lioness leo",
    "tiger": "tiger tigers",
    "cat": "cat cats kitten kittens kitty leopard cheetah panther lynx",
    "fox": "fox foxes",
    "wolf": "wolf wolves husky coyote",
    "dog": "dog dogs puppy puppies hound retriever corgi",
    "bear": "bear bears teddy",
    "panda": "panda pandas",
    "rabbit": "rabbit rabbits bunny hare",
}
THINGS: Final = {
    "boat": "boat boats ship ships sail sailing sailboat yacht harbor harbour pirate",
    "balloons": "balloon balloons airship",
    "castle": "castle palace fortress dragon king queen princess wizard knight fairy fairytale",
    "lighthouse": "lighthouse beacon",
    "rocket": "rocket spaceship spacecraft astronaut shuttle",
    "whale": "whale whales dolphin fish shark orca octopus",
    "birds": "bird birds eagle owl parrot flamingo swan seagull flock",
}
SCENES: Final = {
    "sea": "sea ocean beach coast water wave waves lake island river underwater surf shore",
    "city": "city town street skyline building buildings office urban house cafe tokyo paris london cyberpunk",
    "forest": "forest wood woods jungle tree trees rainforest",
    "desert": "desert dune dunes sahara savanna savannah africa african safari canyon mars",
    "garden": "garden flower flowers meadow rose tulip tulips blossom spring",
    "space": "space galaxy planet planets universe cosmic nebula",
    "mountains": "mountain mountains alps peak peaks himalaya snow volcano landscape",
    "hills": "hill hills field fields farm countryside valley village",
    "pattern": "abstract pattern geometric logo icon mosaic tiles minimalist art poster shapes bauhaus design",
}
HABITATS: Final = {
    "sea": "whale dolphin fish shark octopus boat boats ship ships sailboat yacht harbor harbour pirate lighthouse",
    "city": "robot cyborg car taxi",
    "forest": "bear bears fox foxes wolf wolves panda pandas deer mushroom owl",
    "desert": "lion lions lioness elephant giraffe zebra camel cheetah",
    "garden": "rabbit rabbits bunny butterfly bee",
    "space": "rocket spaceship spacecraft astronaut alien moon star stars",
    "mountains": "castle dragon eagle fortress wizard knight",
    "hills": "balloon balloons dog dogs puppy horse cow sheep",
}
"""Where someone is found when no place is named."""
MOODS: Final = {
    "sunset": "sunset evening golden orange fire warm romantic",
    "dusk": "dusk twilight purple violet mysterious magic magical",
    "neon": "neon cyberpunk cyber futuristic hologram disco",
    "night": "night midnight dark moonlight moon starry black owl",
    "arctic": "snow winter ice icy arctic frozen glacier polar christmas cold",
    "autumn": "autumn fall october leaves harvest pumpkin",
    "dawn": "dawn sunrise morning pink mist misty fog foggy",
    "day": "day sunny noon summer bright",
    "savanna": "savanna savannah africa african safari lion elephant giraffe",
    "desert": "desert dune dunes sahara camel canyon mars",
    "ocean": "ocean sea beach tropical turquoise blue island",
    "forest": "forest wood woods jungle green rainforest",
    "spring": "spring flower flowers garden blossom pastel candy butterfly",
    "space": "space galaxy universe cosmic nebula",
}
"""Hours and seasons before places: a forest in autumn is autumnal."""
SUITED: Final = {
    "sea": ("ocean", "sunset", "dawn", "dusk"),
    "city": ("dusk", "night", "sunset", "dawn"),
    "forest": ("forest", "autumn", "dawn", "dusk"),
    "desert": ("desert", "savanna", "sunset"),
    "garden": ("spring", "day", "dawn"),
    "space": ("space",),
    "mountains": ("dawn", "sunset", "day", "arctic", "dusk", "night"),
    "hills": ("day", "spring", "autumn", "sunset", "dawn"),
    "pattern": ("ocean", "sunset", "autumn", "spring", "savanna", "neon", "dusk"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be drawn: a scene, its mood, and an animal or a thing in it, if any."""

    scene: str
    mood: str
    animal: str | None = None
    thing: str | None = None


def plan(prompt: str, rng: Random) -> Plan:
    """Return what to draw for a prompt; `rng` decides what its words leave open."""
    words = re.findall(r"[a-z]+", prompt.lower())
    animal, thing = _asked(ANIMALS, words), _asked(THINGS, words)
    # drawn first and always, so that a word more or less does not change every choice that follows
    any_scene, any_mood = rng.choice(("mountains", "sea", "hills", "forest", "desert", "city", "pattern")), rng.random()
    scene = _asked(SCENES, words) or _asked(HABITATS, words) or any_scene
    scene = "hills" if scene == "pattern" and (animal or thing) else scene
    suited = SUITED[scene]
    mood = "space" if scene == "space" else _asked(MOODS, words) or suited[int(any_mood * len(suited))]
    return Plan(scene, mood, animal, None if animal else thing)


def _asked(kinds: dict[str, str], words: list[str]) -> str | None:
    return next((kind for kind, listed in kinds.items() if not set(listed.split()).isdisjoint(words)), None)
