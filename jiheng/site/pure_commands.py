"""Commands that need packs and files only."""

import argparse
import errno
import sys
from datetime import date

from jiheng.channels.exchange.published import run as run_published
from jiheng.rules.decision_package.recalculating import against_chain
from jiheng.rules.decision_package.recalculating import recalculate as recalculated
from jiheng.rules.policy import PackError, available_places, load_policy
from jiheng.rules.policy.cases import run_cases
from jiheng.rules.policy.explain import check_levels
from jiheng.rules.policy.explain import explain as explain_parameter
from jiheng.rules.policy.overrides import difference_lines

FAULTS = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EISDIR: "这是一个目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读",
}


def say(line: str = "") -> None:
    """Print one line for the person."""
    sys.stdout.write(f"{line}\n")


def in_words(error: Exception) -> str | None:
    """Return what a person can do something about, in words; None for a mistake of the program."""
    if isinstance(error, OSError):
        return f"不能读写 {error.filename or ''}：{FAULTS.get(error.errno or 0, str(error))}"
    if isinstance(error, LookupError | PackError):
        return str(error.args[0] if error.args else error)
    return None


def explain(given: argparse.Namespace) -> int:
    """Print what a parameter is in a year, by which clause, from which pack."""
    try:
        for line in explain_parameter(given.place, given.year, given.parameter):
            say(line)
    except (LookupError, PackError) as error:
        say(str(error))
        return 1
    return 0


def policy_check(given: argparse.Namespace) -> int:
    """Read every pack strictly and run its cases; say everything that is wrong."""
    if given.action == "differences":
        return policy_differences(given)
    wrong = 0
    for place in [given.place] if given.place else available_places():
        try:
            policy = load_policy(place)
        except PackError as error:
            say(str(error))
            wrong += 1
            continue
        results = run_cases(policy)
        failed = [result for result in results if not result.passed]
        say(f"{policy.name}（{place}）：{len(results)} 个算例，{len(failed)} 个不符，摘要 {policy.digest[:12]}")
        for result in failed:
            say(f"  {result}")
        fine, lines = check_levels(place)
        for line in lines:
            say(f"  {line}")
        wrong += len(failed) + (not fine)
    return 1 if wrong else 0


def policy_differences(given: argparse.Namespace) -> int:
    """Print what a place says differently from each level above it."""
    if not given.place or not given.year:
        raise LookupError("请写明地区和年度，如 jiheng policy differences ningxia-yanchi --year 2023")
    for line in difference_lines(given.place, given.year, date(given.year, 12, 31)):
        say(line)
    return 0


def published_check(given: argparse.Namespace) -> int:
    """Check tables that governments have published."""
    arguments = [str(given.file)] + (["--json", str(given.json)] if given.json else [])
    return run_published(arguments)


def recalculate(given: argparse.Namespace) -> int:
    """Work a decision out again from its file alone; 1 when the file was changed or its result does not follow.

    With an exported chain, also when the entry that the file names is not in it.
    """
    content = given.file.read_bytes()
    found = [recalculated(content)]
    if given.chain is not None and found[0].whole:
        with given.chain.open(encoding="utf-8", errors="replace") as chain:
            found.append(against_chain(content, chain))
    for line in (line for one in found for line in one.lines):
        say(line)
    return 0 if all(one.right for one in found) else 1
