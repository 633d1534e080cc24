"""Performance goals with their indicator rows, their reviews and the sessions at which they are reviewed."""

import uuid
from typing import ClassVar

from django.db import models

from jiheng.foundation.workflow.models import Case
from jiheng.rules.adding_up_goals import METHODS


class Goal(Case):
    """What a subject promises for the year; once approved it is frozen and a change is a new revision.

    `content_version` and `money_version` count the saves of the two halves, so that the project and the
    finance officer can work at the same time; `version` moves with each of them and with every step.
    """

    SCOPES: ClassVar = [("project", "项目支出"), ("department", "部门整体支出")]

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="goals")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="goals")
    scope = models.CharField("范围", max_length=12, choices=SCOPES)
    revision = models.PositiveSmallIntegerField("版本", default=1)
    change_reason = models.CharField("调整原因", max_length=300, blank=True)
    objective = models.TextField("年度目标", blank=True)
    medium_objective = models.TextField("中期目标", blank=True)
    fiscal_fen = models.BigIntegerField("年度财政拨款", default=0)
    other_fen = models.BigIntegerField("年度其他资金", default=0)
    medium_fiscal_fen = models.BigIntegerField("中期财政拨款", default=0)
    medium_other_fen = models.BigIntegerField("中期其他资金", default=0)
    money_note = models.TextField("资金测算说明", blank=True)
    approved_on = models.DateField("批复日期", null=True)
    current = models.BooleanField("现行有效", default=True)
    content_version = models.PositiveIntegerField("业务部分版次", default=0)
    money_version = models.PositiveIntegerField("资金部分版次", default=0)
    content_page = models.CharField(max_length=40, blank=True)  # the open page that saved this half last
    money_page = models.CharField(max_length=40, blank=True)
    # Null until it is submitted under rules with tracks: a column that may be null is added in place.
    track = models.CharField("繁简分档", max_length=10, null=True)
    track_basis = models.JSONField("分档的依据", null=True)  # money in fen, why, clause, day

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "revision"], name="goal_revision_once"),
            models.CheckConstraint(
                condition=models.Q(fiscal_fen__gte=0, other_fen__gte=0), name="goal_money_not_negative"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["place", "cycle", "state"], name="goal_state")]

    def __str__(self) -> str:
        return f"绩效目标 {self.subject_year}"


