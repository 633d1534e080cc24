"""The pages of errors: what happened, that nothing was changed, where to go on."""

import errno
import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from jiheng.foundation.refused import Denied
from jiheng.foundation.web.pages import is_part
from jiheng.rules.refusal import Refusal


def _answer(request: HttpRequest, template: str, status: int, reason: str, clause: str = "") -> HttpResponse:
    # A script shows the words in the corner of the page; it has no place for a whole page.
    if is_part(request):
        words = str(Refusal(reason, clause)) if clause else reason
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    return render(request, template, {"reason": reason, "clause": clause}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's form
    """Answer 400: what was sent cannot be read, for example too many or too large fields."""
    reason = "提交的内容无法读取，没有办理。请返回上一页刷新后重试；一次上传的文件过大时请分开上传。"
    return _answer(request, "400.html", HTTPStatus.BAD_REQUEST, reason)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the reason that the access rule gave, and its clause."""
    reason = str(exception) or "您现在的身份没有这项权限。"
    clause = exception.clause if isinstance(exception, Denied) else ""
    return _answer(request, "403.html", HTTPStatus.FORBIDDEN, reason, clause)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's form
    """Answer 404 in the same words for what is not there and what may not be seen."""
    reason = "这个地址没有内容，或者它不在您可以查看的范围内。"
    return _answer(request, "404.html", HTTPStatus.NOT_FOUND, reason)


FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def trouble_of(error: BaseException | None) -> str:
    """Return what of the machine failed, in words; "" where it is a mistake of the program."""
    told = str(error).lower()
    if isinstance(error, OSError) and error.errno in FULL:
        return "服务器的磁盘已满"
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    if "disk is full" in told or "no space left" in told or "disk i/o" in told:
        return "服务器的磁盘已满或写不进去"
    return "办理的人太多，数据库正忙" if "locked" in told else "数据库暂时没有应答"


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when the machine failed, with a page that needs neither database nor session."""
    trouble = trouble_of(sys.exc_info()[1])
    if trouble:
        page = render_to_string("503.html", {"trouble": trouble})
        answer = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
        answer["Retry-After"] = "60"
        return answer
    return HttpResponse(render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)
