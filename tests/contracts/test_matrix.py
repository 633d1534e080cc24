"""The permission matrix is the committed one."""

import pytest

from jiheng.foundation.accounts.person import person_of
from tests.contracts.matrix import FILE, actors, addresses, as_csv, matrix


@pytest.mark.django_db
def test_matrix_is_the_committed_one(demo_county: None) -> None:
    people = {role: person_of(appointment) for role, appointment in actors().items()}
    found = as_csv(matrix(addresses(), people)).splitlines()
    committed = FILE.read_text(encoding="utf-8").splitlines()
    assert found == committed, "rights changed: run python -m tests.contracts.matrix and look at the difference"
