"""`python -m tests.contracts.openapi` writes openapi.json anew; look at the difference before you commit it."""

import json
import os

import django


def main() -> None:
    """Write the description of the interface as the committed file has it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from jiheng.channels.api.wiring import openapi  # noqa: PLC0415
    from tests.contracts.test_api import FILE  # noqa: PLC0415

    FILE.write_text(json.dumps(openapi(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
