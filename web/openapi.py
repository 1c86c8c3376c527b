"""Write `web/openapi.json`, from which `npm run types` makes the editor's types (`src/api/schema.d.ts`).

Run as `python web/openapi.py`, then `npm run types` in `web/`, after every change of the HTTP interface.
"""

from __future__ import annotations

import json
from pathlib import Path

from nodebuilder.server.app import bare_app

TARGET = Path(__file__).with_name("openapi.json")


def interface() -> str:
    """Return the description of the HTTP interface as the file holds it."""
    description = bare_app().openapi()
    description["info"]["version"] = "0"  # a release changes the version, not the interface
    return json.dumps(description, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(interface(), encoding="utf-8")