class GoalTask(models.Model):
    """One yearly main task of a whole department, with its money (form F2)."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("任务名称", max_length=200)
    content = models.TextField("主要内容", blank=True)
    fiscal_fen = models.BigIntegerField("财政拨款", default=0)
    other_fen = models.BigIntegerField("其他资金", default=0)

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.name


class GoalIndicator(models.Model):
    """One indicator row; the same row is read in monitoring, scored in evaluation, shown in public."""

    KINDS: ClassVar = [("quantitative", "定量"), ("qualitative", "定性")]

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="indicators")
    lineage = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField("序号")
    level1 = models.CharField("一级指标", max_length=30)
    level2 = models.CharField("二级指标", max_length=30)
    name = models.CharField("三级指标", max_length=200)
    kind = models.CharField("性质", max_length=15, choices=KINDS, default="quantitative")
    operator = models.CharField("符号", max_length=12, blank=True)
    target_text = models.CharField("指标值", max_length=200)
    value = models.DecimalField("目标值", max_digits=24, decimal_places=6, null=True)
    high = models.DecimalField("目标上限", max_digits=24, decimal_places=6, null=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    weight = models.DecimalField("分值", max_digits=6, decimal_places=2)
    method = models.CharField("赋分方法", max_length=40)
    parameters = models.JSONField("方法参数", default=dict)
    library = models.ForeignKey(
        "indicators.LibraryIndicator", models.PROTECT, null=True, related_name="used_in"
    )
    free_reason = models.CharField("自拟理由", max_length=200, blank=True)
    standard = models.CharField("设定依据", max_length=200, blank=True)
    data_source = models.CharField("数据来源", max_length=200, blank=True)
    explanation = models.CharField("指标解释", max_length=300, blank=True)
    term_text = models.CharField("中期指标值", max_length=200, blank=True)
    # A default of the database's own: the column is added in place, and rows need not be written anew.
    interim_text = models.CharField("阶段性目标", max_length=200, blank=True, default="", db_default="")
    last_target = models.CharField("上年指标值", max_length=200, blank=True)
    returned = models.BooleanField("被退回", default=False)
    return_reason = models.CharField("退回原因", max_length=300, blank=True)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="indicator_weight_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class RowReturn(models.Model):
    """A single row sent back by a reviewer, with the reason: kept when the row is mended, so that returns add up."""

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="row_returns")
    revision = models.PositiveSmallIntegerField("版本")
    library = models.ForeignKey(
        "indicators.LibraryIndicator", models.PROTECT, null=True, related_name="row_returns"
    )
    name = models.CharField("三级指标", max_length=200)
    target_text = models.CharField("指标值", max_length=200)
    reason = models.CharField("退回原因", max_length=300)
    returned_on = models.DateField("退回日期")
    returned_by = models.CharField("退回人", max_length=200)
    # Null, and not empty, for returns without a standard reason: a column that may be null is added in place.
    kind = models.CharField("标准理由", max_length=40, null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class GoalReview(models.Model):
    """One side's review of a goal on the pack's review table (form F3).

    It counts for exactly the content that was reviewed: a changed goal needs another review.
    """

    SIDES: ClassVar = [
        ("department", "主管部门"),
        ("division", "业务股室"),
        ("performance", "绩效管理股"),
        ("centre", "绩效评价中心"),
    ]

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="reviews")
    side = models.CharField("审核方", max_length=12, choices=SIDES)
    reviewer = models.CharField("审核人", max_length=200)
    reviewed_on = models.DateField("审核日期")
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    grade = models.CharField("等级", max_length=20)
    opinion = models.TextField("审核意见", blank=True)
    lines = models.JSONField("逐项得分", default=dict)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True)
    content_hash = models.CharField("所审内容的摘要", max_length=64, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.total}"


class FindingDispute(models.Model):
    """What a unit says against a finding of the checks, and what the reviewers answer: kept for good.

    `key` names the finding for as long as it says the same of the same row, so that what was answered is
    remembered by later saves and revisions of the year.
    """

    ANSWERS: ClassVar = [("upheld", "采纳，这一条不再提示"), ("kept", "不采纳，仍须改正或说明")]

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="finding_disputes")
    revision = models.PositiveSmallIntegerField("版本")
    key = models.CharField(max_length=32)
    check_id = models.CharField("审核项", max_length=40)
    where_words = models.CharField("位置", max_length=240)
    fact = models.TextField("检查结果")
    clause = models.CharField("依据", max_length=300)
    reason = models.CharField("申辩理由", max_length=300)
    asked_by = models.CharField("申辩人", max_length=200)
    asked_on = models.DateField("申辩日期")
    asker = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answered_on = models.DateField("答复日期", null=True)
    answer = models.CharField("答复", max_length=8, choices=ANSWERS, blank=True)
    answer_reason = models.CharField("答复理由", max_length=300, blank=True)
    answered_by = models.CharField("答复人", max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "key"], name="finding_disputed_once"),
        ]

    def __str__(self) -> str:
        return self.fact


class HeldText(models.Model):
    """What was typed into a cell and is not in the goal: another window was faster, or it cannot be read.

    Kept for the page that typed it and for whoever opens the half next, until it is put in or let go. `row` is the
    lineage of an indicator row, the key of a task, or empty for the texts and amounts of the half.
    """

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="held_texts")
    half = models.CharField(max_length=8)
    page = models.CharField(max_length=40)
    table = models.CharField(max_length=8)
    row = models.CharField(max_length=40, blank=True)
    column = models.CharField(max_length=30)
    where_words = models.CharField("位置", max_length=300)
    typed = models.TextField("填写的内容")
    reason = models.CharField("没有存入的原因", max_length=300)
    held_at = models.DateTimeField("时间")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.where_words


class SubmittedFindings(models.Model):
    """What the checks found in a goal when it was submitted, with what the unit said against it: kept for good."""

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="submitted_findings")
    revision = models.PositiveSmallIntegerField("版本")
    submitted_on = models.DateField("提交日期")
    content_hash = models.CharField("所查内容的摘要", max_length=64)
    findings = models.JSONField("检查结果", default=list)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["subject_year", "revision"], name="submitted_findings_year")]

    def __str__(self) -> str:
        return f"提交时检查 {self.subject_year}"


class ReviewSession(Case):
    """One meeting at which goals are reviewed face to face; once sealed it is never changed, only corrected beside."""

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="review_sessions")
    title = models.CharField("会审名称", max_length=120)
    held_on = models.DateField("会审日期")
    begins_at = models.TimeField("开始时间", null=True)
    venue = models.CharField("地点", max_length=120, blank=True)
    slot_minutes = models.PositiveSmallIntegerField("每项时间（分钟）", default=15)
    note = models.CharField("说明", max_length=500, blank=True)
    chair = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="主持人账号")
    chair_name = models.CharField("主持人", max_length=200)
    convened_by = models.CharField("召集人", max_length=200)
    sealed_at = models.DateTimeField("封存时间", null=True)
    sealed_by = models.CharField("封存人", max_length=200, blank=True)
    sealed_hash = models.CharField("封存内容的摘要", max_length=64, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title


class SessionItem(models.Model):
    """One goal on the agenda, and what was decided about it; a decision stays.

    `before` is the goal's content when it was opened for changes in the room, `changes` what then came of it.
    """

    OUTCOMES: ClassVar = [
        ("passed", "通过"),
        ("returned", "退回修改"),
        ("postponed", "缓议"),
        ("dropped", "撤出议程"),
    ]

    session = models.ForeignKey(ReviewSession, models.PROTECT, related_name="items")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="session_items")
    position = models.PositiveSmallIntegerField("次序")
    minutes = models.PositiveSmallIntegerField("时间（分钟）", default=15)
    before = models.JSONField("当场修改前的内容", null=True)
    outcome = models.CharField("结论", max_length=10, choices=OUTCOMES, blank=True)
    reason = models.CharField("意见", max_length=1000, blank=True)
    decided_at = models.DateTimeField("作出结论的时间", null=True)
    decided_by = models.CharField("作出结论的人", max_length=200, blank=True)
    goal_version = models.PositiveIntegerField("所审版次", default=0)
    content_hash = models.CharField("所审内容的摘要", max_length=64, blank=True)
    money_fen = models.BigIntegerField("所审资金", default=0)
    changes = models.JSONField("当场修改", default=list)
    clause = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "goal"], name="session_goal_once"),
        ]

    def __str__(self) -> str:
        return str(self.goal)


class SessionParty(models.Model):
    """A body at the table: departments and units, and from outside deputies, committees, supervisors, experts."""

    KINDS: ClassVar = [
        ("bureau", "财政部门"),
        ("department", "主管部门"),
        ("unit", "预算单位"),
        ("congress", "人大代表"),
        ("cppcc", "政协委员"),
        ("supervisor", "财政部监管局"),
        ("expert", "专家"),
        ("audit", "审计、纪检"),
        ("other", "其他"),
    ]

    session = models.ForeignKey(ReviewSession, models.PROTECT, related_name="parties")
    kind = models.CharField("类别", max_length=12, choices=KINDS)
    body = models.CharField("单位或机构", max_length=100)
    names = models.CharField("到会人员", max_length=200, blank=True)
    duty = models.CharField("在会上的职责", max_length=60, blank=True)
    removed_at = models.DateTimeField("划去时间", null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.body}"


class SessionMinute(models.Model):
    """What was said, on an item or on the whole; after sealing only corrections are added."""

    KINDS: ClassVar = [("said", "发言"), ("correction", "更正")]

    session = models.ForeignKey(ReviewSession, models.PROTECT, related_name="minutes")
    item = models.ForeignKey(SessionItem, models.PROTECT, null=True, related_name="said")
    kind = models.CharField("类别", max_length=10, choices=KINDS, default="said")
    speaker = models.CharField("发言人", max_length=120, blank=True)
    text = models.CharField("内容", max_length=1000)
    at = models.DateTimeField("记录时间")
    by = models.CharField("记录人", max_length=200)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text


class KeyReview(models.Model):
    """A project on the year's list of key reviews: chosen by the leaders, with the reason and the last day.

    The list only grows; what is struck keeps its line with the reason.
    """

    SOURCES: ClassVar = [("leaders", "领导划定"), ("proposed", "按推荐列入")]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="key_reviews")
    subject_year = models.OneToOneField("subjects.SubjectYear", models.PROTECT, related_name="key_review")
    source = models.CharField("来由", max_length=10, choices=SOURCES)
    reason = models.CharField("理由", max_length=300)
    due = models.DateField("审核截止")
    listed_by = models.CharField("列入人", max_length=200)
    listed_on = models.DateField("列入日期")
    struck_on = models.DateField("移出日期", null=True)
    strike_reason = models.CharField("移出理由", max_length=300, blank=True)

    class Meta:
        ordering = ("due", "pk")
        indexes: ClassVar = [models.Index(fields=["place", "cycle"], name="key_review_cycle")]

    def __str__(self) -> str:
        return f"重点审核：{self.subject_year}"


class AgreedMoney(models.Model):
    """What a review leaves of the money that a goal asked for; the rest is cut. Kept for good, amounts in fen."""

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="agreed_money")
    revision = models.PositiveSmallIntegerField("版本")
    asked_fen = models.BigIntegerField("申报资金")
    agreed_fen = models.BigIntegerField("核定资金")
    reason = models.CharField("核定理由", max_length=300)
    clause = models.CharField("依据", max_length=300)
    decided_by = models.CharField("核定人", max_length=200)
    decided_on = models.DateField("核定日期")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "revision"], name="agreed_money_once"),
            models.CheckConstraint(
                condition=models.Q(agreed_fen__gte=0, agreed_fen__lte=models.F("asked_fen")), name="agreed_within_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"核定资金 {self.subject_year}"

    @property
    def cut_fen(self) -> int:
        """What the review cut, in fen."""
        return self.asked_fen - self.agreed_fen


class GoalReward(models.Model):
    """Flexible money promised to a department whose goals were reviewed as excellent, with its calculation in words."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="goal_rewards")
    department = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField("机动金")
    calculation = models.CharField("计算", max_length=300)
    clause = models.CharField("依据", max_length=300)
    decided_by = models.CharField("决定人", max_length=200)
    decided_on = models.DateField("决定日期")

    class Meta:
        ordering = ("-amount_fen", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "department"], name="goal_reward_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="goal_reward_above_nothing"),
        ]

    def __str__(self) -> str:
        return f"机动金 {self.department}"


