"""Who writes and who reads the report of a self-evaluation."""

from jiheng.foundation.accounts.person import Person, Verdict, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.stages.evaluation.access import may_fill_results, may_see_self_evaluations
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.self_outlines import outline_for


@while_open
def may_write_report(person: Person, record: SelfEvaluation) -> Verdict:
    """The project officer writes it together with the results, while the self-evaluation is a draft."""
    return _asked(record, may_fill_results(person, record))


def may_see_report(person: Person, record: SelfEvaluation) -> Verdict:
    """Whoever sees the self-evaluation."""
    return _asked(record, may_see_self_evaluations(person, record))


def _asked(record: SelfEvaluation, verdict: Verdict) -> Verdict:
    if verdict and outline_for(record) is None:
        return deny("本年度的制度没有规定这项自评写报告", clause_in(record.cycle, "workflows.self_evaluation"))
    return verdict
