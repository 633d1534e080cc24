"""What the description of the interface says beyond types: headers, Chinese words for every name, errors."""

from typing import Any

from jiheng.channels.api.areas import AREAS
from jiheng.channels.api.endpoint import Endpoint
from jiheng.channels.api.problem import TITLES
from jiheng.channels.api.words import WORDS

ERRORS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "int_parsing": "须为整数",
    "int_type": "须为整数",
    "int_from_float": "须为整数",
    "bool_parsing": "须为 true 或 false",
    "bool_type": "须为 true 或 false",
    "string_type": "须为文字",
    "string_too_long": "文字太长",
    "string_too_short": "文字太短",
    "string_pattern_mismatch": "写法不对",
    "list_type": "须为列表",
    "dict_type": "须为对象",
    "mapping_type": "须为对象",
    "too_long": "项数太多",
    "too_short": "项数太少",
    "date_from_datetime_parsing": "日期须写成 2026-06-30 的样子",
    "date_parsing": "日期须写成 2026-06-30 的样子",
    "date_type": "日期须写成 2026-06-30 的样子",
    "decimal_parsing": '须为数字，写成文字如 "8.50"',
    "decimal_type": '须为数字，写成文字如 "8.50"',
    "decimal_max_digits": "位数太多",
    "decimal_max_places": "小数位太多",
    "decimal_whole_digits": "位数太多",
    "finite_number": "须为有限的数",
    "greater_than_equal": "数太小",
    "less_than_equal": "数太大",
    "literal_error": "不在可用的选项之内",
}


def error_words(error: Any) -> str:
    """Return in Chinese what is wrong with one value."""
    words = ERRORS.get(str(error.get("type")), "内容不符合要求")
    limits = error.get("ctx") or {}
    for name, before in (("max_length", "最多"), ("min_length", "至少"), ("le", "最大"), ("ge", "最小")):
        if name in limits:
            words += f"，{before} {limits[name]}"
    return words


def headers_of(endpoint: Endpoint) -> dict[str, Any]:
    """Return the headers of an endpoint, and the body of an upload, as OpenAPI has them."""
    found: list[dict[str, Any]] = []
    if endpoint.writes:
        found.append(_header("Idempotency-Key", "幂等键：每件事一个；重发时用同一个", r"^[A-Za-z0-9._-]{8,80}$"))
    if endpoint.matched:
        found.append(_header("If-Match", "所看到的版本：读取记录时应答的 ETag，照原样", r'^"[0-9a-f]{32}"$'))
    extra: dict[str, Any] = {"parameters": found} if found else {}
    if endpoint.upload:
        file = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        extra["requestBody"] = {"required": True, "description": "文件的内容", "content": file}
    return extra


def _header(name: str, text: str, pattern: str) -> dict[str, Any]:
    kind = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": True, "description": text, "schema": kind}


def completed(found: dict[str, Any]) -> dict[str, Any]:
    """Put Chinese words to every name that has none, problems into their own media type, areas as headings."""
    found["info"]["description"] = (
        "与页面相同的业务、相同的权限、相同的规定。金额为整数，单位：分；分值和比率写成文字，不用浮点数；日期为 2026-06-30。"
        "用本人建立的接口令牌办理，不接受浏览器的登录。"
    )
    found["tags"] = [{"name": label} for label in AREAS.values()]
    found["components"]["responses"] = {}
    for methods in found["paths"].values():
        for told in methods.values():
            _answers(told, found["components"]["responses"])
            for one in told.get("parameters", []):
                one["schema"].pop("title", None)
                one["schema"].pop("description", None)
                one.setdefault("description", WORDS.get(one["name"], ""))
    for name, schema in found["components"]["schemas"].items():
        _words(name, schema)
    return found


def _answers(told: dict[str, Any], shared: dict[str, Any]) -> None:
    """Describe the answers of an endpoint; refusals look alike everywhere and are described once."""
    for status, answer in told["responses"].items():
        if int(status) < 400:
            answer["description"] = "已办理" if "requestBody" in told else "内容"
        else:
            content = {"application/problem+json": answer["content"]["application/json"]}
            shared[f"Problem{status}"] = {"description": TITLES[int(status)], "content": content}
            told["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}


def _words(name: str, schema: dict[str, Any]) -> None:
    schema.pop("description", None)
    for key, one in schema.get("properties", {}).items():
        one.pop("title", None)
        if not one.get("description"):
            one["description"] = WORDS.get(f"{name}.{key}", WORDS.get(key, ""))
