from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.workflow.keys import is_secret_name, is_surely_key, looks_like_key

random_bytes = st.binary(min_size=24, max_size=48)


@pytest.mark.parametrize("name", ["openai", "a", "My-Key_2", "x" * 64])
def test_the_name_of_a_secret_is_a_short_word(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["", "1a", "_a", "a b", "é", "x" * 65, "a.b", "a\n"])
def test_other_text_is_no_name_of_a_secret(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["", " ", "openai", "work", "hf_token", "xai-production", "key", "npm", "openai_team_2024", "gpt-image-1-key",
     "openai_production_key_for_the_design_team", "MyOpenAiProductionKeyForImages", "Bearer", "sky", "sg_prod",
     "skills",
     "hf-production-team-2", "xai_images"],
)  # fmt: skip
def test_a_name_is_no_key(name: str) -> None:
    assert not looks_like_key(name)


KEYS = [
    "sk-" + "proj-" + "abc123",
    "sk-" + "test",
    "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc",
    "AI" + "zaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "gh" + "p_16C7e42F292c6912E7710c838347Ae178B4a",
    "hf" + "_aBcDeFgHiJkLmNoPqRsTuVwXyZ012345",
    "xa" + "i-0a1B2c3D4e5F6g7H8i9J",
    "gs" + "k_0a1B2c3D4e5F6g7H8i9J",
    "AK" + "IAIOSFODNN7EXAMPLE",
    "0123456789abcdef",
    "abcdef0123456789abcdef0123456789",
    "b1946ac9-4921-4d1b-8a4c-3f5e0d2c1b0a",
    "d41d8cd9-8f00-3204-a980-0998ecf8427e",
    "key with spaces",
    "user:password",
    " sk-" + "padded ",
    "eyJhbGciOiJIUzI1NiJ9.e30.abc",
    "x" * 65,
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_recognised(key: str) -> None:
    assert looks_like_key(key)


@given(random_bytes)
def test_random_hexadecimal_text_is_a_key(raw: bytes) -> None:
    text = raw.hex()
    assert looks_like_key(text) == (not is_secret_name(text) or len(re.findall("[0-9]", text)) >= 2)


@given(random_bytes)
def test_most_random_base64_text_is_a_key(raw: bytes) -> None:
    text = base64.urlsafe_b64encode(raw).decode()
    digits = sum(char.isdigit() for char in text)
    assert looks_like_key(text) or digits < 0.15 * len(text)


words_in_names = st.sampled_from(["openai", "google", "team", "prod", "test", "image", "key", "main", "npm"])


@given(st.lists(words_in_names, min_size=1, max_size=6))
def test_words_are_no_key(words: list[str]) -> None:
    assert not looks_like_key("_".join(words))
    assert not looks_like_key("-".join([*words, "2"]))


@pytest.mark.parametrize(
    "text",
    [f"sk-proj-{'4fT9ab' * 4}", f" sk-ant-api03-{'aB3' * 30}\n", f"AIza{'Sy1' * 12}", f"ghp_{'01aB' * 8}",
     f"eyJ{'hb1' * 9}.{'eyJ3' * 9}.{'dz2' * 9}"],
)  # fmt: skip
def test_what_begins_as_keys_do_and_is_long_is_surely_one(text: str) -> None:
    assert is_surely_key(text)


@pytest.mark.parametrize(
    "text",
    ["", "sk-learn", "pk_primary_2024_of_the_table", f"a text about sk-proj-{'4fT9ab' * 4}", "openai",
     "8c0e3b4c-7f0e-4a1e-9a44-0123456789ab", "eyJhIjogMSwgImIiOiAyLCAiYyI6IDN9", "sk-" + "a1" * 300],
)  # fmt: skip
def test_in_any_place_other_text_is_no_key(text: str) -> None:
    assert not is_surely_key(text)
