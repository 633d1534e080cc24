"""Pages of leading bodies inside departments: which department has which, registering one."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.web.fields import DayField
from jiheng.foundation.web.pages import PageRequest, invalid, page
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.bodies.leads import (
    lead_rule,
    leads_of,
    may_register_lead,
    may_see_leads,
    register_lead,
    visible_departments,
)
from jiheng.rules.refusal import Refusal


class LeadForm(forms.Form):
    """Which body leads, from which day, by which document."""

    name = forms.CharField(label="牵头机构", max_length=100, help_text="本部门内部牵头绩效管理的机构，如财务股。")
    day = DayField(label="起始日期", help_text="不能晚于今天；原来登记的到前一日止。")
    document = forms.CharField(label="依据文件", max_length=300, help_text="文件名称和文号，写入审计链。")


@page(may=may_see_leads)
def lead_list(request: PageRequest) -> HttpResponse:
    """Every department with the body that leads inside it; those without one stand first."""
    rows = leads_of(request.person)
    context = {
        "rule": lead_rule(place_of(request.person)),
        "rows": [(one, bool(may_register_lead(request.person, one.body))) for one in rows],
        "missing": sum(one.now is None for one in rows),
        "whole": request.person.sees_whole_place,
    }
    return render(request, "bodies/leads.html", context)


@page(may=may_register_lead, record=visible_departments, methods=("GET", "POST"))
def lead_register(request: PageRequest, body: Organisation) -> HttpResponse:
    """Register the body that leads inside a department."""
    form = LeadForm(request.POST or None, initial={"day": clock.today()})
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = register_lead(body=body, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已登记：{body.name}由{made.name}牵头。")
            return redirect(reverse("bodies:leads"))
    context = {"form": form, "refusals": refusals, "name": f"登记牵头机构：{body.name}", "rule": lead_rule(body.place)}
    return (invalid if form.is_bound else render)(request, "bodies/lead_form.html", context)
