#!/usr/bin/env python
"""Every command of Parley; starts the embedded database when the command needs one."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.bootstrap import database_for

    with database_for(sys.argv):
        execute_from_command_line(sys.argv)
    # Everything is closed by now; taking the interpreter apart would keep the person waiting for another second.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
