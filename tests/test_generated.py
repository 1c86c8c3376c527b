"""What is generated from the server and kept in the repository is what the server would generate now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nodebuilder.server.openapi import as_text

WEB = Path(__file__).parent.parent / "web"
RUN = "run: python -m nodebuilder.server.openapi > web/openapi.json && python web/build.py --exec types"


def test_the_description_of_the_http_interface_is_that_of_the_server() -> None:
    assert (WEB / "openapi.json").read_text(encoding="utf-8") == as_text(), RUN


def test_the_types_of_the_editor_are_made_from_that_description() -> None:
    command = [sys.executable, str(WEB / "build.py"), "--exec", "types:print"]
    made = subprocess.run(command, check=True, capture_output=True, timeout=110).stdout.decode()
    made = made[made.index("/**") :]  # before it, npm may tell what it installed
    kept = (WEB / "src" / "api" / "schema.d.ts").read_text(encoding="utf-8")
    assert made.strip() == kept.strip(), RUN
