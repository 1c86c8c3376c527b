"""Claims a data folder as a server, says so, and waits to be killed."""

import sys
import time
from pathlib import Path

from nodebuilder.storage.lock import ServerLock, Session

folder = Path(sys.argv[1])
ServerLock(folder).acquire("http://localhost:8123")
sys.stdout.write(Session(folder).id + "\n")
sys.stdout.flush()
time.sleep(60)
