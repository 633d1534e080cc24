"""Commands that need the database."""

import argparse
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError

from jiheng.channels.desk.reminders import remind
from jiheng.channels.exchange import lists
from jiheng.channels.scenarios.demo import build as build_demo
from jiheng.channels.scenarios.run import as_text, run
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, person_for
from jiheng.foundation.audit.models import Head
from jiheng.foundation.jobs.services import reap
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycle_of
from jiheng.registers.exemplars.services import find_everywhere
from jiheng.registers.plans.services import close_proven
from jiheng.site import archive, audit_commands, export, health, people, support
from jiheng.site.people import Wrong
from jiheng.site.pure_commands import in_words as pure_in_words
from jiheng.site.pure_commands import say
from jiheng.stages.goals.prereview import lines_of, write_findings
from jiheng.stages.monitoring.services import escalate_overdue, open_due_checkpoints

log = logging.getLogger("jiheng.anchor")
person, place_add, audit_verify = people.person, people.place_add, audit_commands.audit


def in_words(error: Exception) -> str | None:
    """Return what a person can do something about, in words; None for a mistake of the program."""
    if isinstance(error, Refused):
        return "\n".join(str(refusal) for refusal in error.refusals)
    if isinstance(error, archive.Unusable | Wrong | PermissionDenied):
        return str(error)
    if isinstance(error, OperationalError | ProgrammingError):
        return f"数据库打不开或还没有建立数据表（先运行 manage.py migrate）：{str(error).strip()}"
    return None if isinstance(error, KeyError) else pure_in_words(error)


def serve(given: argparse.Namespace) -> int:
    """Serve the pages; the static files are collected once.

    Refused where something listens already: the server would share the port, and each request go to either.
    """
    if port_taken(given.host, given.port):
        raise Wrong(f"端口 {given.port} 已被占用：请先停止占用它的程序，或用 --port 换一个端口")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4"),
        *("--host", given.host, "--port", str(given.port), "--log-level", "warning", "jiheng.site.wsgi:application"),
    ]
    # The server takes this process's place, so that a supervisor's signals reach it.
    os.execve(sys.executable, command, os.environ)  # noqa: S606  # our own arguments


def work(_: argparse.Namespace) -> int:
    """Run background jobs; jobs whose worker died are sent again at the start."""
    reap()
    health.keep_beating(Event())
    call_command("db_worker", "--no-reload", verbosity=0)
    return 0


def tick(_: argparse.Namespace) -> int:
    """Turn the calendar into checkpoints and reminders; find cases; send again what was interrupted; keep anchors."""
    opened = open_due_checkpoints()
    late = escalate_overdue()
    proven = close_proven()
    cases = find_everywhere()
    told = remind()
    again = reap()
    for head in Head.objects.select_related("place"):
        log.warning("anchor %s %s:%s", head.place.code, head.number, head.digest)
    missed = audit_commands.keep_anchors()
    say(
        f"新开监控点 {opened} 个，逾期措施 {late} 条，数据证明完成的任务 {proven} 项，找到可作案例的 {cases} 件，"
        f"发出提醒 {told} 条，重派任务 {again} 个"
    )
    return 1 if missed else 0


def demo(given: argparse.Namespace) -> int:
    """Build the demo county when it is not there, say how to get in, and serve it with a worker."""
    if not given.build_only and port_taken(given.host, given.port):
        say(f"端口 {given.port} 已被占用：可能演示已在运行，请打开 http://{given.host}:{given.port}/")
        say(f"要另开一个，请换端口：.venv/bin/jiheng demo --port {given.port + 1}")
        return 1
    call_command("migrate", verbosity=0)
    for line in build_demo():
        say(line)
    if given.build_only:
        return 0
    say(f"请打开 http://{given.host}:{given.port}/ （公开门户 http://{given.host}:{given.port}/public/）")
    say("按 Ctrl-C 停止")
    here = [sys.executable, "-m", "jiheng.site.cli"]
    served = [*here, "serve", "--host", given.host, "--port", str(given.port)]
    both = [subprocess.Popen(one, env=os.environ) for one in (served, [*here, "work"])]  # noqa: S603
    return wait_for(both)


