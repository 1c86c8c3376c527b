"""What is generated from the server and kept in the repository is what the server would generate now."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent.parent / "web"


def test_the_description_of_the_http_interface_is_that_of_the_server() -> None:
    spec = importlib.util.spec_from_file_location("web_openapi", WEB / "openapi.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    kept = (WEB / "openapi.json").read_text(encoding="utf-8")
    assert module.interface() == kept, "run: python web/openapi.py"


def test_the_types_of_the_editor_are_made_from_that_description() -> None:
    command = [sys.executable, str(WEB / "build.py"), "--exec", "types:print"]
    made = subprocess.run(command, check=True, capture_output=True, timeout=110).stdout.decode()
    made = made[made.index("/**") :]  # before it, npm may tell what it installed
    kept = (WEB / "src" / "api" / "schema.d.ts").read_text(encoding="utf-8")
    assert made.strip() == kept.strip(), "run: python web/openapi.py && python web/build.py --exec types"
