"""Kept files over HTTP: uploads, lists, and the address under which each is served."""

from __future__ import annotations

import json
import os
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.routes import ROUTES
from tests.server.serving import Server
from tests.server.test_guard import request

MARK = {"X-Requested-With": "nodebuilder"}
CANARY = b"root:x:0:0 canary"


def png(width: int = 3, height: int = 2, shade: int = 0) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade, 0, 0]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def upload(server: Server, data: bytes, name: str = "cat.png", media_type: str = "image/png") -> dict[str, object]:
    with server.client() as http:
        answer = http.post("/api/files", files={"file": (name, data, media_type)}, headers=MARK)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def kept(server: Server) -> str:
    return str(upload(server, png(40, 30))["filename"])


@pytest.fixture(scope="module")
def outside(server: Server) -> Iterator[None]:
    """Files that nobody may ever see: beside the servable directory, above it, and hidden or linked within."""
    folder = server.data_dir / "servable"
    folder.mkdir(exist_ok=True)
    beside = server.data_dir / "servable_evil"
    beside.mkdir()
    planted = [server.data_dir / "canary.txt", beside / "canary.txt", folder / ".env", folder / ".hidden.png"]
    for path in planted:
        path.write_bytes(CANARY)
    (folder / "folder.png").mkdir()
    (folder / "soft_00000000.txt").symlink_to(server.data_dir / "canary.txt")
    os.link(server.data_dir / "canary.txt", folder / "hard_00000000.txt")
    os.mkfifo(folder / "pipe_00000000.txt")
    yield
    for path in [*planted, folder / "soft_00000000.txt", folder / "hard_00000000.txt", folder / "pipe_00000000.txt"]:
        path.unlink()


def test_an_upload_is_listed_told_served_and_deleted(server: Server) -> None:
    answer = upload(server, png(5, 4), "my cat.png")
    assert answer["media_type"] == "image/png"
    name = str(answer["filename"])
    assert "cat" not in name
    with server.client() as http:
        listed = http.get("/api/files").json()
        entry = listed["files"][0]
        assert (entry["filename"], entry["original_name"]) == (name, "my cat.png")
        assert (entry["width"], entry["height"], entry["size"]) == (5, 4, len(png(5, 4)))
        assert listed["count"] >= 1
        assert listed["total_size"] >= entry["size"]
        assert http.get(f"/api/files/{name}").json()["url"] == entry["url"]
        assert entry["url"] == f"http://localhost:{server.port}/servable/{name}"
        assert http.get(f"/servable/{name}").content == png(5, 4)
        assert http.delete(f"/api/files/{name}").status_code == 204
        assert http.delete(f"/api/files/{name}").status_code == 404
        assert http.get(f"/servable/{name}").status_code == 404


def test_a_page_is_given_addresses_of_the_server_it_came_from(server: Server, kept: str) -> None:
    with server.client() as http:
        told = http.get(f"/api/files/{kept}", headers={"origin": server.url}).json()
    assert told["url"] == f"{server.url}/servable/{kept}"


def test_files_are_listed_page_by_page(server: Server) -> None:
    names = [str(upload(server, png(shade=shade))["filename"]) for shade in range(5)]
    with server.client() as http:
        first = http.get("/api/files", params={"limit": 2}).json()
        second = http.get("/api/files", params={"limit": 2, "before": first["next"]}).json()
    assert [file["filename"] for file in first["files"] + second["files"]] == names[:0:-1]


NAMES = [
    "../evil.py",
    "..\\evil.py",
    "/etc/cron.d/evil",
    "....//evil.png",
    "%2e%2e%2fevil.png",
    "a\x00.png",
    "con",
    "evil.png::$DATA",
    "evil.png. ",
    ".htaccess",
    "x" * 5000,
    "\u202egnp.exe",
    '"><script>alert(1)</script>.png',
    "\r\nX-Evil: 1.png",
    "",
    "nodes/evil_node.py",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_the_name_of_an_upload_is_only_noted(server: Server, name: str) -> None:
    before = {path for path in server.data_dir.parent.rglob("*") if "nodebuilder.db" not in path.name}
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A").encode()
        + b'"\r\nContent-Type: image/png\r\n\r\n'
        + png()
        + b"\r\n--b--\r\n"
    )
    with server.client() as http:
        headers = {**MARK, "content-type": "multipart/form-data; boundary=b"}
        answer = http.post("/api/files", content=body, headers=headers)
    assert answer.status_code in (201, 400, 422), answer.text
    new = {path for path in server.data_dir.parent.rglob("*") if "nodebuilder.db" not in path.name} - before
    assert {path.parent for path in new} <= {server.data_dir / "servable"}
    if answer.status_code == 201:
        filename = answer.json()["filename"]
        assert {path.name for path in new} == {filename}
        assert "x-evil" not in answer.headers
        with server.client() as http:
            noted = http.get(f"/api/files/{filename}").json()["original_name"]
        assert not set(noted) & {"/", "\\", "\r", "\n", "\0"}


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"x", 415),
        (b"<html><script>alert(1)</script>", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 415),
        (b"\x7fELF" + b"\0" * 100, 415),
        (b"PK\x03\x04" + b"\0" * 100, 415),
        (b"%PDF-1.7\n", 415),
        (b"%!PS-Adobe-3.0 EPSF", 415),
        (png()[:30], 422),
        (png()[:-6], 422),
    ],
    ids=lambda case: ascii(case)[:24],
)
def test_only_whole_pictures_are_kept_whatever_they_are_called(server: Server, data: bytes, status: int) -> None:
    with server.client() as http:
        before = http.get("/api/files").json()["count"]
        answer = http.post("/api/files", files={"file": ("a.png", data, "image/png")}, headers=MARK)
        assert answer.status_code == status, answer.text
        assert answer.json()["remedy"]
        assert http.get("/api/files").json()["count"] == before
    assert not list((server.data_dir / "servable").glob(".*.part"))


