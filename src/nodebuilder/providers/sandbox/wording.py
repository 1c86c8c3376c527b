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
    "sea": "sea ocean beach coast water wave waves lake island river underwater surf whale fish boat ship lighthouse",
    "city": "city town street skyline building buildings office urban house cafe tokyo paris london cyberpunk robot",
    "forest": "forest wood woods jungle tree trees rainforest bear fox wolf panda deer mushroom",
    "desert": "desert dune dunes sahara savanna savannah africa african safari lion elephant giraffe camel canyon mars",
    "garden": "garden flower flowers meadow rose tulip tulips blossom butterfly rabbit bunny bee spring",
    "space": "space galaxy planet planets star stars universe cosmic rocket spaceship astronaut moon nebula alien",
    "mountains": "mountain mountains alps peak peaks himalaya snow castle dragon eagle volcano landscape",
    "hills": "hill hills field fields farm countryside valley balloon balloons village dog",
    "pattern": "abstract pattern geometric logo icon mosaic tiles minimalist art poster shapes bauhaus design",
}
MOODS: Final = {
    "sunset": "sunset evening golden orange fire warm romantic",
    "dawn": "dawn sunrise morning pink mist misty fog",
    "dusk": "dusk twilight purple violet mysterious magic magical",
    "night": "night midnight dark moonlight moon starry black owl",
    "arctic": "snow winter ice icy arctic frozen glacier polar christmas cold",
    "neon": "neon cyberpunk cyber futuristic hologram robot tokyo disco",
    "autumn": "autumn fall october leaves harvest pumpkin",
    "savanna": "savanna savannah africa african safari lion elephant giraffe",
    "desert": "desert dune dunes sahara camel canyon mars",
    "ocean": "ocean sea beach tropical turquoise blue island",
    "forest": "forest wood woods jungle green rainforest",
    "spring": "spring flower flowers garden blossom pastel candy butterfly",
    "space": "space galaxy universe cosmic nebula",
    "day": "day sunny noon summer bright",
}
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
    scene = _asked(SCENES, words) or any_scene
    scene = "hills" if scene == "pattern" and (animal or thing) else scene
    suited = SUITED[scene]
    mood = "space" if scene == "space" else _asked(MOODS, words) or suited[int(any_mood * len(suited))]
    return Plan(scene, mood, animal, None if animal else thing)


def _asked(kinds: dict[str, str], words: list[str]) -> str | None:
    of = {word: kind for kind, listed in reversed(kinds.items()) for word in listed.split()}
    return next((of[word] for word in words if word in of), None)
