"""The appraisal of a new or changed item before it may enter the library."""

from typing import ClassVar

from django.db import models

from jiheng.foundation.workflow.models import Case
from jiheng.rules.radar.facts import KINDS, strength_of


class Appraisal(Case):
    """One appraisal: the department's own scores first, the bureau's second, then the conclusion."""

    CONCLUSIONS: ClassVar = [
        ("supported", "予以支持"),
        ("supported_after_revision", "调整完善后予以支持"),
        ("not_supported", "不予支持"),
    ]

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="appraisals")
    work_year = models.PositiveSmallIntegerField("工作年度")
    subject_year = models.OneToOneField("subjects.SubjectYear", models.PROTECT, related_name="appraisal")
    trigger = models.CharField("评估缘由", max_length=200)
    trigger_clause = models.CharField("缘由依据", max_length=300)
    asked_fen = models.BigIntegerField("申报金额")
    agreed_fen = models.BigIntegerField("建议安排金额", null=True)
    department_total = models.DecimalField("部门评估得分", max_digits=6, decimal_places=2, null=True)
    bureau_total = models.DecimalField("财政评估得分", max_digits=6, decimal_places=2, null=True)
    vetoes = models.JSONField("否决事项", default=list)
    proposed = models.CharField("得分所示结论", max_length=30, choices=CONCLUSIONS, blank=True)
    conclusion = models.CharField("结论", max_length=30, choices=CONCLUSIONS, blank=True)
    conclusion_reason = models.TextField("结论理由", blank=True)
    concluded_on = models.DateField("结论日期", null=True)
    sections = models.JSONField("评估说明", default=dict)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["place", "work_year", "conclusion"], name="appraisal_year")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(agreed_fen__isnull=True)
                | models.Q(agreed_fen__gte=0, agreed_fen__lte=models.F("asked_fen")),
                name="appraisal_agreed_within_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"事前评估 {self.subject_year}"


class AppraisalLine(models.Model):
    """The points of one item given by one side; a lost point names the missing fact."""

    SIDES: ClassVar = [("department", "部门自评估"), ("bureau", "财政评估")]

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="lines")
    side = models.CharField("评估方", max_length=12, choices=SIDES)
    item = models.CharField("评估要点", max_length=60)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    missing_fact = models.CharField("扣分所缺事实", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appraisal", "side", "item"], name="appraisal_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"


class AppraisalCondition(models.Model):
    """What must be put right before the money; unmet conditions stop the library entry."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="conditions")
    text = models.CharField("须完善事项", max_length=300)
    due = models.DateField("期限")
    answered_on = models.DateField("单位登记日期", null=True)
    met_on = models.DateField("完成日期", null=True)
    proof = models.CharField("完成说明", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text


class ExpertPanel(models.Model):
    """The experts who score one appraisal, each alone: how they are drawn, which round is open, what came of it.

    Announced first: the register as it stood, who recuses, where the seed will come from on which later day. Then
    drawn: `order` is everybody in the order of the draw, so that a substitute is the next one. `round` is the round
    that is open or was closed last (0: none yet); `total`, `spread` and `explanation` are those of the last round.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+", verbose_name="地区")
    appraisal = models.OneToOneField(Appraisal, models.PROTECT, related_name="panel", verbose_name="事前评估")
    field = models.CharField("专业领域", max_length=60, blank=True)
    count = models.PositiveSmallIntegerField("专家人数")
    seed_source = models.CharField("种子的来源", max_length=120)
    draw_on = models.DateField("抽取日期")
    library = models.JSONField("在库名单", default=list)
    recused = models.JSONField("回避", default=list)
    population = models.JSONField("总体", default=list)
    population_digest = models.CharField("总体摘要", max_length=64)
    announced_at = models.DateTimeField("公告时间")
    announced_by = models.CharField("公告人", max_length=200)
    algorithm = models.CharField("算法", max_length=30, blank=True)
    seed = models.CharField("随机种子", max_length=80, blank=True)
    order = models.JSONField("抽取次序", default=list)
    drawn_at = models.DateTimeField("抽取时间", null=True)
    drawn_by = models.CharField("抽取人", max_length=200, blank=True)
    round = models.PositiveSmallIntegerField("轮次", default=0)
    is_open = models.BooleanField("正在评分", default=False)
    total = models.DecimalField("专家评分", max_digits=6, decimal_places=2, null=True)
    spread = models.DecimalField("分差", max_digits=6, decimal_places=2, null=True)
    explanation = models.CharField("计算过程", max_length=300, blank=True)
    settled_at = models.DateTimeField("评分确定时间", null=True)
    version = models.PositiveIntegerField("版本", default=0)
    clause = models.CharField("依据", max_length=300)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"专家评分 {self.appraisal.subject_year}"


class PanelSeat(models.Model):
    """One expert of a panel; who cannot come is set aside with the reason, then the next one of the draw is seated."""

    panel = models.ForeignKey(ExpertPanel, models.CASCADE, related_name="seats", verbose_name="专家评分")
    number = models.PositiveSmallIntegerField("序号")
    expert = models.ForeignKey("experts.Evaluator", models.PROTECT, related_name="+", verbose_name="专家")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="账号")
    set_aside = models.CharField("不能评分的原因", max_length=300, blank=True)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["panel", "expert"], name="panel_expert_once"),
            models.UniqueConstraint(fields=["panel", "number"], name="panel_number_once"),
        ]

    def __str__(self) -> str:
        return f"专家{self.number}"


