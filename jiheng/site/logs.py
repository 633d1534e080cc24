"""Logs as lines of JSON, for those who collect them: each with the id of its request, and one line a request."""

import json
import logging
from datetime import UTC, datetime

from jiheng.foundation.audit.request import request_id


class JsonLines(logging.Formatter):
    """One line of JSON for each message; the same request id stands in the answer and in the chain."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get() or getattr(getattr(record, "request", None), "request_id", ""),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