class SubmittedVersion(models.Model):
    """What a goal said when it was submitted, whole, with who signed and why it was written anew: kept for good.

    `eased`, `hardened` (shares) and `moved` (points) measure it against the approved goal that it would replace;
    before any approval against the first submission. Null where there is nothing to be measured against.
    """

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="submitted_versions")
    revision = models.PositiveSmallIntegerField("版本")
    round = models.PositiveSmallIntegerField("第几次报送")
    submitted_on = models.DateField("报送日期")
    submitted_by = models.CharField("签署人", max_length=400)
    reason = models.CharField("重新报送的原因", max_length=300, blank=True)
    content_hash = models.CharField("内容的摘要", max_length=64)
    content = models.JSONField("内容", default=dict)
    eased = models.DecimalField("变容易", max_digits=7, decimal_places=6, null=True)
    hardened = models.DecimalField("变难", max_digits=7, decimal_places=6, null=True)
    moved = models.DecimalField("由效益移到产出的分值", max_digits=6, decimal_places=2, null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "revision", "round"], name="submitted_version_once"),
        ]

    def __str__(self) -> str:
        return f"第 {self.revision} 版第 {self.round} 次报送"


class ApprovalDocument(models.Model):
    """The paper that approves a department's budget together with its goals, with what it said: kept for good.

    `code` is the check code printed on it; it follows from everything that the paper says.
    """

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="goal_approvals")
    department = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    number = models.CharField("文号", max_length=60)
    issued_on = models.DateField("批复日期")
    issued_by = models.CharField("办理人", max_length=200)
    content = models.JSONField("内容", default=dict)
    code = models.CharField("校验码", max_length=19)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["cycle", "number"], name="goal_approval_number_once")]

    def __str__(self) -> str:
        return self.number


