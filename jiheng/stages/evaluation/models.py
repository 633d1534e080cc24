"""Self-evaluations, evaluations on scorecards, findings and recorded draws."""

from typing import ClassVar

from django.db import models

from jiheng.foundation.workflow.models import Case


class SelfEvaluation(Case):
    """A unit's own evaluation of one subject and year, scored by rule (form F5).

    `results_version`, `money_version` and `report_version` count the saves of the two halves and of the report, so
    that the project and the finance officer can work at the same time; `version` moves with each of them and with
    every step.
    """

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="self_evaluations")
    work_year = models.PositiveSmallIntegerField("工作年度")
    subject_year = models.OneToOneField(
        "subjects.SubjectYear", models.PROTECT, related_name="self_evaluation"
    )
    goal = models.ForeignKey("goals.Goal", models.PROTECT, related_name="self_evaluations")
    initial_fen = models.BigIntegerField("年初预算数", default=0)
    budget_fen = models.BigIntegerField("全年预算数", default=0)
    executed_fen = models.BigIntegerField("全年执行数", default=0)
    execution_points = models.DecimalField("执行率得分", max_digits=6, decimal_places=2, null=True)
    execution_note = models.CharField("执行率计算", max_length=200, blank=True)
    execution_reason = models.CharField("执行偏差原因", max_length=200, blank=True)
    actual_objective = models.TextField("实际完成情况", blank=True)
    total = models.DecimalField("总分", max_digits=6, decimal_places=2, null=True)
    grade = models.CharField("等级", max_length=20, blank=True)
    recheck_total = models.DecimalField("复核得分", max_digits=6, decimal_places=2, null=True)
    recheck_grade = models.CharField("复核等级", max_length=20, blank=True)
    recheck_note = models.TextField("复核意见", blank=True)
    sections = models.JSONField("自评报告", default=dict)  # by part of the outline, where the place asks for a report
    results_version = models.PositiveIntegerField("完成情况版次", default=0)
    money_version = models.PositiveIntegerField("执行情况版次", default=0)
    report_version = models.PositiveIntegerField("自评报告版次", default=0)
    results_page = models.CharField(max_length=40, blank=True)  # the open page that saved this half last
    money_page = models.CharField(max_length=40, blank=True)
    report_page = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=["place", "work_year", "state"], name="self_evaluation_year")
        ]

    def __str__(self) -> str:
        return f"绩效自评 {self.subject_year}"


class SelfLine(models.Model):
    """One indicator row of a self-evaluation."""

    evaluation = models.ForeignKey(SelfEvaluation, models.CASCADE, related_name="lines")
    indicator = models.ForeignKey("goals.GoalIndicator", models.PROTECT, related_name="self_lines")
    actual_text = models.CharField("实际完成值", max_length=200, blank=True)
    actual = models.DecimalField("完成值", max_digits=24, decimal_places=6, null=True)
    tier = models.CharField("定性档次", max_length=20, blank=True)
    claimed = models.DecimalField("定性自评分", max_digits=6, decimal_places=2, null=True)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True)
    calculation = models.CharField("计算过程", max_length=300, blank=True)
    reason = models.CharField("偏差原因分析及改进措施", max_length=300, blank=True)
    recheck_points = models.DecimalField("复核得分", max_digits=6, decimal_places=2, null=True)
    recheck_reason = models.CharField("复核理由", max_length=300, blank=True)

    class Meta:
        ordering = ("indicator__position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "indicator"], name="self_line_once"),
        ]

    def __str__(self) -> str:
        return self.actual_text


class SelfReview(models.Model):
    """One side's review of a self-evaluation on the pack's review table.

    It counts for exactly the content that was reviewed: a changed self-evaluation needs another review. A later
    review by the same side stands beside the earlier one, which stays.
    """

    SIDES: ClassVar = [("department", "主管部门"), ("performance", "绩效管理股"), ("centre", "绩效评价中心")]

    evaluation = models.ForeignKey(SelfEvaluation, models.PROTECT, related_name="reviews")
    side = models.CharField("审核方", max_length=12, choices=SIDES)
    reviewer = models.CharField("审核人", max_length=200)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    reviewed_on = models.DateField("审核日期")
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    grade = models.CharField("等级", max_length=20)
    opinion = models.TextField("审核意见", blank=True)
    lines = models.JSONField("逐项得分", default=dict)
    content_hash = models.CharField("所审内容的摘要", max_length=64)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.total}"


