#!/usr/bin/env python
"""Django's own commands; `jiheng` is the command for daily use, with Chinese help."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiheng.site.settings")
    execute_from_command_line(sys.argv)
