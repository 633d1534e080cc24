"""Pages of the guide: desk, list, record, form with a grid, charts, empty, refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, Verdict, deny
from jiheng.foundation.web.fields import AmountField, DayField, NumberField
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.pages import PageRequest, anyone, go, invalid, page
from jiheng.foundation.web.record import Action, FileLink, NextStep, TitleLine, Told, Waiting, asked
from jiheng.foundation.web.stage import Milestone, Todo
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.steps import Tone

LONG = "巩固拓展脱贫攻坚成果同乡村振兴有效衔接暨农村人居环境整治提升五年行动村内道路硬化及排水管网配套工程（二期）"
STATES: list[tuple[str, Tone]] = [
    ("草稿", "grey"),
    ("待主管部门审核", "blue"),
    ("退回修改", "amber"),
    ("已批复", "green"),
    ("逾期未报", "red"),
]


def _state(row: Organisation) -> tuple[str, Tone]:
    return STATES[row.pk % 5]


TABLE = Table(
    key="guide",
    title="绩效目标",
    unit="项",
    columns=(
        Column("name", "项目", "name", sort="name", link=lambda _row: "/record/", card=True),
        Column("unit", "单位", "parent.name", sort="parent__name"),
        Column("money", "预算", "money", kind="wan", sort="money", total="money", card=True),
        Column("paid", "已支付", "paid", kind="wan", sort="paid", total="paid"),
        Column("rate", "执行率", lambda row: Decimal(row.paid) / row.money, kind="percent", card=True),
        Column("due", "截止", lambda row: clock.today() + timedelta(row.pk % 12 - 3), kind="due"),
        Column(
            "state",
            "状态",
            lambda row: _state(row)[0],
            kind="state",
            tone=lambda row: _state(row)[1],
            card=True,
        ),
        Column("code", "编号", "code", sort="code", shown=False),
    ),
    facets=(Facet("kind", "类型", Organisation.KINDS), Facet("parent", "单位", [("1", "试验县水务局")])),
    search=("name", "code"),
    search_label="项目名称或编号",
    order="-money",
    empty=Empty("还没有绩效目标", "项目入库后，从项目库逐项填报绩效目标。", "/list/", "去项目库"),
    bulk=(
        BulkAction("approve", "批量同意", "/bulk/", "将同意 {count} 项绩效目标并送财政局审核，不能撤回。"),
        BulkAction("return", "批量退回", "/bulk/", "将退回 {count} 项绩效目标。", danger=True),
    ),
    row_tone=lambda row: "red" if row.pk % 12 - 3 < 0 else "grey",
)


def rows_of(person: Person) -> QuerySet[Organisation]:
    """Bodies of the place, dressed as projects."""
    own = Organisation.objects.filter(place_id=person.place_id).select_related("parent")
    return own.annotate(money=F("id") * 12_345_678_901, paid=F("id") * 7_345_678_933)


@page(may=anyone)
def home(request: PageRequest) -> HttpResponse:
    """Show the desk's three blocks and messages."""
    today = clock.today()
    todos = [
        Todo(
            "农村饮水安全巩固提升工程",
            "填报绩效目标",
            "/form/",
            today - timedelta(2),
            "第 1 次催报",
            1_234_567_800,
        ),
        Todo(
            LONG,
            "修改后重报",
            "/form/",
            today + timedelta(1),
            "",
            987_654_321_00,
            "产出指标缺少质量指标，权重合计 90 分",
        ),
        Todo(
            "义务教育薄弱环节改善与能力提升补助资金",
            "录入半年监控",
            "/form/",
            today + timedelta(9),
            "",
            56_780_000_00,
        ),
    ]
    messages.success(request, "已提交主管部门审核。")
    messages.warning(request, "2 项绩效目标的权重合计不是 100 分。")
    figures = [
        ("绩效目标覆盖率", "98.3", "%", "1,204 / 1,225 项"),
        ("预警项目", "26", "项", "红 8 · 黄 18"),
        ("本年核减", "3,412.50", "万元", "37 项"),
    ]
    return render(request, "guide/home.html", {"todos": todos, "figures": figures})


@page(may=anyone)
def projects(request: PageRequest) -> HttpResponse:
    """Show a list."""
    return list_page(request, TABLE, rows_of(request.person))


