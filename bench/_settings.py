"""The product's settings, with two more addresses to compare its pages with."""

from pathlib import Path

from jiheng.site.settings import *  # noqa: F403  # all of them
from jiheng.site.settings import TEMPLATES

ROOT_URLCONF = "bench._addresses"
TEMPLATES[0]["DIRS"] = [str(Path(__file__).with_name("templates"))]