class BulkMove(models.Model):
    """Goals that were moved together, so that they can be taken back together; gains only the mark of being undone.

    `moved` lists each goal with the state that it left and its version afterwards.
    """

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="goal_bulk_moves")
    action = models.CharField("办理", max_length=30)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    moved_by = models.CharField("办理人", max_length=200)
    moved_at = models.DateTimeField("办理时间")
    moved = models.JSONField("所办的目标", default=list)
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"成批办理 {len(self.moved)} 项"


class GoalDuty(models.Model):
    """Which duty, and which main work of it, a row of a whole department's goal answers for.

    `key` is the lineage of an indicator row, so that the link goes on to later revisions, or the name of a task.
    """

    PARTS: ClassVar = [("indicator", "指标"), ("task", "任务")]

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="goal_duties")
    part = models.CharField("部分", max_length=10, choices=PARTS)
    key = models.CharField(max_length=200)
    duty = models.ForeignKey("duties.Duty", models.PROTECT, related_name="goal_rows")
    work = models.ForeignKey("duties.MainWork", models.PROTECT, null=True, related_name="goal_rows")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "part", "key"], name="goal_duty_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.duty}"


class TransferSplit(models.Model):
    """One division of a transfer's money and indicators among those who get it; a draft until it is issued.

    The newest issued one is in force. `as_given` holds by the lineage of a row why it is handed on as it is although
    its parts could be added up.
    """

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="transfer_splits")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="transfer_splits")
    number = models.PositiveSmallIntegerField("第几次分解")
    as_given = models.JSONField("按原样下达的理由", default=dict)
    version = models.PositiveIntegerField("版次", default=0)
    issued_on = models.DateField("下达日期", null=True)
    issued_by = models.CharField("下达人", max_length=200, blank=True)
    paper = models.CharField("下达文号", max_length=80, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "number"], name="transfer_split_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_year} 第 {self.number} 次分解"


