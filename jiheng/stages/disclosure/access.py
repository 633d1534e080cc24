"""Who publishes, who sees what is due; the publications themselves are open to everybody."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.disclosure.models import Publication


def visible_publications(person: Person) -> QuerySet[Publication]:
    """Return the publications of the person's place: public, hence the same for everybody."""
    return Publication.objects.filter(place_id=person.place_id)


def may_see_publications(_person: Person, _: Publication | None = None) -> Verdict:
    """Everybody may read what is public."""
    return allow()


@while_open
def may_publish(person: Person, _: Publication | None = None) -> Verdict:
    """The performance office publishes for the place."""
    if person.role == "performance_office":
        return allow()
    return deny("公开由财政局绩效管理股统一办理", national_clause("publication_days"))