@page(may=anyone, methods=("POST",))
def bulk(request: PageRequest) -> HttpResponse:
    """Say how many rows were ticked."""
    messages.success(request, f"已同意 {chosen(request, rows_of(request.person)).count()} 项。")
    return go(request, "list")


def _milestones() -> list[Milestone]:
    return [
        Milestone(
            "appraisal", "事前评估", date(2025, 8, 20), "予以支持，核减 120.00 万元", "green", "/record/"
        ),
        Milestone("goals", "绩效目标", date(2026, 2, 1), "已批复", "green", "/record/"),
        Milestone(
            "monitoring",
            "运行监控",
            date(2026, 7, 15),
            "黄灯：执行率低于序时进度 14.2 个百分点",
            "amber",
            "/record/",
        ),
        Milestone("evaluation", "绩效评价", None, "未开始"),
        Milestone("results", "结果应用", None, "未开始"),
        Milestone("disclosure", "公开", None, "随决算公开"),
    ]


@page(may=anyone, methods=("GET", "POST"))
def record(request: PageRequest) -> HttpResponse:
    """Show a record; its buttons are refused, or overtaken when the opinion says so."""
    if request.method == "POST":
        if "快" in asked(request).comment:
            raise Overtaken
        raise Refused(
            [
                Refusal(
                    "权重合计为 90 分",
                    "《项目支出绩效评价管理办法》（财预〔2020〕10号）第十五条",
                    "调整各指标权重，使合计为 100 分",
                    "绩效指标",
                ),
                Refusal(
                    "没有满意度指标",
                    "《中央部门预算绩效目标管理办法》第十二条",
                    "至少填写一条服务对象满意度指标",
                ),
            ]
        )
    step = NextStep(
        "/record/",
        "待主管部门审核",
        "blue",
        3,
        [
            Action("approve", "审核通过", primary=True),
            Action("return", "退回修改", comment=True, back=True),
            Action("cut", "确认核减", confirm="将核减 120.00 万元并写入台账，同时通知单位。"),
        ],
        [Waiting("撤回", "财务经办"), Waiting("会签", "须会签：业务股室、绩效管理股")],
        final=False,
        clause="《预算绩效管理办法》第八条",
        due=clock.today() + timedelta(3),
    )
    history = [
        Told(
            datetime(2026, 1, 12, 7, 4, tzinfo=UTC),
            "李二秀（试验县水务局 主管部门审核）",
            "退回修改：待审核 → 退回修改",
            "产出指标“修建道路”没有单位，请补充公里数。",
            "《预算绩效管理办法》第八条",
        ),
        Told(
            datetime(2026, 1, 10, 1, 30, tzinfo=UTC),
            "张一民（试验县城关镇人民政府 财务经办）",
            "提交审核：草稿 → 待审核",
        ),
    ]
    return render(
        request,
        "guide/record.html",
        {
            "title": TitleLine(
                LONG,
                "试验县城关镇人民政府",
                "2026 年度",
                98_765_432_100,
                state="待主管部门审核",
                tone="blue",
                code="640323-2026-00017",
                due=clock.today() + timedelta(3),
            ),
            "milestones": _milestones(),
            "stage": "goals",
            "next": step,
            "history": history,
            "clauses": [
                "《中央部门预算绩效目标管理办法》（财预〔2015〕88号）第十二条",
                "《盐池县预算绩效管理办法》第九条",
            ],
            "files": [FileLink("可行性研究报告（修订稿）.pdf", "#", "总体目标", 2_345_678)],
            "indicators": [
                (
                    "产出指标",
                    "数量指标",
                    "硬化村内道路",
                    "≥ 12.5 公里",
                    "13.1 公里",
                    Decimal(15),
                    Decimal(15),
                ),
                ("产出指标", "质量指标", "竣工验收合格率", "= 100%", "96%", Decimal(10), Decimal("9.6")),
                ("效益指标", "社会效益", "受益群众出行时间平均缩短", "≥ 15 分钟", "—", Decimal(30), None),
            ],
        },
    )


