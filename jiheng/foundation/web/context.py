"""The context processor of the frame: navigation, budget year, notices, who acts."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from jiheng.foundation import clock
from jiheng.foundation.audit.kept import exactly
from jiheng.foundation.web import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give base.html a lazy `shell`: nothing is read for pages and parts that do not draw the frame."""
    return {"shell": Shell(request)}


class Shell:
    """What the frame shows, each read when the template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.person = getattr(request, "person", None)

    @property
    def side(self) -> SafeString:
        """The left side as it is drawn."""
        person = self.person
        if person is None:
            return render_to_string("web/_side.html", {"groups": []})
        path = self.request.path
        cycle = navigation.current_cycle(self.request)

        def drawn() -> SafeString:
            return render_to_string("web/_side.html", {"groups": navigation.groups(person, path, cycle)})

        key = f"side:{getattr(cycle, 'pk', cycle)}:{navigation.where(person, path)}"
        return exactly(person, key, drawn)

    @property
    def cycle(self) -> navigation.CycleMenu | None:
        """The budget year in use and the choices."""
        return navigation.cycle_menu(self.request)

    @property
    def notices(self) -> int:
        """How many notices are unread."""
        return navigation.notice_count(self.person) if self.person else 0

    @property
    def notices_url(self) -> str:
        """Where the notices are."""
        return navigation.notices_url()

    @property
    def search_url(self) -> str:
        """Where the search is."""
        return navigation.search_url()

    @property
    def appointments(self) -> list[Any]:
        """The appointments between which the person may switch."""
        return getattr(self.request, "appointments", [])

    @property
    def today(self) -> Any:
        """The present day, for the foot of printed pages."""
        return clock.today()
