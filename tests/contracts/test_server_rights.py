"""The server answers as the permission matrix says; nobody reaches another body's records by guessing numbers."""

import ast
from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from operator import attrgetter
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import resolve

from jiheng.channels.dashboards.access import visible_lower_places
from jiheng.channels.rights.queries import Asked, explain, record_asked
from jiheng.foundation.accounts.models import Appointment, Organisation, User
from jiheng.foundation.accounts.person import person_of
from jiheng.foundation.accounts.places import under
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.accounts.services import create_organisation
from jiheng.foundation.audit.models import Entry
from jiheng.stages.appraisal.radar.queries import years_in
from tests.contracts.matrix import MAY, PUBLIC, Address, Cell, actors, addresses, cell
from tests.contracts.signing import signed_in
from tests.contracts.sources import PACKAGE, name_of, python_files
from tests.journeys.visitor import Screen, Visitor
from tests.make import make_person, make_place
from tests.turns import by_turn, least, tried_here

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_sessions")]

ALIKE = OVERSEER_ROLES - {"congress", "discipline", "finance_supervision"}
"""One class of access under many names: three of them stand for all where what is explained is held against the server."""
PAGES_LOOKED_AT = 2
"""How many roles' pages are searched for forms, for each address."""
FINE = {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.NO_CONTENT}
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
OF_THE_EXAMPLE = {
    # no platform is set
    **{key: {HTTPStatus.NOT_FOUND} for key in ("sign_in:platform", "sign_in:back")},
    # a number that nothing has
    **{key: {HTTPStatus.NOT_FOUND} for key in ("portal:detail", "portal:form_xlsx", "portal:form_pdf")},
    # a finding that the checks do not have
    **{key: {HTTPStatus.UNPROCESSABLE_ENTITY} for key in ("goals:answer", "goals:dispute")},
    # the demo county's rules have no situations reported
    "monitoring:situation_begin": {HTTPStatus.UNPROCESSABLE_ENTITY},
    **dict.fromkeys(("exchange:upload", "exchange:template", "exchange:export"), FINE | {HTTPStatus.FORBIDDEN}),
}
"""Where the answer hangs on the example too: each kind of list has rights of its own."""

# Whose a record is: the way from it to the subject's year or to the body; None for what is everybody's.
WAYS: dict[str, str | None] = {
    "accounts.Appointment": "organisation",
    "accounts.BodyChange": None,
    "accounts.Organisation": "",
    "accounts.Place": None,
    "api.Token": "appointment.organisation",
    "appraisal.Appraisal": "subject_year",
    "appraisal.ExpertPanel": "appraisal.subject_year",
    "appraisal.JointReview": "appraisal.subject_year",
    "appraisal.JointWord": "review.appraisal.subject_year",
    "appraisal.PanelSeat": "panel.appraisal.subject_year",
    "appraisal.PanelSheet": "seat.panel.appraisal.subject_year",
    "assessment.Assessment": "department",
    "assessment.OutsideFact": "department",
    "assessment.Recognition": "assessment.department",
    "budgets.LedgerEntry": "subject_year",
    "cycles.Cycle": None,
    "cycles.Extension": "organisation",
    "cycles.LegalEvent": None,
    "disclosure.Dispatch": None,
    "disclosure.Publication": None,
    "evaluation.Draw": None,
    "evaluation.Evaluation": "subject_year",
    "evaluation.EvaluatorDraw": "subject_year",
    "evaluation.EvaluationPlan": "body",
    "evaluation.ExpertReview": "evaluation.subject_year",
    "evaluation.Finding": "evaluation.subject_year",
    "evaluation.IndicatorProposal": "evaluation.subject_year",
    "evaluation.PartnerFinding": "evaluation.subject_year",
    "evaluation.SelfEvaluation": "goal.subject_year",
    "experts.Evaluator": None,
    "files.ImportBatch": "organisation",
    "goals.Goal": "subject_year",
    "goals.GoalReview": "goal.subject_year",
    "goals.TransferSplit": "subject_year",
    "indicators.LibraryIndicator": None,
    "monitoring.Measure": "report.subject_year",
    "monitoring.MonitoringReport": "subject_year",
    "monitoring.ProgressReport": "body",
    "monitoring.Recapture": "subject_year",
    "monitoring.SituationReport": "subject_year",
    "monitoring.Reduction": "subject_year",
    "results.Allocation": None,
    "policies.Adoption": None,
    "policies.Amendment": None,
    "duties.Duty": "organisation",
    "duties.MainWork": "organisation",
    "plans.PlanTask": None,
    "policies.Snapshot": None,
    "results.Accountability": "body",
    "results.Decision": "evaluation.subject_year",
    "results.Feedback": "evaluation.subject_year",
    "results.Rectification": "unit",
    "rulebooks.DepartmentRule": "organisation",
    "rulebooks.Specialist": "appointment.organisation",
    "standards.CostLine": "subject_year",
    "standards.CostRecord": None,
    "standards.StandardVersion": None,
    "subjects.SubjectYear": "",
    "subjects.Warrant": "subject_year",
}


