"""Pages: how departments stand, the rules, one rule with its text, full-time people."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.rulebooks.access import (
    may_end_specialist,
    may_keep_rule,
    may_see_rules,
    may_write_rules,
    visible_rules,
    visible_specialists,
)
from jiheng.registers.rulebooks.forms import EndForm, EndSpecialistForm, RuleForm, SpecialistForm, TextForm
from jiheng.registers.rulebooks.models import DepartmentRule, Specialist
from jiheng.registers.rulebooks.queries import (
    COVER,
    SPECIALIST,
    link_words,
    role_words,
    specialist_role,
    standing,
)
from jiheng.registers.rulebooks.services import (
    attach_text,
    end_rule,
    end_specialist,
    mark_specialist,
    write_rule,
)
from jiheng.rules.refusal import Refusal
from jiheng.rules.rulebooks import LINKS

RULES = Table(
    key="department_rules",
    title="部门制度办法",
    unit="件",
    columns=(
        Column("title", "名称", "title", sort="title", card=True, link=lambda one: reverse("rulebooks:rule", args=[one.pk])),
        Column("number", "文号", "number"),
        Column("body", "部门", "organisation.name", sort="organisation__name", card=True),
        Column("issued", "印发日期", "issued", kind="day", sort="issued", card=True),
        Column("links", "覆盖的环节", link_words),
        Column("to", "停止执行", "valid_to", kind="day", sort="valid_to"),
    ),
    facets=(Facet("now", "执行", (("1", "执行中"), ("0", "已停止")), field="valid_to__isnull"),),
    search=("title", "number", "organisation__name"),
    search_label="名称、文号、部门",
    order="body",
    empty=Empty("还没有登记制度办法", "由各主管部门登记自己制定的预算绩效管理制度办法，写明覆盖的环节和对象，附上文件。"),
)  # fmt: skip


@page(may=may_see_rules)
def standing_page(request: PageRequest) -> HttpResponse:
    """Department by department: rules in force and what they leave out, full-time people."""
    cycle, person = current_cycle(request), request.person
    lack = request.GET.get("lack", "")
    lines = standing(person, cycle) if cycle is not None else []
    shown = [one for one in lines if not lack or (lack == "rules" and one.lacks_rules) or (lack == "specialist" and one.lacks_specialist)]
    role = specialist_role(cycle) if cycle is not None else ""
    context = {
        "cycle": cycle,
        "lines": shown,
        "all": len(lines),
        "lack": lack,
        "lack_rules": sum(one.lacks_rules for one in lines),
        "lack_specialist": sum(one.lacks_specialist for one in lines),
        "cover": rule_in(cycle, COVER) if cycle is not None else None,
        "specialist": rule_in(cycle, SPECIALIST) if cycle is not None else None,
        "role": role_words(role),
        "may_write": bool(may_write_rules(person)),
        "marks": [(one, bool(may_end_specialist(person, one))) for one in visible_specialists(person).filter(ended_on__isnull=True)[:200]],
    }
    return render(request, "rulebooks/standing.html", context)


@page(may=may_see_rules)
def rule_list(request: PageRequest) -> HttpResponse:
    """Every rule in sight, those that ended too."""
    context = {"may_write": bool(may_write_rules(request.person))}
    return list_page(request, RULES, visible_rules(request.person), template="rulebooks/list.html", context=context)


@page(may=may_write_rules, methods=("GET", "POST"))
def rule_write(request: PageRequest) -> HttpResponse:
    """Register a rule of the own department."""
    cycle = current_cycle(request)
    if cycle is None:
        return render(request, "subjects/no_cycle.html", {"name": "登记制度办法"})
    form = RuleForm(request.POST or None, kinds=dict(policy_for(cycle).subject_kinds))
    refused: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = write_rule(cycle=cycle, data=form.told(), person=request.person)
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, "已登记，请上传制度文件。")
            return go(request, "rulebooks:rule", made.pk)
    context = {"form": form, "name": "登记制度办法", "refusals": refused, "back": reverse("rulebooks:standing")}
    return (invalid if form.is_bound else render)(request, "rulebooks/form.html", context)


@page(may=may_see_rules, record=visible_rules)
def rule_detail(request: PageRequest, rule: DepartmentRule) -> HttpResponse:
    """One rule: what it covers, its text, its end."""
    cycle = current_cycle(request)
    kinds = policy_for(cycle).subject_kinds if cycle is not None else {}
    may = bool(may_keep_rule(request.person, rule))
    ended = rule.valid_to is not None and rule.valid_to < clock.today()
    context = {
        "rule": rule,
        "title": TitleLine(rule.title, unit=str(rule.organisation), year=rule.number, state="已停止" if ended else "执行中",
                           tone="grey" if ended else "green"),
        "links": [LINKS[one] for one in rule.links if one in LINKS],
        "kinds": [kinds.get(one, one) for one in rule.kinds],
        "texts": evidence_of(rule),
        "may": may,
        "text_form": TextForm(),
        "form": EndForm() if may else None,
        "clauses": [],
        "history": told(history(rule)),
    }  # fmt: skip
    return render(request, "rulebooks/rule.html", context)


@page(may=may_keep_rule, record=visible_rules, methods=("POST",))
def rule_end(request: PageRequest, rule: DepartmentRule) -> HttpResponse:
    """Say from when a rule is no longer in force, and why."""
    form = EndForm(request.POST)
    if not form.is_valid():
        raise mistaken("请写明最后一天和停止理由", where="reason")
    end_rule(rule=rule, person=request.person, **form.cleaned_data)
    messages.success(request, "已登记停止执行。")
    return go(request, "rulebooks:rule", rule.pk)


@page(may=may_keep_rule, record=visible_rules, methods=("POST",))
def rule_attach(request: PageRequest, rule: DepartmentRule) -> HttpResponse:
    """Attach the text of a rule."""
    form = TextForm(request.POST, request.FILES)
    if not form.is_valid():
        raise mistaken("没有选择文件，或文件是空的", remedy="请选择文件后再上传", where="file")
    file = form.cleaned_data["file"]
    made = attach_text(rule=rule, name=file.name, content=file.read(), person=request.person)
    messages.success(request, f"已上传“{made.name}”。")
    return go(request, "rulebooks:rule", rule.pk)


@page(may=may_write_rules, methods=("GET", "POST"))
def specialist_mark(request: PageRequest) -> HttpResponse:
    """Mark somebody of the own department as full-time."""
    cycle = current_cycle(request)
    if cycle is None:
        return render(request, "subjects/no_cycle.html", {"name": "明确专职人员"})
    form = SpecialistForm(request.POST or None, person=request.person, role=specialist_role(cycle))
    refused: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            mark_specialist(cycle=cycle, person=request.person, **form.cleaned_data)
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, "已标明专职人员。")
            return go(request, "rulebooks:standing")
    context = {"form": form, "name": "明确专职人员", "refusals": refused, "back": reverse("rulebooks:standing")}
    return (invalid if form.is_bound else render)(request, "rulebooks/form.html", context)


@page(may=may_end_specialist, record=visible_specialists, methods=("GET", "POST"))
def specialist_end(request: PageRequest, mark: Specialist) -> HttpResponse:
    """Take the mark off."""
    form = EndSpecialistForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_specialist(mark=mark, person=request.person, **form.cleaned_data)
        messages.success(request, "已撤销。")
        return go(request, "rulebooks:standing")
    context = {"form": form, "name": f"撤销专职：{mark.appointment.user}", "refusals": [], "back": reverse("rulebooks:standing")}
    return (invalid if form.is_bound else render)(request, "rulebooks/form.html", context)
