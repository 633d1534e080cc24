"""Background work for the tests: module-level functions, as `enqueue` wants them."""

import time

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.jobs.models import JobRun


def make_place_job(*, code: str) -> None:
    """Write one row; done twice it leaves two."""
    number = Place.objects.filter(code__startswith=code).count()
    Place.objects.create(code=f"{code}-{number}", name="由任务建立")


def failing_job(*, code: str) -> None:
    """Write a row and fail."""
    make_place_job(code=code)
    raise ZeroDivisionError("算不出")


def overtaken_job(*, code: str, pk: int) -> None:
    """Be so slow that another worker, whose lease came later, has finished the job when this one ends."""
    make_place_job(code=code)
    JobRun.objects.filter(pk=pk).update(done_at=clock.now(), attempts=2)


def slow_rows_job(*, code: str, rows: int) -> None:
    """Write rows one by one, slowly enough that a worker dies amid them; done twice it would fail on the code."""
    for number in range(rows):
        Place.objects.create(code=f"{code}-{number}", name="由任务建立")
        time.sleep(0.03)
