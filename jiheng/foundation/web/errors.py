"""The pages of errors: what happened, that nothing was changed, where to go on."""

from http import HTTPStatus

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


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer 500 with a page that needs neither database nor session."""
    return HttpResponse(render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)