class TransferShare(models.Model):
    """What one lower place or unit gets of a split: money in fen, and by lineage its part of what adds up."""

    split = models.ForeignKey(
        TransferSplit, models.CASCADE, related_name="shares", verbose_name="分解"
    )
    position = models.PositiveSmallIntegerField("序号")
    place = models.ForeignKey("accounts.Place", models.PROTECT, null=True, related_name="transfer_shares")
    unit = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="transfer_shares")
    amount_fen = models.BigIntegerField("下达金额")
    targets = models.JSONField("分到的指标值", default=dict)

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount_fen__gte=0), name="transfer_share_not_negative"),
            models.CheckConstraint(
                condition=models.Q(place__isnull=True) ^ models.Q(unit__isnull=True), name="transfer_share_to_one"
            ),
            models.UniqueConstraint(fields=["split", "place"], name="transfer_share_place_once"),
            models.UniqueConstraint(fields=["split", "unit"], name="transfer_share_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.split} {self.receiver}"

    @property
    def receiver(self) -> str:
        """Who gets it, by name."""
        return str(self.place or self.unit)


class TransferReceipt(models.Model):
    """The receiver's own subject that carries a transfer on, whatever split is in force. Only grows."""

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="transfer_receipts")
    taken = models.OneToOneField("subjects.SubjectYear", models.PROTECT, related_name="transfer_receipt")
    place = models.ForeignKey("accounts.Place", models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    taken_on = models.DateField("承接日期")
    taken_by = models.CharField("承接人", max_length=200)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "place"], name="transfer_taken_place_once"),
            models.UniqueConstraint(fields=["subject_year", "unit"], name="transfer_taken_unit_once"),
        ]

    def __str__(self) -> str:
        return f"承接 {self.subject_year}"


class TransferAnswer(models.Model):
    """What the upper level says to the goal that a lower one set on its share. Only grows."""

    ANSWERS: ClassVar = [("confirmed", "确认"), ("returned", "退回修改")]

    receipt = models.ForeignKey(
        TransferReceipt, models.PROTECT, related_name="answers", verbose_name="承接"
    )
    share = models.ForeignKey(
        TransferShare, models.PROTECT, related_name="answers", verbose_name="下达的一份"
    )
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="transfer_answers")
    content_hash = models.CharField("所答内容的摘要", max_length=64)
    answer = models.CharField("答复", max_length=10, choices=ANSWERS)
    reason = models.CharField("理由", max_length=300, blank=True)
    answered_by = models.CharField("答复人", max_length=200)
    answered_on = models.DateField("答复日期")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_answer_display()} {self.receipt}"


