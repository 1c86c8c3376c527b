"""Build hook: compiles the editor in `web/` into the wheel, with the Node that comes as a Python wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EditorBuildHook(BuildHookInterface):
    """Run `npm ci` and `npm run build` in `web/`, unless this is an editable install or there are no sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        if not (root / "web" / "package.json").exists():
            if (root / "src/nodebuilder/server/static/index.html").exists():
                return
            raise RuntimeError("The editor's sources (web/) are missing, so the wheel would have no editor.")
        subprocess.run(
            [sys.executable, str(root / "web" / "build.py")],
            check=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
