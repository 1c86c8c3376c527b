from __future__ import annotations

import os
import socket
import stat
import threading
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import StorageError
from nodebuilder.storage.formats import PNG
from nodebuilder.storage.serving import checked_name, from_memory, look_up, open_plain, safe_path

GOOD = "gpt_image_0123abcd.png"
HOSTILE = [
    *("", ".", "..", "/", "//", "\0", "a", "a.", ".a", "a..", " ", "a b.png", "a.png ", "a.png.", "a.tar.gz"),
    *(
        "../secret.txt",
        "..\\secret.txt",
        "..%2fsecret.txt",
        "..%5csecret.txt",
        "....//secret.txt",
        "a/../../secret.txt",
    ),
    *("%2e%2e/secret.txt", "%252e%252e%252fsecret.txt", "..;/secret.txt", "..\0/secret.txt", "secret.txt\0.png"),
    *(
        "/etc/passwd",
        "//etc/passwd",
        "file:///etc/passwd",
        "\\\\host\\share\\x.png",
        "C:\\x.png",
        "c:x.png",
        "C:/x.png",
    ),
    *("con.png", "nul.txt", "aux.png", "com1.png", "lpt9.png", "CON", "a.png::$DATA", "a.png:stream", "GPT_IM~1.PNG"),
    *(
        ".env",
        ".git/config",
        ".0123.part",
        ".htaccess",
        "~/x.png",
        "$HOME.png",
        "`id`.png",
        "a;b.png",
        "-a.png",
        "_a.png",
    ),
    *(
        "A.PNG",
        "Gpt_image_0123abcd.png",
        "gpt_image_0123abcd.PNG",
        "é.png",
        "e\u0301.png",
        "\uff0e\uff0e/x.png",
        "a\u2024png",
    ),
    *("..\u2215x.png", "\u202egnp.a.png", "a\n.png", "a.png\n", "a\r\nX: y.png", "x" * 200 + ".png", "a." + "x" * 9),
    *("../servable_evil/e.txt", "servable/" + GOOD, "./" + GOOD, GOOD + "/", GOOD + "/.", GOOD + "?x", GOOD + "#x"),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "servable"
    folder.mkdir()
    (folder / GOOD).write_bytes(b"\x89PNG\r\n\x1a\n picture")
    (tmp_path / "secret.txt").write_text("CANARY")
    (tmp_path / "servable_evil").mkdir()
    (tmp_path / "servable_evil" / "e.txt").write_text("CANARY")
    return folder


def refused(root: Path, name: str) -> None:
    for way in (safe_path, look_up):
        with pytest.raises(StorageError) as caught:
            way(root, name)
        assert caught.value.code == "not_found"


def test_a_plain_file_is_found(root: Path) -> None:
    served = look_up(root, GOOD)

    assert safe_path(root, GOOD) == root / GOOD
    assert (served.media_type, served.inline, served.size) == ("image/png", True, 16)
    assert served.open().read() == b"\x89PNG\r\n\x1a\n picture"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_not_found(root: Path, name: str) -> None:
    refused(root, name)
    refused(root, unquote(name))


@pytest.mark.parametrize("name", [".env", ".git", "A.PNG", "con.png", "a b.png", "a.png ", "é.png"])
def test_a_name_that_may_not_be_is_not_found_even_if_there_is_such_a_file(root: Path, name: str) -> None:
    (root / name).write_text("CANARY")

    refused(root, name)


@given(st.text(max_size=40) | st.from_regex(r"[a-z0-9._/\\-]{1,20}", fullmatch=True))
def test_an_accepted_name_stays_in_its_folder(name: str) -> None:
    try:
        accepted = checked_name(name)
    except StorageError:
        return

    assert Path("root", accepted).parent == Path("root")
    assert accepted == os.path.normpath(accepted) == accepted.lower()
    assert accepted.isascii()


def test_links_of_both_kinds_are_not_found(root: Path) -> None:
    (root / "soft.png").symlink_to(root.parent / "secret.txt")
    (root / "inner.png").symlink_to(root / GOOD)
    (root / "dangling.png").symlink_to(root / "none.png")
    os.link(root.parent / "secret.txt", root / "hard.png")

    for name in ("soft.png", "inner.png", "dangling.png", "hard.png"):
        refused(root, name)
        with pytest.raises(StorageError):
            open_plain(root / name)


def test_pipes_sockets_folders_and_devices_are_not_found_at_once(root: Path) -> None:
    os.mkfifo(root / "pipe.png")
    (root / "folder.png").mkdir()
    names = ["pipe.png", "folder.png"]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "sock.png"))
        names.append("sock.png")
        if os.geteuid() == 0:
            os.mknod(root / "null.png", stat.S_IFCHR | 0o600, os.makedev(1, 3))
            names.append("null.png")
        for name in names:
            refused(root, name)
            with pytest.raises(StorageError):
                open_plain(root / name)


def test_a_file_that_is_exchanged_after_the_look_is_not_sent(root: Path) -> None:
    served = look_up(root, GOOD)
    (root / GOOD).unlink()
    with pytest.raises(StorageError):
        served.open()
    (root / GOOD).symlink_to(root.parent / "secret.txt")
    with pytest.raises(StorageError):
        served.open()
    (root / GOOD).unlink()
    (root / GOOD).write_text("another, longer file")
    with pytest.raises(StorageError):
        served.open()


def test_a_link_swapped_in_while_reading_never_leads_outside(root: Path) -> None:
    over = threading.Event()
    path = root / "swapped.png"

    def swap() -> None:
        while not over.is_set():
            for make in (lambda p: p.write_text("inside"), lambda p: p.symlink_to(root.parent / "secret.txt")):
                fresh = root / ".fresh"
                make(fresh)
                fresh.replace(path)

    thread = threading.Thread(target=swap)
    thread.start()
    seen: set[bytes] = set()
    for _ in range(3000):
        try:
            with look_up(root, path.name).open() as file:
                seen.add(file.read())
        except StorageError:
            continue
    over.set()
    thread.join()

    assert seen <= {b"inside", b""}


def test_the_type_comes_from_the_bytes_and_what_carries_scripts_is_not_inline(root: Path) -> None:
    (root / "x.png").write_text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    (root / "y.png").write_text("<html><script>alert(1)</script>")

    assert (look_up(root, "x.png").media_type, look_up(root, "x.png").inline) == ("image/svg+xml", False)
    assert (look_up(root, "y.png").media_type, look_up(root, "y.png").inline) == ("text/html", False)


def test_the_etag_is_quoted_and_changes_with_the_file(root: Path) -> None:
    first = look_up(root, GOOD).etag
    (root / GOOD).write_bytes(b"\x89PNG\r\n\x1a\n another picture")

    assert first.startswith('"')
    assert first.endswith('"')
    assert look_up(root, GOOD).etag != first


def test_a_file_in_memory_is_served_alike() -> None:
    served = from_memory(GOOD, b"bytes", PNG, 1.0)

    assert (served.path, served.media_type, served.size) == (None, "image/png", 5)
    assert served.open().read() == b"bytes"


def test_an_error_does_not_repeat_a_long_name(root: Path) -> None:
    with pytest.raises(StorageError) as caught:
        safe_path(root, "x" * 5000)
    assert len(caught.value.message) < 120
