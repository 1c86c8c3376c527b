"""`python -m nodebuilder`: the same as the command `nodebuilder`."""

import sys

from nodebuilder.cli import main

if __name__ == "__main__":
    sys.exit(main())
