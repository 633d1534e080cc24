"""The ledger: append-only entries in fen."""

from typing import ClassVar

from django.db import models


class LedgerEntry(models.Model):
    """One movement of money of a subject and year; reversed by another entry, never changed.

    `amount_fen` is signed by its effect: `initial`, `adjustment`, `cut` and `recapture` add up to the
    present budget; `payment` adds up to what was spent; `pause` holds payment of so much.
    """

    KINDS: ClassVar = [
        ("initial", "年初预算"),
        ("adjustment", "预算调整"),
        ("payment", "支付"),
        ("cut", "核减"),
        ("pause", "暂停支付"),
        ("recapture", "收回"),
    ]
    BUDGET_KINDS: ClassVar = ("initial", "adjustment", "cut", "recapture")

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="ledger")
    budget_year = models.PositiveSmallIntegerField("预算年度")
    kind = models.CharField("类型", max_length=12, choices=KINDS)
    book = models.CharField("预算类别", max_length=30)
    source = models.CharField("资金来源", max_length=30)
    amount_fen = models.BigIntegerField("金额")
    day = models.DateField("日期")
    cause = models.CharField("决定", max_length=80, blank=True)
    clause = models.CharField("依据", max_length=300, blank=True)
    note = models.CharField("摘要", max_length=300, blank=True)
    reference = models.CharField("凭证号", max_length=80, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    batch = models.ForeignKey("files.ImportBatch", models.PROTECT, null=True, related_name="ledger")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(kind__in=("cut", "pause", "recapture")) | ~models.Q(cause=""),
                name="ledger_decision_named",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_year", "kind", "day"], name="ledger_subject_year"),
            models.Index(fields=["place", "budget_year", "kind"], name="ledger_place_year"),
            models.Index(fields=["place", "reference"], name="ledger_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_fen}"