@pytest.fixture(scope="module")
def cells(demo_county: None) -> list[tuple[Address, Appointment, Cell, Any]]:
    """Every address with the roles that are tried here: the appointment, what the matrix says, a record to try it on."""
    people = {role: (appointment, person_of(appointment)) for role, appointment in actors().items()}
    found = []
    for at, address in enumerate(addresses()):
        if "pk" in address.parameters and address.access.record is None:
            continue  # public files by number: a test of their own
        row = {role: cell(address, person) for role, (_, person) in people.items()}
        some = next((one.pk for one in row.values() if one.pk), None)
        if "pk" in address.parameters and some is None:
            continue
        for lets_in in (True, False):
            alike = [role for role, one in row.items() if (one.word in {MAY, PUBLIC}) == lets_in]
            found += [(address, people[role][0], row[role], row[role].pk or some) for role in tried_here(alike, at)]
    return found


@pytest.fixture(scope="module")
def pages(cells: list[tuple[Address, Appointment, Cell, Any]]) -> dict[tuple[str, int], int]:
    """How the server answers each role that asks for each page, by the page's name and the appointment."""
    return {
        (address.name, appointment.pk): answer(address, appointment, pk, "get")
        for address, appointment, _, pk in cells
        if "GET" in address.access.methods
    }


def test_pages_open_as_the_matrix_says(
    cells: list[tuple[Address, Appointment, Cell, Any]], pages: dict[tuple[str, int], int]
) -> None:
    wrong = []
    for address, appointment, given, _ in cells:
        if "GET" in address.access.methods:
            status = pages[address.name, appointment.pk]
            fine = OF_THE_EXAMPLE.get(address.name, FINE)
            if status not in (fine if given.word in {MAY, PUBLIC} else REFUSED):
                wrong.append(f"{address.route} {appointment.role}: {given.word} {status}")
    assert not wrong, "\n".join(wrong)


def test_explanation_of_rights_agrees_with_the_server(
    cells: list[tuple[Address, Appointment, Cell, Any]], pages: dict[tuple[str, int], int]
) -> None:
    """Opened, refused or not there: the server's answer to each role is the one that the page explains."""
    wrong, tried = [], 0
    for address, appointment, _, pk in cells:
        if address.access.record is None or address.name.startswith("api") or appointment.role in ALIKE:
            continue
        asked = record_asked(address.at(pk))
        assert asked is not None, address.route
        assert isinstance(asked, Asked)
        told = explain(asked, person_of(appointment), None)
        if "GET" in address.access.methods:
            tried += 1
            status = pages[address.name, appointment.pk]
            fine = OF_THE_EXAMPLE.get(address.name, FINE)
            if not told.seen:
                expected = status == HTTPStatus.NOT_FOUND
            elif told.opens is not None and told.opens.allowed:
                expected = status in fine
            else:
                expected = status == HTTPStatus.FORBIDDEN
            if not expected:
                wrong.append(f"{address.route} {appointment.role}: {told.seen} {told.opens} {status}")
        wrong += [
            f"{address.route} {appointment.role}: {act.name} is refused without a reason"
            for act in told.acts
            if not act.allowed and not (act.reason and act.clause)
        ]
    assert not wrong, "\n".join(wrong)
    assert tried > least(800)


def test_nothing_is_taken_from_whom_the_matrix_forbids(
    cells: list[tuple[Address, Appointment, Cell, Any]],
) -> None:
    wrong = []
    for address, appointment, given, pk in cells:
        if "POST" in address.access.methods and given.word not in {MAY, PUBLIC}:
            status = answer(address, appointment, pk, "post")
            if status not in REFUSED:
                wrong.append(f"{address.route} {appointment.role}: {given.word} {status}")
    assert not wrong, "\n".join(wrong)


