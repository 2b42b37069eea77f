"""``python -m q7x2lab``, where the command is not on the path."""

import sys

from q7x2lab.cli import main

if __name__ == "__main__":
    sys.exit(main())
