"""Requests that are larger than any form of ours: answered at once, before anything is read or stored."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

MAX_REQUEST = 45 * 1024 * 1024
"""Two files of the largest size and the form around them."""


class SizeMiddleware:
    """Answers 413 in words: the body is not read, so that it fills neither memory nor disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if not told.isdecimal() or int(told) <= MAX_REQUEST:
            return self.get_response(request)
        size = f"{int(told) / 2**20:.0f}"
        if request.headers.get("HX-Request"):
            words = f"上传的内容有 {size} MB，没有接收。单个文件最大 20 MB，请压缩或拆分后上传。"
            return HttpResponse(words, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, content_type="text/plain; charset=utf-8")
        page = render_to_string("files/too_large.html", {"size": size})
        return HttpResponse(page, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
