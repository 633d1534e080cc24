"""The `jiheng` command: every daily act from the shell, with Chinese help."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import django
from django.core.exceptions import ImproperlyConfigured

from jiheng.site.words import Parser

Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """Build the command line; each command names the function that answers it."""
    top = Parser(prog="jiheng", description="绩衡：预算绩效管理系统")
    commands = top.add_subparsers(dest="command", metavar="命令", required=True, title="命令")

    def command(name: str, text: str, answer: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(answer=answer)
        return made

    serve = command("serve", "启动网页服务", "serve")
    serve.add_argument("--host", metavar="地址", default="127.0.0.1", help="监听地址（默认 127.0.0.1）")
    serve.add_argument("--port", metavar="端口", type=int, default=8000, help="端口（默认 8000）")
    command("work", "启动后台任务进程", "work")
    command("tick", "按日历生成监控点、到期提醒，并重派中断的任务", "tick")
    demo = command("demo", "建立演示县并启动（可重复运行）", "demo")
    demo.add_argument("--build-only", action="store_true", help="只建库，不启动")
    demo.add_argument("--host", metavar="地址", default="127.0.0.1", help="监听地址（默认 127.0.0.1）")
    demo.add_argument("--port", metavar="端口", type=int, default=8000, help="端口（默认 8000）")
    scenario = command("scenario", "在全新数据库中走完一地一年并对照公布数字", "scenario")
    scenario.add_argument("place", metavar="地区", help="制度包代码，如 ningxia-yanchi")
    scenario.add_argument("--seed", metavar="种子", default="1", help="生成未公布单项金额的种子（默认 1）")
    scenario.add_argument("--json", action="store_true", help="以 JSON 输出对照表")
    explain = command("explain", "说明一个参数在某年取何值、依据何条款", "explain")
    explain.add_argument("place", metavar="地区", help="制度包代码，如 ningxia-yanchi")
    explain.add_argument("year", metavar="年度", type=int, help="预算年度，如 2023")
    explain.add_argument("parameter", metavar="参数", help="参数的键，如 self_evaluation_cover")

    policy = command("policy", "检查制度包，列出一地与各上级的差异", "policy_check")
    policy.add_argument(
        "action",
        choices=["check", "differences"],
        metavar="check|differences",
        help="检查全部制度包及其算例，或列出与上级的差异",
    )
    policy.add_argument("place", nargs="?", metavar="地区", help="只查一地；列差异时必写")
    policy.add_argument("--year", type=int, metavar="年度", help="列哪个预算年度的差异，如 2023（列差异时必写）")
    audit = command("audit", "核验审计链，打印锚点，导出供离线核验", "audit_verify")
    audit.add_argument(
        "action",
        choices=["verify", "anchor", "export", "seal"],
        metavar="verify|anchor|export|seal",
        help="核验；打印锚点；连同锚点和核验程序导出到 --to 目录；补封以前没有摘要的记录",
    )
    audit.add_argument("--place", metavar="地区", help="只查一地")
    audit.add_argument("--to", metavar="目录", type=Path, help="导出到哪里")
    audit.add_argument("--names", action="store_true", help="导出时带上链外的姓名等个人信息")
    audit.add_argument("--anchor", metavar="序号:摘要", type=anchor, help="与库外留存的锚点对照")
    audit.add_argument("--files", action="store_true", help="核验时逐个读附件，与摘要对照")
    audit.add_argument("--reason", metavar="理由", default="", help="补封、承认的理由，写入审计链")
    audit.add_argument("--record", metavar="种类:编号", help="承认这一条在数据库里的改动（如 goals.goal:12）")
    published = command("published", "核对已公开的绩效表", "published_check")
    published.add_argument("action", choices=["check"], metavar="check", help="检查")
    published.add_argument("file", metavar="文件.jsonl", type=Path, help="每行一张已公开的表")
    published.add_argument("--json", metavar="结果.json", type=Path, help="把结果写成 JSON")

    again = command("recalculate", "复算决定包：只凭文件重新算出结果", "recalculate")
    again.add_argument("file", metavar="决定包.json", type=Path, help="从记录页下载的决定包")
    again.add_argument("--chain", metavar="链.jsonl", type=Path, help="与 audit export 导出的链对照作出决定的那一条")

    imported = command("import", "导入清单（先核对，--apply 才写入）", "import_list")
    imported.add_argument("kind", metavar="清单", help="units、changes、projects、budgets、payments")
    imported.add_argument("file", metavar="文件", type=Path, help="xlsx、xls 或 csv")
    imported.add_argument("--user", required=True, metavar="登录名", help="以谁的名义导入")
    imported.add_argument("--year", type=int, required=True, metavar="年度", help="预算年度")
    imported.add_argument("--role", metavar="岗位", help="该人员有几个岗位时写明以哪个")
    imported.add_argument("--apply", action="store_true", help="核对无误后写入")
    exported = command("export", "导出清单", "export_list")
    exported.add_argument("kind", metavar="清单", help="units、changes、projects、budgets、payments")
    exported.add_argument("file", metavar="文件.xlsx", type=Path, help="写到哪里")
    exported.add_argument("--user", required=True, metavar="登录名", help="以谁的权限导出")
    exported.add_argument("--role", metavar="岗位", help="该人员有几个岗位时写明以哪个")
    exported.add_argument("--year", type=int, required=True, metavar="年度", help="预算年度")
    checked = command("prereview", "用自动审核项查一年的全部绩效目标，只查不改", "prereview")
    checked.add_argument("--user", required=True, metavar="登录名", help="以谁的权限查看")
    checked.add_argument("--role", metavar="岗位", help="该人员有几个岗位时写明以哪个")
    checked.add_argument("--year", type=int, required=True, metavar="年度", help="预算年度")
    checked.add_argument("--to", metavar="文件.xlsx", type=Path, help="把逐条结果写到哪里；不覆盖已有的文件")
    backup = command("backup", "备份数据库和附件", "backup")
    backup.add_argument("file", metavar="文件.tar.gz", type=Path, help="写到哪里；不覆盖已有的文件")
    restore = command("restore", "从备份恢复到空库", "restore")
    restore.add_argument("file", metavar="文件.tar.gz", type=Path, help="用 backup 做出的备份")

    bundle = command("support-bundle", "打包排错资料：版本、行数、状态，不含个人信息和密钥", "support_bundle")
    bundle.add_argument("file", metavar="文件.zip", type=Path, help="写到哪里；不覆盖已有的文件")

    everything = command("export-all", "导出全部数据：逐表的 JSON Lines、JSON Schema、附件和摘要", "export_all")
    everything.add_argument("target", metavar="目录|文件.tar.gz", type=Path, help="写到哪里；不覆盖已有的内容")
    taken = command("import-all", "把 export-all 的导出读回空库", "import_all")
    taken.add_argument("source", metavar="目录|文件.tar.gz", type=Path, help="export-all 写出的目录或文件")

    place = command("place", "登记地区和它的财政局（安装时做一次），或写明其上级地区", "place_add")
    place.add_argument("action", choices=["add", "under"], metavar="add|under", help="登记；或改设上级")
    place.add_argument("place", metavar="地区", help="制度包代码，如 ningxia-yanchi")
    place.add_argument("--parent", default="", metavar="上级", help="上级地区的制度包代码；其财政局可查看本地区的结果")
    place.add_argument("--name", default="", metavar="名称", help="地区名称，如 盐池县")
    place.add_argument("--region", default="", metavar="区划代码", help="行政区划代码")
    place.add_argument("--bureau", default="", metavar="名称", help="财政局名称")
    place.add_argument("--code", default="", metavar="单位代码", help="财政局的单位代码")
    person = command("person", "登记人员和任职，重置密码，停用账号，解除登录暂停", "person")
    person.add_argument(
        "action",
        choices=["add", "end", "password", "unlock", "disable", "enable", "factor", "list"],
        metavar="add|end|password|unlock|disable|enable|factor|list",
        help="登记任职、结束任职、重置密码、解除登录暂停、停用账号、启用账号、解除第二因素、列出现任",
    )
    person.add_argument("place", metavar="地区", help="制度包代码")
    person.add_argument("--user", metavar="登录名", help="登录名（list 以外必写）")
    person.add_argument("--name", metavar="姓名", help="新人员的姓名")
    person.add_argument("--organisation", metavar="单位代码", help="任职单位的代码")
    person.add_argument("--role", metavar="岗位", help="岗位的键，如 performance_office，见 docs/glossary.md")
    person.add_argument("--day", metavar="日期", type=day, help="任职起日或止日，如 2024-03-01（不写为今天）")
    person.add_argument("--until", metavar="日期", type=day, help="登记任职时的止日（不写为长期）")
    person.add_argument("--reason", default="", metavar="依据", help="任职依据或理由，写入审计链")
    return top


def day(text: str) -> date:
    """Read a day as 2024-03-01."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"须写成 2024-03-01 的样子，现为“{text}”") from None