def wait_for(both: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one process ends or the person stops, then end the other; 1 when one ended by itself."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    status = 0
    try:
        while all(one.poll() is None for one in both):
            time.sleep(0.5)
        say("网页服务或作业进程意外退出，演示已停止；原因见上面的日志")
        status = 1
    except KeyboardInterrupt:
        say("正在停止")
    for one in both:
        if one.poll() is None:
            one.terminate()
    for one in both:
        one.wait(timeout=20)
    return status


def port_taken(host: str, port: int) -> bool:
    """Return whether something listens there already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def scenario(given: argparse.Namespace) -> int:
    """Run a place's year in a fresh database and compare with what the place published."""
    call_command("migrate", verbosity=0)
    table = run(given.place, given.seed)
    if given.json:
        say(json.dumps([row.plain() for row in table], ensure_ascii=False, indent=1))
    else:
        for line in as_text(table):
            say(line)
    return 0 if all(row.accepted for row in table) else 1


def _acting(given: argparse.Namespace) -> Person:
    try:
        return person_for(given.user, given.role)
    except Appointment.DoesNotExist:
        raise Wrong(f"登录名“{given.user}”今天没有{'这个' if given.role else '任何'}岗位，不能以其名义办理") from None


def import_list(given: argparse.Namespace) -> int:
    """Check a list; write it when asked and when nothing is wrong."""
    lines, ok = lists.import_file(
        kind=given.kind, path=given.file, budget_year=given.year, person=_acting(given), apply=given.apply
    )
    for line in lines:
        say(line)
    return 0 if ok else 1


def export_list(given: argparse.Namespace) -> int:
    """Write a list as the person may see it."""
    content = lists.export_file(kind=given.kind, budget_year=given.year, person=_acting(given))
    Path(given.file).write_bytes(content)
    say(f"已写入 {given.file}")
    return 0


def prereview(given: argparse.Namespace) -> int:
    """Check all goals of a year that a person sees; 1 when some must be mended."""
    person = _acting(given)
    try:
        made = write_findings(person, cycle_of(person.place_code, given.year), given.to)
    except Cycle.DoesNotExist:
        raise Wrong(f"{person.place_name}没有开启 {given.year} 预算年度") from None
    except FileExistsError:
        raise Wrong(f"{given.to} 已经存在，请换一个文件名") from None
    for line in lines_of(made):
        say(line)
    if given.to is not None:
        say(f"逐条结果已写入 {given.to}")
    return 1 if made.held else 0


def backup(given: argparse.Namespace) -> int:
    """Write database and files into one archive with the heads of the chains."""
    for line in archive.backup(given.file, Path(settings.MEDIA_ROOT)):
        say(line)
    return 0


def export_all(given: argparse.Namespace) -> int:
    """Write everything with its schema, in plain files that verify themselves."""
    for line in export.export_all(given.target, Path(settings.MEDIA_ROOT)):
        say(line)
    return 0


def import_all(given: argparse.Namespace) -> int:
    """Read a full export into an empty database and compare the heads of the chains."""
    archive.refuse_filled()  # before its tables are touched
    call_command("migrate", verbosity=0)
    done = export.import_all(given.source, Path(settings.MEDIA_ROOT))
    for line in done.lines:
        say(line)
    return 0 if done.whole else 1


def restore(given: argparse.Namespace) -> int:
    """Read an archive into an empty database and compare the heads of the chains."""
    archive.refuse_filled()  # before its tables are touched
    call_command("migrate", verbosity=0)
    done = archive.restore(given.file, Path(settings.MEDIA_ROOT))
    for line in done.lines:
        say(line)
    return 0 if done.whole else 1


def support_bundle(given: argparse.Namespace) -> int:
    """Write what helps to find a fault and tells about nobody."""
    try:
        parts = support.bundle(given.file)
    except FileExistsError:
        raise Wrong(f"{given.file} 已经存在，请换一个文件名") from None
    say(f"已写入 {given.file}：{'、'.join(parts)}")
    say("不含人员、单位、项目的文字和任何密钥；外发之前仍请打开看一遍")
    return 0