def test_an_upload_is_bounded_declared_or_streamed(serve: Callable[..., Server]) -> None:
    server = serve(max_upload_bytes="200000")
    big = png() + os.urandom(400_000)
    with server.client() as http:
        assert http.post("/api/files", files={"file": ("a.png", big)}, headers=MARK).status_code == 413

        def stream() -> Iterator[bytes]:
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
            for _ in range(50):
                yield b"x" * 10_000

        headers = {**MARK, "content-type": "multipart/form-data; boundary=b"}
        assert http.post("/api/files", content=stream(), headers=headers).status_code == 413
        assert (
            http.post("/api/files", files={"file": ("a.png", png() + b"x" * 200_000)}, headers=MARK).status_code == 413
        )
        assert http.post("/api/files", files={"file": ("a.png", png())}, headers=MARK).status_code == 201
    assert len(list((server.data_dir / "servable").iterdir())) == 1


FORMS = [
    b"",
    b"--b--\r\n",
    b"not a form",
    b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--b--\r\n',
    b"--b\r\n\r\nx\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n' * 5 + b"--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nx\r\n' * 5000 + b"--b--\r\n",
    b"--b\r\n" + b"X-Header: y\r\n" * 4000 + b"\r\nx\r\n--b--\r\n",
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: ascii(form)[:30])
@pytest.mark.parametrize("boundary", ["; boundary=b", "", "; boundary=" + "b" * 5000])
def test_a_broken_form_is_the_callers_mistake(server: Server, form: bytes, boundary: str) -> None:
    with server.client() as http:
        headers = {**MARK, "content-type": f"multipart/form-data{boundary}"}
        answer = http.post("/api/files", content=form, headers=headers)
    assert answer.status_code in (400, 415, 422), answer.text
    assert answer.json()["code"]


def test_many_uploads_at_once_overwrite_nothing(server: Server) -> None:
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(str(upload(server, png())["filename"]))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 30