class Evaluation(Case):
    """An evaluation on a scorecard by department or bureau, during or after the year.

    One that covers several years of a project says which kind of such it is (`span`) and from which year
    (`first_year`) to which (`evaluated_year`); `subject_year` is then the project in the last of them.
    `organiser` ordered it and hears the unit; `evaluator` scores. `round` counts how often the unit was
    asked for comment; `before` is what stood in the draft that the unit's comments made them revise.
    """

    KINDS: ClassVar = [
        ("department", "部门评价"),
        ("fiscal", "财政评价"),
        ("in_process", "事中评价"),
    ]
    SPANS: ClassVar = [("stage", "阶段性评价"), ("overall", "总体评价"), ("policy", "政策评价")]

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="evaluations")
    work_year = models.PositiveSmallIntegerField("工作年度")
    evaluated_year = models.PositiveSmallIntegerField("被评价年度")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="evaluations")
    goal = models.ForeignKey("goals.Goal", models.PROTECT, null=True, related_name="evaluations")
    kind = models.CharField("评价类型", max_length=12, choices=KINDS)
    span = models.CharField("跨年度评价", max_length=12, choices=SPANS, blank=True)
    first_year = models.PositiveSmallIntegerField("评价起始年度", null=True)
    scorecard = models.CharField("评分表", max_length=60)
    amount_fen = models.BigIntegerField("涉及金额")
    evaluator = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="evaluations_done")
    organiser = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, related_name="evaluations_ordered"
    )
    partner = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, related_name="evaluations_joined", verbose_name="合作方"
    )  # who evaluates together with the bureau, where it was planned so
    due = models.DateField("完成期限")
    total = models.DecimalField("总分", max_digits=6, decimal_places=2, null=True)
    grade = models.CharField("等级", max_length=20, blank=True)
    sections = models.JSONField("报告内容", default=dict)
    basis = models.JSONField("评价方法和标准", default=dict)  # methods, reason, standards
    qualities = models.JSONField("报告审核", default=dict)  # by demand of the pack: whether the report meets it
    unit_reply = models.TextField("被评价单位意见", blank=True)
    reply_answer = models.TextField("意见采纳情况", blank=True)
    confirmed_on = models.DateField("结果确定日期", null=True)
    round = models.PositiveSmallIntegerField("征求意见轮次", default=0)
    asked_at = models.DateTimeField("征求意见时间", null=True)
    before = models.JSONField("修改前的评分", default=dict)
    content_version = models.PositiveIntegerField("评分和报告版次", default=0)
    content_page = models.CharField(max_length=40, blank=True)  # the open page that saved last

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_year", "kind", "span", "work_year"], name="evaluation_once"
            ),
            models.CheckConstraint(
                condition=models.Q(span="", first_year=None)
                | (~models.Q(span="") & models.Q(first_year__isnull=False, first_year__lte=models.F("evaluated_year"))),
                name="evaluation_span_years",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["place", "work_year", "kind"], name="evaluation_year")]

    def __str__(self) -> str:
        return f"{self.kind_words} {self.subject_year}"

    @property
    def kind_words(self) -> str:
        """What kind of evaluation it is; of a multi-year one also which, and of what years."""
        kind = str(self.get_kind_display())
        return f"{kind}（{self.get_span_display()}，{self.years_words}）" if self.span else kind

    @property
    def years_words(self) -> str:
        """The year or years evaluated."""
        return f"{self.first_year}—{self.evaluated_year} 年" if self.span else f"{self.evaluated_year} 年"


class EvaluationVersion(models.Model):
    """A result as it stood: as confirmed, then as re-checked by the bureau. Only grows; the last one is in force.

    `points` maps each item of the scorecard to its points (as text) and the reason for what was taken away.
    """

    SOURCES: ClassVar = [("confirmed", "评价确定"), ("recheck", "抽查复核")]

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    source = models.CharField("来源", max_length=10, choices=SOURCES)
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    grade = models.CharField("等级", max_length=20)
    points = models.JSONField("各项得分")
    opinion = models.CharField("复核意见", max_length=1000, blank=True)
    clause = models.CharField("依据", max_length=300, blank=True)
    made_on = models.DateField("日期", null=True)
    made_by = models.CharField("复核人", max_length=200, blank=True)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="evaluation_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} {self.get_source_display()}"


