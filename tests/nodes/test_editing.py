from __future__ import annotations

from nodebuilder.nodes.drawing import counted, expected_cost, identity, origin
from nodebuilder.nodes.editing import price
from nodebuilder.providers.edits import estimate_edit
from nodebuilder.providers.images import ImageRequest
from nodebuilder.providers.pictures import Picture
from nodebuilder.providers.prices import estimate_image
from nodebuilder.values import Asset
from tests.providers.test_edits import mask as masking
from tests.standin import png


def picture(name: str, width: int = 64, height: int = 64) -> Picture:
    asset = Asset(name, f"http://localhost:8000/servable/{name}", "image/png", 9, width, height)
    return Picture(png(width, height), "image/png", width, height, asset)


LION, HARE, MASK = picture("lion.png"), picture("hare.png", 32, 16), masking()
WANTED = ImageRequest("gpt-image-1", "a crown", "1024x1024", "low")


def test_two_edits_are_the_same_when_words_settings_and_bytes_are() -> None:
    edit = ImageRequest("gpt-image-1", "a crown", images=(LION,))
    renamed = ImageRequest("gpt-image-1", "a crown", images=(picture("other.png"),))
    assert identity(edit) == identity(renamed)
    others = [
        ImageRequest("gpt-image-1", "a crown", images=(HARE,)),
        ImageRequest("gpt-image-1", "a crown", images=(LION, LION)),
        ImageRequest("gpt-image-1", "a crown", images=(LION,), mask=MASK),
        ImageRequest("gpt-image-1", "a crown", images=(LION,), input_fidelity="high"),
        ImageRequest("gpt-image-1", "a crown"),
    ]
    assert all(identity(edit) != identity(other) for other in others)


def test_a_drawing_is_identified_as_ever() -> None:
    assert identity(WANTED) == {"prompt": "a crown", "size": "1024x1024", "quality": "low", "n": 1}


def test_a_picture_knows_where_it_came_from() -> None:
    without_file = Picture(b"", "image/png", 1, 1)
    about = origin(ImageRequest("gpt-image-1", "a crown", images=(LION, without_file), mask=MASK))
    assert (about["edited_from"], about["mask"]) == (["lion.png", "data URL"], "data URL")
    assert not {"edited_from", "mask"} & set(origin(WANTED))


def test_the_cost_is_expected_for_the_pictures_that_are_there() -> None:
    assert expected_cost(WANTED) == estimate_image("gpt-image-1", "1024x1024", "low")
    edit = ImageRequest("gpt-image-1", "a crown", "1024x1024", "low", images=(LION, HARE), mask=MASK)
    assert expected_cost(edit) == estimate_edit("gpt-image-1", "1024x1024", "low", [(64, 64), (32, 16), (64, 64)])


def test_the_price_of_the_widgets_asks_for_fidelity_as_the_call_does() -> None:
    values = {"model": "gpt-image-1-mini", "size": "1024x1024", "quality": "low", "input_fidelity": "high"}
    assert price(values) == price({**values, "input_fidelity": "auto"})
    first = {**values, "model": "gpt-image-1"}
    low, high = price({**first, "input_fidelity": "low"}), price(first)
    assert low is not None
    assert high is not None
    assert low[1] < high[0]


def test_pictures_are_counted_in_words() -> None:
    assert (counted((LION,)), counted((LION, HARE))) == ("1 picture", "2 pictures")