def test_sound_forms_of_others_are_refused_and_write_nothing(
    cells: list[tuple[Address, Appointment, Cell, Any]],
) -> None:
    """What one role's page would send is refused from everybody else: it is the person that counts, not the form."""
    forms = sound_forms(cells)
    before, wrong, tried = Entry.objects.count(), [], 0
    for address, appointment, given, pk in cells:
        if address.name in forms and given.word not in {MAY, PUBLIC} and "POST" in address.access.methods:
            tried += 1
            status = signed_in(appointment).post(address.at(pk), forms[address.name]).status_code
            if status not in REFUSED | {HTTPStatus.CONFLICT}:  # the form may show another version of the record
                wrong.append(f"{address.route} {appointment.role}: {given.word} {status}")
    assert not wrong, "\n".join(wrong)
    assert Entry.objects.count() == before
    assert tried > least(300)


def sound_forms(cells: list[tuple[Address, Appointment, Cell, Any]]) -> dict[str, dict[str, Any]]:
    """Return for each address that takes a form what a page of ours would send to it, by the address's name."""
    found: dict[str, dict[str, Any]] = {}
    opened: dict[str, int] = {}
    for address, appointment, given, pk in cells:
        file = "." in address.route or address.name.rpartition(":")[2] in {"download", "file", "export"}
        if file or "GET" not in address.access.methods or given.word != MAY:
            continue
        if opened.get(address.name, 0) >= PAGES_LOOKED_AT:
            continue
        opened[address.name] = opened.get(address.name, 0) + 1
        response = signed_in(appointment).get(address.at(pk))
        screen = Screen(Visitor(), address.at(pk), response)
        for form in screen.main.every("form"):
            if form.at.get("method", "get").lower() == "post":
                button = next((one for one in form.every("button") if one.at.get("name")), None)
                sent = dict(screen.values(form, {})) | ({button.at["name"]: button.at["value"]} if button else {})
                to = urljoin(screen.url, form.at.get("action") or screen.url).partition("?")[0]
                found.setdefault(resolve(to).view_name, sent)
    return found


