"""How the interface says no: application/problem+json with reasons in Chinese, clause, remedy and place."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from pydantic import BaseModel, Field

from jiheng.foundation.audit.request import request_id
from jiheng.rules.refusal import Refusal

TYPE = "application/problem+json"
TITLES = {
    400: "请求无法读取",
    401: "令牌无效",
    403: "没有这项权限",
    404: "没有这条记录",
    405: "这个地址不支持这种方法",
    409: "与先前的请求或他人的办理冲突",
    412: "记录已被他人改动",
    413: "请求过大",
    415: "请求的内容格式不对",
    422: "按规定不能办理，或内容有误",
    428: "缺少版本标记",
    429: "请求过于频繁",
    500: "服务出错",
}


class Reason(BaseModel):
    """One reason of a refusal."""

    message: str = Field(description="错在哪里")
    clause: str = Field("", description="依据的条款；没有条款的是填写错误")
    remedy: str = Field("", description="怎样改正")
    where: str = Field("", description="哪一项")


class Problem(BaseModel):
    """The answer when something was not done (RFC 9457)."""

    type: str = Field(description="问题种类，相对地址")
    title: str = Field(description="问题名称")
    status: int = Field(description="状态码", ge=400, le=599)
    detail: str = Field(description="第一条理由")
    instance: str = Field("", description="请求编号，与日志和审计链相同")
    errors: list[Reason] = Field(default_factory=list, description="全部理由")


class Stop(Exception):
    """Nothing was done; the answer is this problem."""

    def __init__(
        self, status: int, detail: str, reasons: Iterable[Refusal] = (), headers: dict[str, str] | None = None
    ) -> None:
        self.status, self.detail = int(status), detail
        self.reasons, self.headers = list(reasons), headers or {}
        super().__init__(detail)


def problem(
    status: int, detail: str, reasons: Iterable[Refusal] = (), headers: dict[str, str] | None = None
) -> HttpResponse:
    """Return the answer for something that was not done."""
    listed = [
        Reason(message=one.message, clause=one.clause, remedy=one.remedy, where=one.where) for one in reasons
    ]
    told = Problem(
        type=f"/api/v1/docs/#problem-{int(status)}",
        title=TITLES.get(int(status), HTTPStatus(status).phrase),
        status=int(status),
        detail=detail,
        instance=request_id.get(),
        errors=listed,
    )
    return answered(told.model_dump(), status=int(status), kind=TYPE, headers=headers)


def answered(
    content: Any, *, status: int = 200, kind: str = "application/json", headers: dict[str, str] | None = None
) -> HttpResponse:
    """Return JSON that nobody in between may keep."""
    text = json.dumps(content, ensure_ascii=False)
    response = HttpResponse(text, status=status, content_type=kind)
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response
