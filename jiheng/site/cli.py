"""The `jiheng` command: every daily act from the shell, with Chinese help."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import django

Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """Build the command line; each command names the function that answers it."""
    top = argparse.ArgumentParser(prog="jiheng", description="绩衡：预算绩效管理系统", add_help=False)
    top.add_argument("-h", "--help", action="help", help="显示帮助")
    commands = top.add_subparsers(dest="command", metavar="命令", required=True)

    def command(name: str, text: str, answer: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, add_help=False)
        made.add_argument("-h", "--help", action="help", help="显示帮助")
        made.set_defaults(answer=answer)
        return made

    serve = command("serve", "启动网页服务", "serve")
    serve.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1）")
    serve.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
    command("work", "启动后台任务进程", "work")
    command("tick", "按日历生成监控点、到期提醒，并重派中断的任务", "tick")
    demo = command("demo", "建立演示县并启动（可重复运行）", "demo")
    demo.add_argument("--build-only", action="store_true", help="只建库，不启动")
    demo.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1）")
    demo.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
    scenario = command("scenario", "在全新数据库中走完一地一年并对照公布数字", "scenario")
    scenario.add_argument("place", metavar="地区", help="政策包代码，如 ningxia-yanchi")
    scenario.add_argument("--seed", default="1", help="生成未公布单项金额的种子（默认 1）")
    scenario.add_argument("--json", action="store_true", help="以 JSON 输出对照表")
    explain = command("explain", "说明一个参数在某年取何值、依据何条款", "explain")
    explain.add_argument("place", metavar="地区")
    explain.add_argument("year", metavar="年度", type=int)
    explain.add_argument("parameter", metavar="参数")

    policy = command("policy", "检查政策包", "policy_check")
    policy.add_argument("action", choices=["check"], metavar="check", help="检查全部政策包及其算例")
    policy.add_argument("place", nargs="?", metavar="地区", help="只查一地")
    audit = command("audit", "核验审计链", "audit_verify")
    audit.add_argument("action", choices=["verify", "anchor"], metavar="verify|anchor", help="核验，或打印锚点")
    audit.add_argument("--place", metavar="地区", help="只查一地")
    audit.add_argument("--anchor", metavar="序号:摘要", help="与库外留存的锚点对照")
    published = command("published", "核对已公开的绩效表", "published_check")
    published.add_argument("action", choices=["check"], metavar="check", help="检查")
    published.add_argument("file", metavar="文件.jsonl", type=Path)
    published.add_argument("--json", metavar="结果.json", type=Path, help="把结果写成 JSON")

    imported = command("import", "导入清单（先核对，--apply 才写入）", "import_list")
    imported.add_argument("kind", metavar="清单", help="units、projects、budgets、payments")
    imported.add_argument("file", metavar="文件", type=Path)
    imported.add_argument("--user", required=True, metavar="登录名", help="以谁的名义导入")
    imported.add_argument("--year", type=int, required=True, metavar="年度", help="预算年度")
    imported.add_argument("--apply", action="store_true", help="核对无误后写入")
    exported = command("export", "导出清单", "export_list")
    exported.add_argument("kind", metavar="清单", help="units、projects、budgets、payments")
    exported.add_argument("file", metavar="文件.xlsx", type=Path)
    exported.add_argument("--user", required=True, metavar="登录名", help="以谁的权限导出")
    exported.add_argument("--year", type=int, required=True, metavar="年度", help="预算年度")
    backup = command("backup", "备份数据库和附件", "backup")
    backup.add_argument("file", metavar="文件.tar.gz", type=Path)
    restore = command("restore", "从备份恢复到空库", "restore")
    restore.add_argument("file", metavar="文件.tar.gz", type=Path)
    return top


# Commands that read packs and files only: no database, no secrets.
PURE = {"explain", "policy_check", "published_check"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when all is well, 1 when not, 2 for a wrong call."""
    given = parser().parse_args(arguments)
    if given.answer in PURE:
        from jiheng.site import pure_commands as module  # noqa: PLC0415  # must not load Django
    else:
        if given.answer in {"demo", "scenario"}:
            os.environ.setdefault("JIHENG_DEMO", "1")
        if given.answer == "scenario":
            from jiheng.site.throwaway import use_throwaway_database  # noqa: PLC0415

            use_throwaway_database()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiheng.site.settings")
        django.setup()
        from jiheng.site import commands as module  # type: ignore[no-redef]  # noqa: PLC0415  # needs set-up
    answer: Command = getattr(module, given.answer)
    return answer(given)


if __name__ == "__main__":
    sys.exit(main())