class ScoreLine(models.Model):
    """The points of one item of a scorecard, with the reason for every lost point."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="lines")
    item = models.CharField("指标", max_length=60)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    reason = models.CharField("扣分原因和依据", max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "item"], name="score_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"


class Finding(models.Model):
    """One problem found by an evaluation, with advice."""

    CATEGORIES: ClassVar = [
        ("goal", "目标设定"),
        ("money", "资金管理"),
        ("management", "项目管理"),
        ("output", "产出"),
        ("outcome", "效益"),
    ]

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="findings")
    number = models.PositiveSmallIntegerField("序号")
    category = models.CharField("类别", max_length=12, choices=CATEGORIES)
    text = models.CharField("问题", max_length=500)
    amount_fen = models.BigIntegerField("涉及金额", default=0)
    advice = models.CharField("整改建议", max_length=500)
    partner_finding = models.ForeignKey(
        "evaluation.PartnerFinding", models.PROTECT, null=True, related_name="taken_up", verbose_name="合作方发现的问题"
    )  # what the partner of a joint evaluation found, taken up with the result

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="finding_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Comment(models.Model):
    """One point that the evaluated unit raised on a draft, and what was done with it."""

    VERDICTS: ClassVar = [("adopted", "采纳"), ("partly", "部分采纳"), ("declined", "不采纳")]

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="comments")
    round = models.PositiveSmallIntegerField("轮次")
    number = models.PositiveSmallIntegerField("序号")
    text = models.CharField("意见", max_length=1000)
    verdict = models.CharField("处理", max_length=10, choices=VERDICTS, blank=True)
    answer = models.CharField("答复", max_length=1000, blank=True)

    class Meta:
        ordering = ("round", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "round", "number"], name="evaluation_comment_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Draw(models.Model):
    """A random draw that anybody can repeat from its seed and its population."""

    PURPOSES: ClassVar = [("recheck", "单位自评"), ("department", "部门评价"), ("monitoring", "运行监控")]

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="draws")
    work_year = models.PositiveSmallIntegerField("工作年度")
    purpose = models.CharField("用途", max_length=40, choices=PURPOSES)
    algorithm = models.CharField("算法", max_length=30, default="sha256-order-1")
    seed = models.CharField("随机种子", max_length=80)
    population = models.JSONField("总体")
    population_digest = models.CharField("总体摘要", max_length=64)
    chosen = models.JSONField("抽中")
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by = models.CharField("抽取人", max_length=200)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.purpose} {self.seed}"


class SpotCheck(models.Model):
    """What the bureau found when it held a drawn monitoring report against the source data. Only grows.

    `rows` are the values that were checked, each with what was reported, what the source says, where that was
    found, the difference in per cent (text, empty where there is none) and whether it is untrue. `tolerance` is the
    per cent that the rules allowed then.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="spot_checks")
    report = models.OneToOneField("monitoring.MonitoringReport", models.PROTECT, related_name="spot_check")
    rows = models.JSONField("核对的数据")
    untrue = models.BooleanField("有不实数据")
    opinion = models.CharField("核对意见", max_length=1000)
    tolerance = models.DecimalField("容许误差（%）", max_digits=5, decimal_places=2)
    clause = models.CharField("依据", max_length=300)
    made_on = models.DateField("核对日期")
    made_by = models.CharField("核对人", max_length=200)

    class Meta:
        ordering = ("-made_on", "-pk")

    def __str__(self) -> str:
        return f"{self.report} {'不实' if self.untrue else '属实'}"


class EvaluatorDraw(models.Model):
    """A third party drawn out of the register for one evaluation; anybody can repeat it from seed and population.

    `library` is the register as it stood, `recused` who was left out and why; the one drawn may be set aside with
    a reason, then another draw is made. `evaluation` is the one that it was used for.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="evaluator_draws")
    kind = models.CharField("评价类型", max_length=12, choices=Evaluation.KINDS)
    field = models.CharField("专业领域", max_length=60, blank=True)
    library = models.JSONField("在库名单")
    recused = models.JSONField("回避", default=list)
    algorithm = models.CharField("算法", max_length=30)
    seed = models.CharField("随机种子", max_length=80)
    population = models.JSONField("总体")
    population_digest = models.CharField("总体摘要", max_length=64)
    chosen = models.ForeignKey("experts.Evaluator", models.PROTECT, related_name="draws")
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by = models.CharField("抽取人", max_length=200)
    clause = models.CharField("依据", max_length=300, blank=True)
    set_aside = models.CharField("不能承担的原因", max_length=300, blank=True)
    evaluation = models.OneToOneField(Evaluation, models.PROTECT, null=True, related_name="evaluator_draw")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.subject_year} {self.chosen}"


class AgencyRating(models.Model):
    """How well a third party worked on one evaluation: scored once by the bureau after its result. Only grows.

    `points` maps each item of the scorecard to its points (as text) and the reason for what was taken away. Where
    the place ties the fee to the quality, `fee_fen` is the agreed fee, `share` (per cent) what the grade earns.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="agency_rating")
    entry = models.ForeignKey("experts.Evaluator", models.PROTECT, related_name="ratings")
    points = models.JSONField("各项得分")
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    grade = models.CharField("等级", max_length=20)
    opinion = models.CharField("评分意见", max_length=1000)
    fee_fen = models.BigIntegerField("约定费用", null=True)
    share = models.DecimalField("支付比例（%）", max_digits=5, decimal_places=2, null=True)
    payable_fen = models.BigIntegerField("应付费用", null=True)
    clause = models.CharField("依据", max_length=300)
    made_on = models.DateField("评分日期")
    made_by = models.CharField("评分人", max_length=200)

    class Meta:
        ordering = ("-made_on", "-pk")

    def __str__(self) -> str:
        return f"{self.entry} {self.total}"