class PanelSheet(models.Model):
    """What one expert gave in one round: points by item (as text), the missing fact of each lost point, an opinion.

    Nobody else reads it before the round is closed. Handed in, it never changes; whoever has it open twice is told
    which of two savings came first (`version`).
    """

    seat = models.ForeignKey(PanelSeat, models.CASCADE, related_name="sheets", verbose_name="专家")
    round = models.PositiveSmallIntegerField("轮次")
    points = models.JSONField("得分", default=dict)
    missing = models.JSONField("所缺的事实", default=dict)
    opinion = models.CharField("评审意见", max_length=1000, blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    given_at = models.DateTimeField("交卷时间", null=True)

    class Meta:
        ordering = ("round", "seat__number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["seat", "round"], name="panel_sheet_once")]

    def __str__(self) -> str:
        return f"{self.seat} 第{self.round}轮"


class PanelNote(models.Model):
    """What was said when the experts talked over a closed round, on an item or on the whole. Only grows."""

    panel = models.ForeignKey(ExpertPanel, models.PROTECT, related_name="notes", verbose_name="专家评分")
    round = models.PositiveSmallIntegerField("轮次")
    item = models.CharField("评估要点", max_length=60, blank=True)
    text = models.CharField("讨论记录", max_length=1000)
    at = models.DateTimeField("记录时间")
    by = models.CharField("记录人", max_length=200)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text


class JointReview(models.Model):
    """The review of one appraisal by several parties in the order of the pack; `parties` are as they stood when it was called.

    Closed when every party has signed the same content; with a conclusion nothing is added any more.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+", verbose_name="地区")
    appraisal = models.OneToOneField(Appraisal, models.PROTECT, related_name="joint", verbose_name="事前评估")
    parties = models.JSONField("各方", default=list)
    held_on = models.DateField("会审日期")
    venue = models.CharField("地点", max_length=120, blank=True)
    agenda = models.CharField("议程", max_length=1000)
    minutes = models.TextField("会审纪要", blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    called_at = models.DateTimeField("召集时间")
    called_by = models.CharField("召集人", max_length=200)
    clause = models.CharField("依据", max_length=300)

    class Meta:
        ordering = ("-held_on", "pk")

    def __str__(self) -> str:
        return f"会审 {self.appraisal.subject_year}"


class JointWord(models.Model):
    """What one party said: its statement, or a question tied to an item of the scorecard, which is answered once."""

    KINDS: ClassVar = [("statement", "陈述意见"), ("question", "质询")]

    review = models.ForeignKey(JointReview, models.PROTECT, related_name="words", verbose_name="会审")
    party = models.CharField("哪一方", max_length=30)
    kind = models.CharField("类别", max_length=10, choices=KINDS)
    item = models.CharField("评估要点", max_length=60, blank=True)
    text = models.CharField("内容", max_length=1000)
    at = models.DateTimeField("时间")
    by = models.CharField("发言人", max_length=200)
    answer = models.CharField("答复", max_length=1000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.CharField("答复人", max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text


class JointSignature(models.Model):
    """One party's signature over the content as it was; what is added afterwards needs every signature anew. Only grows."""

    review = models.ForeignKey(JointReview, models.PROTECT, related_name="signatures", verbose_name="会审")
    party = models.CharField("哪一方", max_length=30)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="账号")
    name = models.CharField("签字人", max_length=200)
    content_hash = models.CharField("所签内容的摘要", max_length=64)
    at = models.DateTimeField("签字时间")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "party", "content_hash"], name="joint_signature_once"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.name}"


