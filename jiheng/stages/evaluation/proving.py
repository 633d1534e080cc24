"""What of self-evaluations and evaluations the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.registers.cycles.proving import case_of_year
from jiheng.stages.evaluation.access import evaluation_workflow, self_workflow
from jiheng.stages.evaluation.fieldwork.access import scheme_workflow
from jiheng.stages.evaluation.models import (
    AgencyRating,
    Comment,
    Draw,
    Evaluation,
    EvaluationPlan,
    EvaluationScheme,
    EvaluationVersion,
    EvaluatorDraw,
    ExpertReview,
    FieldRecord,
    Finding,
    IndicatorProposal,
    MaterialRequest,
    PartnerFinding,
    PartnerTaking,
    PlanLine,
    ScoreLine,
    SelfEvaluation,
    SelfLine,
    SelfReview,
    SpotCheck,
)

KINDS = (
    case_of_year(
        SelfEvaluation,
        "绩效自评",
        self_workflow,
        (
            Part("lines", "自评得分", SelfLine, ("evaluation_id",)),
            Part("reviews", "审核评分", SelfReview, ("evaluation_id",)),
        ),
        open_in=("draft",),
        leave=("results_version", "money_version", "report_version", "results_page", "money_page", "report_page"),
    ),
    case_of_year(
        Evaluation,
        "绩效评价",
        evaluation_workflow,
        (
            Part("lines", "评价得分", ScoreLine, ("evaluation_id",)),
            Part("findings", "发现的问题", Finding, ("evaluation_id",)),
            Part("comments", "征求的意见", Comment, ("evaluation_id",)),
            Part("versions", "复核前后的结果", EvaluationVersion, ("evaluation_id",)),
        ),
        open_in=("scoring",),
        leave=("content_version", "content_page"),
    ),
    case_of_year(EvaluationPlan, "年度评价计划", "evaluation_plan", (Part("lines", "列入的项目", PlanLine, ("plan_id",)),)),
    case_of_year(EvaluationScheme, "评价工作方案", scheme_workflow),
    Kind(Draw, "抽取", place="cycle__place"),
    Kind(EvaluatorDraw, "第三方抽取"),
    Kind(SpotCheck, "监控数据抽查"),
    Kind(AgencyRating, "第三方工作质量评分"),
    Kind(MaterialRequest, "评价材料", place="evaluation__place"),
    Kind(FieldRecord, "评价过程记录", place="evaluation__place"),
    Kind(ExpertReview, "专家评审", place="evaluation__place"),
    Kind(IndicatorProposal, "指标建议（联合评价）", place="evaluation__place"),
    Kind(PartnerFinding, "合作方发现的问题", place="evaluation__place"),
    Kind(PartnerTaking, "合作方接收结果", place="evaluation__place"),
)