def test_nobody_gets_in_without_signing_in(demo_county: None) -> None:
    wrong = []
    for address in addresses():
        for method in () if address.access.public else address.access.methods:
            response = getattr(Client(), method.lower())(address.at(1))
            if response.status_code != HTTPStatus.FOUND or not response["Location"].startswith("/accounts/login/"):
                wrong.append(f"{method} {address.route}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("username", ["jyj-1.unit_project", "wjj.department_reviewer"])
def test_guessed_numbers_open_nobody_elses_records(demo_county: None, username: str) -> None:
    """No record of another body is in sight at any address, and the server finds none of those tried."""
    appointment = Appointment.objects.get(user__username=username)
    person = person_of(appointment)
    foreign: dict[type, set[Any]] = {}
    wrong, tried = [], 0
    for address in addresses():
        if address.access.record is None:
            continue
        rows = address.access.record(person)
        model = rows.model
        if model not in foreign:
            foreign[model] = {row.pk for row in model._default_manager.all() if not_of(appointment, row)}
        may = address.access.may
        known = rows.filter(pk__in=foreign[model])
        wrong += [f"{address.route}: may see {row.pk}" for row in known if may is None or may(person, row)]
        for pk in spread(sorted(foreign[model])):
            for method in address.access.methods:
                tried += 1
                status = answer(address, appointment, pk, method.lower())
                if status not in REFUSED:
                    wrong.append(f"{method} {address.route} {pk}: {status}")
    assert not wrong, "\n".join(wrong)
    assert tried > 500


@pytest.fixture(scope="module")
def neighbours(demo_county: None) -> dict[str, Appointment]:
    """One person for each role in another place of the same database, in bodies of the same codes and names."""
    place = make_place("national", "邻县")
    found: dict[str, Appointment] = {}
    for role, appointment in actors().items():
        twin = appointment.organisation
        body = Organisation.objects.filter(place=place, code=twin.code).first() or create_organisation(
            place=place, code=twin.code, name=twin.name, kind=twin.kind, valid_from=twin.valid_from
        )
        found[role] = Appointment.objects.get(pk=make_person(body, role).appointment_id)
    return found


def test_nothing_of_another_place_is_visible(neighbours: dict[str, Appointment]) -> None:
    """Every `visible_…` of the package, asked for every role of a place that has no records of its own."""
    asked = visible_functions()
    assert len(asked) >= 25
    wrong = []
    for role, appointment in neighbours.items():
        person = person_of(appointment)
        for name, visible in asked.items():
            strangers = [row for row in visible(person) if place_of(row) != person.place_id]
            wrong += [f"{role} {name}: {row!r}" for row in strangers[:1]]
    assert not wrong, "\n".join(wrong)


def test_no_address_opens_a_record_of_another_place(
    cells: list[tuple[Address, Appointment, Cell, Any]], neighbours: dict[str, Appointment]
) -> None:
    """Each address with a number, tried with a record of the demo county that somebody there may open."""
    numbers = {address.route: (address, pk) for address, _, _, pk in cells if pk is not None}
    assert len(numbers) > 80
    wrong = []
    for at, (address, pk) in enumerate(numbers.values()):
        for role, appointment in by_turn(list(neighbours.items()), at):
            for method in address.access.methods:
                status = answer(address, appointment, pk, method.lower())
                if status not in REFUSED:
                    wrong.append(f"{method} {address.route} {pk} {role}: {status}")
    assert not wrong, "\n".join(wrong)


READ_FROM_ABOVE = {"dashboards:place", "dashboards:place_rows"}
"""The only addresses at which somebody opens what belongs to another place: the bureau of an upper one, reading."""


@pytest.fixture(scope="module")
def uppers(demo_county: None) -> dict[str, Appointment]:
    """One person for each role in the place above the demo county, in bodies of the same codes and names."""
    place = make_place("upper", "上级市")
    found: dict[str, Appointment] = {}
    for role, appointment in actors().items():
        twin = appointment.organisation
        if twin.place.parent is None:
            under(twin.place, place)
        body = Organisation.objects.filter(place=place, code=twin.code).first() or create_organisation(
            place=place, code=twin.code, name=twin.name, kind=twin.kind, valid_from=twin.valid_from
        )
        found[role] = Appointment.objects.get(pk=make_person(body, role).appointment_id)
    return found


def test_no_address_opens_a_record_of_a_place_below(
    cells: list[tuple[Address, Appointment, Cell, Any]], uppers: dict[str, Appointment]
) -> None:
    """An upper place's people open no record of a county, and send nothing to one, whatever their role."""
    numbers = {address.route: (address, pk) for address, _, _, pk in cells if pk is not None}
    before, wrong, tried = Entry.objects.count(), [], 0
    for at, (address, pk) in enumerate(numbers.values()):
        for role, appointment in by_turn(list(uppers.items()), at):
            for method in address.access.methods:
                tried += 1
                status = answer(address, appointment, pk, method.lower())
                if status not in REFUSED:
                    wrong.append(f"{method} {address.route} {pk} {role}: {status}")
    assert not wrong, "\n".join(wrong)
    assert tried > 1000
    assert Entry.objects.count() == before


def test_an_upper_bureau_reads_a_county_where_it_is_declared(uppers: dict[str, Appointment]) -> None:
    """Every address of a place: the bureau's roles read, all others and every write are refused; nobody looks up."""
    declared = [one for one in addresses() if one.access.record is visible_lower_places]
    assert {one.name for one in declared} == READ_FROM_ABOVE
    below = actors()["division"].organisation.place
    above = uppers["division"].organisation.place
    wrong = []
    for address in declared:
        assert address.access.methods == ("GET",)
        for role, appointment in uppers.items():
            status = answer(address, appointment, below.pk, "get")
            if status not in (FINE if role in BUREAU_ROLES else REFUSED):
                wrong.append(f"{address.route} {role} down: {status}")
        for role, appointment in actors().items():
            status = answer(address, appointment, above.pk, "get")
            if status not in REFUSED:
                wrong.append(f"{address.route} {role} up: {status}")
    assert not wrong, "\n".join(wrong)


def test_rows_of_a_place_below_are_in_no_list_of_the_upper_one(uppers: dict[str, Appointment]) -> None:
    """Every `visible_…` but the one of the places themselves keeps to one's own place."""
    asked = visible_functions()
    wrong = []
    for role, appointment in uppers.items():
        person = person_of(appointment)
        for name, visible in asked.items():
            if visible is not visible_lower_places:
                strangers = [row for row in visible(person) if place_of(row) != person.place_id]
                wrong += [f"{role} {name}: {row!r}" for row in strangers[:1]]
    assert not wrong, "\n".join(wrong)


def test_flags_of_a_superuser_open_nothing(
    cells: list[tuple[Address, Appointment, Cell, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django's own flags and permissions, were they ever set, give no page and no write to anybody."""
    for name in ("is_superuser", "is_staff"):
        assert name not in {field.name for field in User._meta.get_fields()}
        monkeypatch.setattr(User, name, True, raising=False)
    for name in ("has_perm", "has_perms", "has_module_perms"):
        monkeypatch.setattr(User, name, lambda *_: True, raising=False)
    wrong, tried = [], 0
    for address, appointment, given, pk in cells:
        if appointment.role in {"unit_finance", "agency", "system_admin"} and given.word not in {MAY, PUBLIC}:
            for method in address.access.methods:
                tried += 1
                status = answer(address, appointment, pk, method.lower())
                if status not in REFUSED:
                    wrong.append(f"{method} {address.route} {appointment.role}: {status}")
    assert not wrong, "\n".join(wrong)
    assert tried > least(100)


def test_no_code_asks_for_djangos_own_rights() -> None:
    own = {"is_superuser", "is_staff", "has_perm", "has_perms", "user_passes_test", "permission_required"}
    asked = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in python_files(PACKAGE)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in own) or (isinstance(node, ast.Name) and node.id in own)
    ]
    assert asked == []
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def visible_functions() -> dict[str, Callable[[Any], Any]]:
    """Return every function of the package that says what a person may see, by its full name."""
    found: dict[str, Callable[[Any], Any]] = {}
    for path, tree in python_files(PACKAGE):
        names = [one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("visible_")]
        if names:
            module = import_module(name_of(path).removesuffix(".py").replace("/", "."))
            found |= {f"{module.__name__}.{name}": getattr(module, name) for name in names}
    return found


def place_of(row: Any) -> int | None:
    """Return the place of a record: its own column, else that of the record it hangs on."""
    if isinstance(row, User):
        return next((one.organisation.place_id for one in row.appointments.all()), None)
    for name in ("place_id", "cycle", "organisation", "batch", "subject_year", "goal", "evaluation", "report", "library"):
        held = getattr(row, name, None)
        if held is not None:
            return held if isinstance(held, int) else place_of(held)
    return None


def spread(keys: list[Any]) -> list[Any]:
    """Return a dozen of the keys, evenly spread."""
    return keys[:: max(1, len(keys) // 12)]


def not_of(appointment: Appointment, row: Any) -> bool:
    """Whether the record is another body's: neither its unit nor its department is that of the appointment."""
    bodies = owners(row)
    return bodies is not None and appointment.organisation_id not in bodies


def owners(row: Any) -> set[int] | None:
    """Return the bodies whose record this is: unit and department; None when it is everybody's."""
    label = row._meta.label
    if label == "accounts.User":
        return {one.organisation_id for one in row.appointments.all()}
    if label == "audit.Entry":
        return set()  # no body's own: only overseers and the audit administrator read the chain
    if label == "exemplars.Exemplar":
        return None if row.state == "shown" else {row.unit_id, row.department_id}  # shown ones are anonymised copies
    if label == "appraisal.RadarHit":
        return set.intersection(*({one.unit_id, one.department_id} for one in years_in(row)))
    if label == "goals.TransferShare":
        year, unit = row.split.subject_year, row.unit
        return {year.unit_id, year.department_id} | ({unit.pk, unit.parent_id or 0} if unit is not None else set())
    if label == "files.Evidence":
        name, _, pk = row.subject.partition(":")
        return owners(apps.get_model(name)._default_manager.get(pk=pk))
    way = WAYS[label]
    if way is None:
        return None
    held = attrgetter(way)(row) if way else row
    if isinstance(held, Organisation):
        return {held.pk, held.parent_id or 0}
    return {held.unit_id, held.department_id}


def answer(address: Address, appointment: Appointment, pk: Any, method: str) -> int:
    """Open the address as this person, or send it an empty form; return the status."""
    response = getattr(signed_in(appointment), method)(address.at(pk))
    if response.streaming:
        b"".join(response.streaming_content)
    return int(response.status_code)