class GoalForm(forms.Form):
    """Two blocks of an official form."""

    name = forms.CharField(label="项目名称", max_length=60, help_text="与项目库一致，不得另起名称。")
    amount = AmountField(label="年度资金总额")
    started = DayField(label="开始日期")
    kind = forms.ChoiceField(
        label="项目类别", choices=[("", "请选择"), ("a", "特定目标类"), ("b", "其他运转类")]
    )
    overall = forms.CharField(
        label="总体目标",
        widget=forms.Textarea,
        help_text="说明用多少钱、做成什么、让谁受益；不写过程和口号。",
    )
    basis = forms.MultipleChoiceField(
        label="立项依据",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("law", "法律法规"), ("plan", "发展规划"), ("duty", "部门职责")],
    )
    sure = forms.BooleanField(label="已与项目经办核对", required=False)


class IndicatorForm(forms.Form):
    """One row of the grid."""

    level = forms.ChoiceField(
        label="一级指标",
        choices=[("", ""), ("产出", "产出指标"), ("效益", "效益指标"), ("满意度", "满意度指标")],
    )
    name = forms.CharField(label="三级指标", widget=forms.TextInput(attrs={"data-width": "wide"}))
    target = forms.CharField(label="指标值")
    unit = forms.CharField(
        label="单位", required=False, widget=forms.TextInput(attrs={"data-width": "narrow"})
    )
    weight = NumberField(
        label="权重", maximum=Decimal(100), widget=forms.TextInput(attrs={"data-total": "100"})
    )


Grid = forms.formset_factory(IndicatorForm, extra=3, can_delete=True)
ROWS: list[dict[str, Any]] = [
    {"level": "产出", "name": "硬化村内道路", "target": "≥12.5", "unit": "公里", "weight": "30"},
    {"level": "产出", "name": "竣工验收合格率", "target": "=100", "unit": "%", "weight": "20"},
    {"level": "效益", "name": "受益群众出行时间平均缩短", "target": "≥15", "unit": "分钟", "weight": "30"},
]


@page(may=anyone, methods=("GET", "POST"))
def form(request: PageRequest) -> HttpResponse:
    """Show a form with a grid."""
    filled = GoalForm(request.POST or None, initial={"name": LONG[:30], "amount": 12_345_670_000})
    grid = Grid(request.POST or None, initial=ROWS)
    if request.method == "POST" and filled.is_valid() and grid.is_valid():
        messages.success(
            request, f"已保存 {len([one for one in grid.cleaned_data if one and not one.get('DELETE')])} 行。"
        )
        return go(request, "home")
    draw = invalid if request.method == "POST" else render
    context = {"form": filled, "formset": grid, "name": "填报绩效目标", "autosave": "/autosave/"}
    return draw(request, "guide/form.html", context)


@page(may=anyone, methods=("POST",))
def autosave(request: PageRequest) -> HttpResponse:
    """Take a draft; one named 冲突 was changed by somebody else."""
    return HttpResponse(status=409 if request.POST.get("name") == "冲突" else 204)


@page(may=anyone)
def charts(request: PageRequest) -> HttpResponse:
    """Show figures, a chart and its table."""
    rows = [("水务局", 98, 41), ("教育局", 100, 73), ("交通运输局", 87, 35), ("农业农村局", 92, 66)]
    bars = {
        "grid": {"left": 8, "right": 24, "top": 40, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "left": 0},
        "xAxis": {"type": "value", "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {"type": "category", "data": [row[0] for row in rows]},
        "tooltip": {"trigger": "axis"},
        "series": [
            {"type": "bar", "name": "绩效目标覆盖率", "data": [row[1] for row in rows]},
            {"type": "bar", "name": "支付进度", "data": [row[2] for row in rows]},
        ],
    }
    return render(request, "guide/charts.html", {"bars": bars, "rows": rows})


@page(may=anyone)
def empty(request: PageRequest) -> HttpResponse:
    """Show an empty state."""
    return render(request, "guide/empty.html", {"empty": TABLE.empty})


def nobody(person: Person) -> Verdict:
    """Let nobody in."""
    return deny(
        f"{person.role_label}不能查看此页：评审打分在评审结束前只对专家本人可见。", "《专家管理办法》第六条"
    )


@page(may=nobody)
def denied(request: PageRequest) -> HttpResponse:
    """Never shown."""
    return HttpResponse(request.path)