def test_a_file_is_served_for_good_and_can_run_nothing(server: Server, kept: str) -> None:
    with server.client() as http:
        answer = http.get(f"/servable/{kept}")
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert policy == "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
        assert answer.headers["content-disposition"].startswith("inline")
        head = http.head(f"/servable/{kept}")
        assert head.content == b""
        assert head.headers["content-length"] == str(len(answer.content))
        again = http.get(f"/servable/{kept}", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert http.get(f"/servable/{kept}", headers={"if-none-match": '"other"'}).status_code == 200
        assert http.post(f"/servable/{kept}").status_code == 405


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=10-", 206, 10, None),
        ("bytes=-5", 206, -5, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("bytes=" + ",".join(["0-0"] * 1000), 200, 0, None),
        ("nonsense", 200, 0, None),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(
    server: Server, kept: str, asked: str, status: int, begin: int, end: int | None
) -> None:
    with server.client() as http:
        answer = http.get(f"/servable/{kept}", headers={"range": asked})
    assert answer.status_code == status
    assert answer.content == png(40, 30)[begin:end]


def test_a_part_behind_the_end_is_refused_and_a_stale_one_is_the_whole(server: Server, kept: str) -> None:
    with server.client() as http:
        beyond = http.get(f"/servable/{kept}", headers={"range": "bytes=99999999-"})
        assert beyond.status_code == 416
        assert beyond.headers["content-range"] == f"bytes */{len(png(40, 30))}"
        stale = http.get(f"/servable/{kept}", headers={"range": "bytes=0-1", "if-range": '"old"'})
        assert stale.status_code == 200


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page_00000000.html", b"<html><script>document.title='x'</script>"),
        ("drawing_00000000.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("paper_00000000.pdf", b"%PDF-1.7 ..."),
        ("liar_00000000.png", b"<html><script>alert(1)</script>"),
    ],
)
def test_what_can_carry_script_is_downloaded_not_shown(server: Server, name: str, data: bytes) -> None:
    path = server.data_dir / "servable" / name
    path.write_bytes(data)
    with server.client() as http:
        answer = http.get(f"/servable/{name}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    path.unlink()


TRAVERSALS = [
    "../canary.txt",
    "..%2fcanary.txt",
    "..%2Fcanary.txt",
    "%2e%2e/canary.txt",
    "%2e%2e%2fcanary.txt",
    "..%5ccanary.txt",
    "..\\canary.txt",
    "....//canary.txt",
    "..;/canary.txt",
    "%252e%252e%252fcanary.txt",
    "..%c0%afcanary.txt",
    "%c0%ae%c0%ae/canary.txt",
    "..%ef%bc%8fcanary.txt",
    "/../canary.txt",
    "//etc/passwd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "./../canary.txt",
    "x/../../canary.txt",
    "../servable_evil/canary.txt",
    "..%2fservable_evil%2fcanary.txt",
    "../../data/canary.txt",
    "..%00/canary.txt",
    "canary.txt%00.png",
    ".env",
    "%2eenv",
    ".hidden.png",
    "soft_00000000.txt",
    "hard_00000000.txt",
    "pipe_00000000.txt",
    "folder.png",
    "con",
    "nul.png",
    "file.png::$DATA",
    "C:%5ccanary.txt",
    "file:///etc/passwd",
    "~root/.profile",
    "*",
    "%",
    "%zz",
    "x" * 3000,
    "",
    ".",
    "..",
]


@pytest.mark.parametrize("name", TRAVERSALS, ids=lambda name: ascii(name)[:40])
@pytest.mark.usefixtures("outside")
def test_no_spelling_of_a_name_leads_out_of_the_folder(server: Server, name: str) -> None:
    prefixes = ["/servable/", "/assets/", "/", "/api/docs/", "/api/files/", "/api/workflows/", "/sandbox/v1/models/"]
    for prefix in prefixes:
        for method in ("GET", "HEAD", "DELETE", "PUT"):
            if (prefix, method) == ("/sandbox/v1/models/", "GET") or " " in name:
                continue
            answer = server.raw(request(server, method, prefix + name, {} if method == "PUT" else None))
            assert CANARY not in answer, (method, prefix)
            assert b"root:" not in answer
            status = int(answer.split(b" ")[1])
            allowed = {400, 401, 403, 404, 405, 414, 422} | ({200, 304} if prefix + name in LISTS else set())
            assert status in allowed, (method, prefix, answer[:100])
    assert (server.data_dir / "canary.txt").read_bytes() == CANARY


LISTS = {"/", "/api/docs/", "/api/files/", "/.", "/..", "/servable/..", "/%"}
"""Spellings that some reader may take for an address that does exist."""


def test_the_control_of_these_names_a_kept_file_is_found_by_its_own(server: Server, kept: str) -> None:
    answer = server.raw(request(server, "GET", f"/servable/{kept}"))
    assert b" 200 " in answer[:14]
    assert png(40, 30) in answer


def test_every_route_with_a_name_in_it_refuses_to_leave_its_place(server: Server) -> None:
    for route in ROUTES:
        if "{" in route.template:
            head, _, tail = route.template.partition("{")
            _, _, tail = tail.partition("}")
            for name in ("..%2f..%2fcanary.txt", "%2e%2e%2fsecret.key", "..\\..\\x"):
                tail_path = tail.replace("{version}", "1")
                answer = server.raw(request(server, route.method, head + name + tail_path, route.body))
                assert CANARY not in answer
                assert int(answer.split(b" ")[1]) in (404, 405, 415, 422), (str(route), answer[:90])


@pytest.mark.usefixtures("outside")
def test_what_is_hidden_is_not_listed(server: Server) -> None:
    with server.client() as http:
        listed = json.dumps(http.get("/api/files").json())
    for name in (".env", ".hidden", "soft_", "hard_", "pipe_", "folder.png", "canary"):
        assert name not in listed


def test_a_file_beyond_the_folder_cannot_be_reached_through_a_workflow(server: Server, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(CANARY)
    for name in ("../secret", str(tmp_path / "secret.txt"), "/etc/passwd"):
        with server.client() as http:
            assert http.post("/api/runs", json={"workflow": name}).status_code == 422