class GoalBinding(models.Model):
    """A row or a task of a whole department's goal that is worked out from its projects' goals, and not typed.

    `key` is the lineage of an indicator row, so that the binding goes on to later revisions, or the name of a task.
    `line` is what a project's row has to promise to count as reached. What was released keeps its line with the reason.
    """

    PARTS: ClassVar = [("indicator", "指标"), ("task", "任务")]
    METHODS: ClassVar = [*METHODS.items(), ("money", "项目资金合计")]

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="goal_bindings")
    part = models.CharField("部分", max_length=10, choices=PARTS)
    key = models.CharField(max_length=200)
    method = models.CharField("汇总方式", max_length=10, choices=METHODS)
    line = models.DecimalField("界限", max_digits=24, decimal_places=6, null=True)
    bound_by = models.CharField("登记人", max_length=200)
    bound_on = models.DateField("登记日期")
    released_on = models.DateField("解除日期", null=True)
    released_by = models.CharField("解除人", max_length=200, blank=True)
    release_reason = models.CharField("解除理由", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_year", "part", "key"],
                condition=models.Q(released_on__isnull=True),
                name="goal_bound_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.get_method_display()}"


class BoundPart(models.Model):
    """One project, and for an indicator one of its rows by lineage, that a binding is worked out from."""

    binding = models.ForeignKey(GoalBinding, models.PROTECT, related_name="parts")
    project = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="bound_in")
    lineage = models.UUIDField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["binding", "project", "lineage"], name="goal_bound_part_once"),
        ]

    def __str__(self) -> str:
        return str(self.project)


class ExpressRelease(models.Model):
    """Money added in an emergency before its goal, by a leader's decision: the goal follows by `due`. Only grows.

    The ledger's entry names it as its cause.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="express_releases")
    kind = models.CharField("情形", max_length=40)
    kind_words = models.CharField("情形名称", max_length=80)
    amount_fen = models.BigIntegerField("先行下达金额")
    source = models.CharField("资金来源", max_length=30)
    paper = models.CharField("文号", max_length=80)
    reason = models.CharField("理由", max_length=300)
    clause = models.CharField("依据", max_length=300)
    decided_by = models.CharField("决定人", max_length=200)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    decided_on = models.DateField("决定日期")
    due = models.DateField("补报期限")

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="express_release_above_nothing"),
        ]

    def __str__(self) -> str:
        return f"先行下达 {self.subject_year}"


class ExpressCheck(models.Model):
    """What the check afterwards found of the goal that followed an express release. Only grows."""

    RESULTS: ClassVar = [("passed", "核查通过"), ("returned", "退回补正")]

    release = models.ForeignKey(ExpressRelease, models.PROTECT, related_name="checks", verbose_name="先行下达")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="express_checks")
    content_hash = models.CharField("所查内容的摘要", max_length=64)
    result = models.CharField("核查结果", max_length=10, choices=RESULTS)
    opinion = models.CharField("核查意见", max_length=300)
    checked_by = models.CharField("核查人", max_length=200)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    checked_on = models.DateField("核查日期")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_result_display()} {self.release}"


class PolicyLink(models.Model):
    """Which policy of the year a project belongs to; what stood before is in the chain."""

    subject_year = models.OneToOneField("subjects.SubjectYear", models.PROTECT, related_name="policy_link")
    policy = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="policy_projects")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.subject_year} 属于 {self.policy}"


class PolicyRow(models.Model):
    """Which row of the policy's goal a row of the project's carries, both by lineage, so that it goes on to later revisions."""

    link = models.ForeignKey(PolicyLink, models.CASCADE, related_name="rows", verbose_name="对应政策")
    lineage = models.UUIDField("项目的指标")
    policy_lineage = models.UUIDField("政策的指标")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "lineage"], name="policy_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.link} {self.lineage}"