def anchor(text: str) -> tuple[int, str]:
    """Read an anchor as `jiheng audit anchor` prints it: number and digest."""
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise argparse.ArgumentTypeError("须写成 audit anchor 打印的“序号:摘要”，摘要 64 位")
    return int(number), digest


# Commands that read packs and files only: no database, no secrets.
PURE = {"explain", "policy_check", "published_check", "recalculate"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when all is well, 1 when not, 2 for a wrong call."""
    given = parser().parse_args(arguments)
    try:
        module = load(given.answer)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"设置有误，没有启动：{error}\n")
        return 1
    answer: Command = getattr(module, given.answer)
    # A run of a command is one request: what it writes into chains and log carries one id.
    request_id = import_module("jiheng.foundation.audit.request").request_id
    run = request_id.set(uuid4().hex)
    try:
        return answer(given)
    except BrokenPipeError:  # the reader, `head` perhaps, had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        told = module.in_words(error)
        if told is None:
            raise
        sys.stderr.write(f"{told}\n")
        return 1
    finally:
        request_id.reset(run)


def load(answer: str) -> Any:
    """Import the module that answers, with its settings; ImproperlyConfigured when these are unsafe."""
    if answer in PURE:
        return import_module("jiheng.site.pure_commands")  # must not load Django
    if answer in {"demo", "scenario"}:
        os.environ.setdefault("JIHENG_DEMO", "1")
    if answer == "scenario":
        import_module("jiheng.site.throwaway").use_throwaway_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiheng.site.settings")
    django.setup()
    return import_module("jiheng.site.commands")


if __name__ == "__main__":
    sys.exit(main())