class EvaluationPlan(Case):
    """What a body will evaluate of one budget year: a department of its own, the bureau of all."""

    KINDS: ClassVar = [("department", "部门评价"), ("fiscal", "财政评价")]

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="evaluation_plans")
    kind = models.CharField("评价类型", max_length=12, choices=KINDS)
    body = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="evaluation_plans")
    shares = models.JSONField("确定时的比例", default=list)  # the demands in words, as they stood when adopted
    adopted_on = models.DateField("确定日期", null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "kind", "body"], name="evaluation_plan_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.get_kind_display()}计划"


class PlanLine(models.Model):
    """One subject of a plan, with the reasons for which it was chosen."""

    plan = models.ForeignKey(EvaluationPlan, models.CASCADE, related_name="lines")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="plan_lines")
    criteria = models.JSONField("入选条件", default=list)  # as the pack words them
    reason = models.CharField("入选理由", max_length=200, blank=True)
    partner = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", verbose_name="合作方")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "subject_year"], name="plan_line_once"),
        ]

    def __str__(self) -> str:
        return str(self.subject_year)


class EvaluationScheme(Case):
    """The work plan (工作方案) of one evaluation: written by the evaluator, argued, approved by somebody else.

    `steps` are the keys of the steps of the field work that it provides for.
    """

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="evaluation_schemes")
    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="scheme")
    text = models.TextField("方案内容", blank=True)
    steps = models.JSONField("安排的步骤", default=list)
    argued_on = models.DateField("论证日期", null=True)
    argued_by = models.CharField("参加论证", max_length=200, blank=True)
    argument = models.TextField("论证意见", blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.evaluation} 工作方案"


