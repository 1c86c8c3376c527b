"""What is loaded along with litellm, seen in a process of its own."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import sys
from nodebuilder.providers import litellm_library
assert "httpx2" not in sys.modules
litellm_library.warm_up()
print(hasattr(sys.modules["httpx2"], "Timeout"))
"""


def test_what_openai_uses_once_it_is_loaded_is_loaded_whole_before_the_first_call() -> None:
    said = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=False)
    assert said.stdout.strip() == "True", said.stderr
