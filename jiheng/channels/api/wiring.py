"""The endpoints put together by django-ninja: addresses, reading of what is sent, OpenAPI."""

import inspect
import json
import logging
from functools import cache
from http import HTTPStatus
from typing import Any, cast

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Body, NinjaAPI, Path, Query
from ninja.errors import HttpError
from ninja.errors import ValidationError as Unreadable
from ninja.parser import Parser

from jiheng.channels.api.areas import AREAS
from jiheng.channels.api.endpoint import Call, Endpoint, Given, matches
from jiheng.channels.api.guard import NOT_FOUND, Entered, Guard, denied
from jiheng.channels.api.once import Replayed, once, replay
from jiheng.channels.api.problem import Problem, Stop, answered, problem
from jiheng.channels.api.schema import completed, error_words, headers_of
from jiheng.channels.api.shapes import etag_of
from jiheng.channels.api.v1 import endpoints
from jiheng.foundation.refused import Denied, Refused
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.rules.refusal import mistake

log = logging.getLogger("jiheng.api")
VERSION = "1.0"
TITLE = "绩衡数据接口"
STALE = "记录已被改动，没有办理；请重新读取后再办"
PROBLEMS = (400, 401, 403, 404, 412, 413, 415, 422, 428, 429)


class JsonParser(Parser):
    """Reads JSON; what a database cannot keep is none."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            found = json.loads(request.body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Stop(HTTPStatus.BAD_REQUEST, "请求的内容不是完整的 JSON") from None
        if _unfit(found):
            raise Stop(HTTPStatus.BAD_REQUEST, "文字中有不能保存的字符（零字符或半个字符）")
        return found


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def _unfit(found: Any) -> bool:
    """Whether a text holds what a database cannot keep."""
    match found:
        case str():
            return "\0" in found or any("\ud800" <= one <= "\udfff" for one in found)
        case dict():
            return any(_unfit(one) for pair in found.items() for one in pair)
        case list():
            return any(_unfit(one) for one in found)
    return False


def view_of(endpoint: Endpoint) -> Any:
    """Return the function that django-ninja calls for an endpoint, with the parameters that it declares."""

    def view(request: HttpRequest, **sent: Any) -> HttpResponse:
        entered: Entered = request.entered  # type: ignore[attr-defined]
        told = sent.get("body") or sent.get("query")
        given = {name: getattr(told, name) for name in type(told).model_fields} if told else {}
        if endpoint.writes:
            return _written(request, endpoint, entered, given)
        found = endpoint.run(Call(request, entered.person, entered.row, given))
        mark = etag_of(found.of) if found.of is not None else ""
        if mark and request.headers.get("If-None-Match") == mark:
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": mark})
        return answered(found.content, headers={"ETag": mark} if mark else {})

    one = inspect.Parameter
    parts = [one("request", one.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)]
    if "{pk}" in endpoint.path:
        at: Any = cast(Any, Path)(..., description="记录编号", ge=0)
        parts.append(one("pk", one.KEYWORD_ONLY, annotation=int, default=at))
    if endpoint.query is not None:
        parts.append(one("query", one.KEYWORD_ONLY, annotation=endpoint.query, default=cast(Any, Query)(...)))
    if endpoint.body is not None:
        parts.append(one("body", one.KEYWORD_ONLY, annotation=endpoint.body, default=cast(Any, Body)(...)))
    view.__signature__ = inspect.Signature(parts)  # type: ignore[attr-defined]
    view.__name__ = endpoint.name
    return view


def _written(request: HttpRequest, endpoint: Endpoint, entered: Entered, given: dict[str, Any]) -> HttpResponse:
    guard = Guard(endpoint)

    def write() -> tuple[str, str, int]:
        row = entered.row
        if row is not None:
            # Locked and looked at again: nothing may move between the check and the act.
            list(type(row)._default_manager.select_for_update().filter(pk=row.pk).order_by().values_list("pk"))
            row = guard.row_for(request, entered.person)
            if endpoint.matched and not matches(request.headers["If-Match"], row):
                raise Overtaken
        told = given | ({"content": request.body} if endpoint.upload else {})
        found: Given = endpoint.run(Call(request, entered.person, row, told))
        body = json.dumps(found.content, ensure_ascii=False)
        return body, etag_of(found.of) if found.of is not None else "", HTTPStatus.OK

    return once(request, entered.token, request.headers["Idempotency-Key"], write)


def _answers(endpoint: Endpoint) -> dict[int, Any]:
    return {200: endpoint.answer, **dict.fromkeys(PROBLEMS, Problem)}


@cache
def api() -> NinjaAPI:
    """Return the interface, built once."""
    made = NinjaAPI(
        title=TITLE, version=VERSION, docs_url=None, openapi_url=None, urls_namespace="api-v1", parser=JsonParser()
    )  # fmt: skip
    for one in endpoints():
        made.default_router.add_api_operation(
            "/" + one.path.replace("{pk}", "{int:pk}"), [one.method], view_of(one), auth=Guard(one),
            response=_answers(one), operation_id=one.name, summary=one.summary, description=one.description,
            tags=[AREAS[one.area]], url_name=one.name, openapi_extra=headers_of(one),
        )  # fmt: skip
    _handle(made)
    return made


KNOWN = (
    Stop, Replayed, Refused, Overtaken, PermissionDenied, Http404, RequestDataTooBig, SuspiciousOperation, HttpError,
    Unreadable, Exception,
)  # fmt: skip


def _handle(made: NinjaAPI) -> None:
    for kind in KNOWN:
        made.add_exception_handler(kind, _told)


def _told(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: PLR0911  one line for each kind
    """Answer what went wrong or was refused."""
    match error:
        case Replayed():
            return replay(error.answer)
        case Stop():
            return problem(error.status, error.detail, error.reasons, error.headers)
        case Refused():
            return problem(422, error.refusals[0].message, error.refusals)
        case Overtaken():
            return problem(412, STALE, [mistake(STALE, "用新的 ETag 再办")])
        case Denied():
            return problem(403, str(error), [denied(error)])
        case PermissionDenied():
            return problem(403, str(error) or "没有这项权限")
        case Http404():
            return problem(404, NOT_FOUND)
        case RequestDataTooBig():
            return problem(413, "请求过大，请分开上传")
        case SuspiciousOperation() | HttpError():
            return problem(400, "请求的内容无法读取")
        case Unreadable():
            return _unreadable(error)
    return _failed(request, error)


def _unreadable(error: Unreadable) -> HttpResponse:
    found = [
        mistake(error_words(one), where=".".join(str(part) for part in one["loc"][2:]) or str(one["loc"][-1]))
        for one in error.errors[:100]
    ]
    first = found[0] if found else mistake("内容有误", remedy="请对照接口说明填写")
    return problem(422, f"{first.where}：{first.message}", found)


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("api call failed: %s", request.path, exc_info=error)
    return problem(500, "服务出错，没有办理；请把请求编号告诉系统管理员")


@cache
def openapi() -> dict[str, Any]:
    """Return the description of the interface, OpenAPI 3.1."""
    made = api().get_openapi_schema(path_prefix="/api/v1/")
    return completed(json.loads(json.dumps(made, ensure_ascii=False, default=str)))