class MaterialRequest(models.Model):
    """Material that an evaluation asks of the evaluated unit: asked, received, refused, delivered, each once.

    `item` is the item of the scorecard that it is to prove, "" for none in particular. `due` is counted in working
    days from the day of asking; the rest of what was asked never changes.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="material_requests")
    number = models.PositiveSmallIntegerField("序号")
    text = models.CharField("调取的材料", max_length=500)
    item = models.CharField("所证指标", max_length=60, blank=True)
    asked_on = models.DateField("通知日期")
    asked_by = models.CharField("通知人", max_length=200)
    due = models.DateField("提供期限")
    clause = models.CharField("依据", max_length=300, blank=True)
    received_on = models.DateField("签收日期", null=True)
    received_by = models.CharField("签收人", max_length=200, blank=True)
    refused_on = models.DateField("拒绝日期", null=True)
    refusal = models.CharField("不提供的理由", max_length=500, blank=True)
    refused_by = models.CharField("答复人", max_length=200, blank=True)
    delivered_on = models.DateField("提供日期", null=True)
    delivered_by = models.CharField("提供人", max_length=200, blank=True)
    note = models.CharField("提供说明", max_length=500, blank=True)

    class Meta:
        ordering = ("evaluation", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="material_request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} 材料{self.number}"


class FieldRecord(models.Model):
    """One piece of field work: a visit, a questionnaire, an expert's judgement. Only grows; a wrong one is struck.

    Questionnaires count what was `sent`, what came back, and how many of these were satisfied.
    """

    KINDS: ClassVar = [("visit", "现场考察"), ("survey", "问卷调查"), ("expert", "专家评价")]

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="field_records")
    kind = models.CharField("类别", max_length=10, choices=KINDS)
    made_on = models.DateField("日期")
    venue = models.CharField("地点或对象", max_length=200, blank=True)
    people = models.CharField("人员", max_length=200, blank=True)
    text = models.CharField("情况和结论", max_length=2000)
    item = models.CharField("所证指标", max_length=60, blank=True)
    sent = models.PositiveIntegerField("发放份数", null=True)
    returned = models.PositiveIntegerField("收回份数", null=True)
    satisfied = models.PositiveIntegerField("满意份数", null=True)
    recorded_by = models.CharField("登记人", max_length=200)
    recorded_at = models.DateTimeField("登记时间")
    struck_at = models.DateTimeField("作废时间", null=True)
    struck_by = models.CharField("作废人", max_length=200, blank=True)
    struck_reason = models.CharField("作废理由", max_length=300, blank=True)

    class Meta:
        ordering = ("made_on", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(sent=None)
                | models.Q(returned__lte=models.F("sent"), satisfied__lte=models.F("returned")),
                name="field_record_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.made_on}"


class ExpertReview(models.Model):
    """One expert's part in the review of one document as it stood: appointed or drawn once, judged once. Only grows.

    `content_hash` is the digest of what was to be reviewed: changed content needs experts anew. `drawn` holds seed,
    population and digest of the draw, empty for whoever was chosen by the office. `user` is the expert's own account;
    where there is none, the office enters the opinion from the signed paper.
    """

    DOCUMENTS: ClassVar = [("indicators", "评价指标"), ("report", "评价报告")]
    VERDICTS: ClassVar = [("pass", "同意"), ("return", "建议退回修改")]

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="expert_reviews", verbose_name="评价")
    document = models.CharField("评审对象", max_length=12, choices=DOCUMENTS)
    content_hash = models.CharField("所审内容的摘要", max_length=64)
    expert = models.ForeignKey("experts.Evaluator", models.PROTECT, related_name="reviews", verbose_name="专家")
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name="账号")
    drawn = models.JSONField("抽取", default=dict)
    appointed_by = models.CharField("确定人", max_length=200)
    appointed_at = models.DateTimeField("确定时间")
    verdict = models.CharField("结论", max_length=10, choices=VERDICTS, blank=True)
    opinion = models.CharField("评审意见", max_length=2000, blank=True)
    points = models.DecimalField("评审得分", max_digits=5, decimal_places=2, null=True)
    given_by = models.CharField("填写人", max_length=200, blank=True)
    given_at = models.DateTimeField("填写时间", null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["evaluation", "document", "content_hash", "expert"], name="expert_review_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert} {self.get_verdict_display() or '待评审'}"


class IndicatorProposal(models.Model):
    """An indicator that the partner of a joint evaluation proposes, and what came of it. Answered once, only grows."""

    VERDICTS: ClassVar = [("adopted", "采纳"), ("declined", "不采纳")]

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="indicator_proposals", verbose_name="评价")
    number = models.PositiveSmallIntegerField("序号")
    text = models.CharField("建议的指标", max_length=500)
    reason = models.CharField("理由", max_length=500)
    proposed_by = models.CharField("提出人", max_length=200)
    proposed_at = models.DateTimeField("提出时间")
    verdict = models.CharField("处理", max_length=10, choices=VERDICTS, blank=True)
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_by = models.CharField("答复人", max_length=200, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="indicator_proposal_once"),
        ]

    def __str__(self) -> str:
        return self.text


class PartnerFinding(models.Model):
    """A problem that the partner of a joint evaluation found, with the source of it. Only grows."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="partner_findings", verbose_name="评价")
    number = models.PositiveSmallIntegerField("序号")
    category = models.CharField("类别", max_length=12, choices=Finding.CATEGORIES)
    text = models.CharField("问题", max_length=500)
    source = models.CharField("来源", max_length=200)
    amount_fen = models.BigIntegerField("涉及金额", default=0)
    advice = models.CharField("整改建议", max_length=500)
    filed_by = models.CharField("提出人", max_length=200)
    filed_at = models.DateTimeField("提出时间")

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="partner_finding_once"),
        ]

    def __str__(self) -> str:
        return self.text


class PartnerTaking(models.Model):
    """That the partner of a joint evaluation took over the result, and for what. Only grows."""

    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="taking", verbose_name="评价")
    use = models.CharField("用于", max_length=500)
    taken_by = models.CharField("接收人", max_length=200)
    taken_at = models.DateTimeField("接收时间")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.use