class RadarRun(models.Model):
    """One screening of a place's projects for repeats: by whom, over how many, by which values, on which input."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+", verbose_name="地区")
    made_at = models.DateTimeField("筛查时间")
    made_by = models.CharField("筛查人", max_length=200, blank=True)
    digest = models.CharField("所据项目的摘要", max_length=64)
    settings = models.JSONField("所用的值", default=dict)
    projects = models.PositiveIntegerField("项目数")
    left_out = models.PositiveIntegerField("不比较的项目数")
    found = models.PositiveIntegerField("报出数")

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} 重复筛查"


class RadarHit(models.Model):
    """Projects that are alike, as the last screening saw them; `verdict` follows from the last decision about them.

    `identity` names the projects and whether they are a pair or a group; `digest` is of what they said when they were
    found. A hit that somebody decided about stays when it is no longer found (`current` false).
    """

    KINDS: ClassVar = list(KINDS.items())
    VERDICTS: ClassVar = [
        ("open", "待判断"),
        ("changed", "内容有变，须再判断"),
        ("merge", "重复，整合"),
        ("reject", "重复，不予安排"),
        ("distinct", "不重复"),
    ]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+", verbose_name="地区")
    identity = models.CharField("标识", max_length=64)
    kind = models.CharField("情形", max_length=12, choices=KINDS)
    name = models.CharField("项目", max_length=300)
    score = models.PositiveSmallIntegerField("相似程度")
    money_fen = models.BigIntegerField("涉及金额")
    budget_year = models.PositiveSmallIntegerField("预算年度")
    number = models.PositiveSmallIntegerField("项目数")
    reasons = models.JSONField("理由", default=list)
    digest = models.CharField("内容摘要", max_length=64)
    verdict = models.CharField("判断", max_length=10, choices=VERDICTS, default="open")
    current = models.BooleanField("仍然报出", default=True)
    found_on = models.DateField("首次报出")
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        ordering = ("-money_fen", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "identity"], name="radar_hit_once")]
        indexes: ClassVar = [models.Index(fields=["place", "current", "money_fen"], name="radar_hit_money")]

    def __str__(self) -> str:
        return self.name

    @property
    def strength(self) -> str:
        """The likeness in words."""
        return strength_of(self.score)


class RadarMember(models.Model):
    """One project of a hit. It is named by its key alone: what was screened may still be taken back."""

    hit = models.ForeignKey(RadarHit, models.CASCADE, related_name="members", verbose_name="相似项目")
    year_key = models.BigIntegerField("项目和年度", db_index=True)
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["hit", "year_key"], name="radar_member_once")]

    def __str__(self) -> str:
        return f"{self.hit_id} {self.position}"


class RadarDecision(models.Model):
    """What a person decided about a hit, why, and what the projects said then. Only grows."""

    hit = models.ForeignKey(RadarHit, models.PROTECT, related_name="decisions", verbose_name="相似项目")
    number = models.PositiveSmallIntegerField("第几次判断")
    verdict = models.CharField("判断", max_length=10, choices=RadarHit.VERDICTS[2:])
    reason = models.CharField("理由", max_length=500)
    clause = models.CharField("依据", max_length=300)
    digest = models.CharField("内容摘要", max_length=64)
    about = models.JSONField("当时的项目", default=list)
    decided_at = models.DateTimeField("判断时间")
    decided_by = models.CharField("判断人", max_length=200)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["hit", "number"], name="radar_decision_once")]

    def __str__(self) -> str:
        return f"第{self.number}次：{self.get_verdict_display()}"
