"""Commands that need packs and files only."""

import argparse
import sys

from jiheng.channels.exchange.published import run as run_published
from jiheng.rules.policy import PackError, available_places, load_policy
from jiheng.rules.policy.cases import run_cases
from jiheng.rules.policy.explain import explain as explain_parameter


def say(line: str = "") -> None:
    """Print one line for the person."""
    sys.stdout.write(f"{line}\n")


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
        wrong += len(failed)
    return 1 if wrong else 0


def published_check(given: argparse.Namespace) -> int:
    """Check tables that governments have published."""
    arguments = [str(given.file)] + (["--json", str(given.json)] if given.json else [])
    return run_published(arguments)
