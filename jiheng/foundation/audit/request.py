"""The id of the request at work: the answer, the log and the entries of the chain share it."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("jiheng_request", default="")
