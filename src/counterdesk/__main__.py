"""`python -m counterdesk`."""

from __future__ import annotations

import sys

from counterdesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
