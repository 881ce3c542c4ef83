"""A wall clock somewhere, its gaps and folds, and what being late costs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.errors import NoSuchLocalTime
from lms.models.assessment.assignments import LateKind
from lms.services.assessment.deadlines import FORMAT, LAST, MINUTE, Window, last_moment, penalty, zones

DUE = datetime(2027, 3, 28, 18, 29, 59, 999000)
SECOND = timedelta(seconds=1)
DAY = 86_400
POINTS = st.integers(0, 10**6)
LATE: tuple[LateKind, ...] = ("none", "percent_per_day", "refused")


@pytest.mark.parametrize(
    ("local", "zone", "minute"),
    [
        ("2027-03-28T23:59", "Asia/Kolkata", "2027-03-28T18:29"),
        ("2027-03-28T23:59", "Europe/Berlin", "2027-03-28T21:59"),
        ("2027-03-27T23:59", "Europe/Berlin", "2027-03-27T22:59"),
        ("2027-03-28T01:59", "Europe/Berlin", "2027-03-28T00:59"),
        ("2027-03-28T03:00", "Europe/Berlin", "2027-03-28T01:00"),
        ("2027-10-31T02:30", "Europe/Berlin", "2027-10-31T01:30"),
        ("2027-11-07T01:00", "America/New_York", "2027-11-07T06:00"),
        ("2027-04-04T01:45", "Australia/Lord_Howe", "2027-04-03T15:15"),
        ("2026-12-31T23:59", "Pacific/Kiritimati", "2026-12-31T09:59"),
        ("2027-01-01T00:00", "UTC", "2027-01-01T00:00"),
    ],
)
def test_a_minute_holds_until_its_end_and_one_that_comes_twice_is_the_later(local: str, zone: str, minute: str) -> None:
    assert last_moment(local, zone) == datetime.fromisoformat(minute) + LAST


@pytest.mark.parametrize(
    ("local", "zone", "before", "after"),
    [
        ("2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:59", "2027-03-28T03:00"),
        ("2027-03-28T02:00", "Europe/Berlin", "2027-03-28T01:59", "2027-03-28T03:00"),
        ("2027-03-28T02:59", "Europe/Berlin", "2027-03-28T01:59", "2027-03-28T03:00"),
        ("2027-03-14T02:15", "America/New_York", "2027-03-14T01:59", "2027-03-14T03:00"),
        ("2027-10-03T02:10", "Australia/Lord_Howe", "2027-10-03T01:59", "2027-10-03T02:30"),
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-29T23:59", "2011-12-31T00:00"),
    ],
)
def test_what_clocks_go_forward_over_is_refused_with_the_nearest(
    local: str, zone: str, before: str, after: str
) -> None:
    with pytest.raises(NoSuchLocalTime) as refused:
        last_moment(local, zone)
    assert refused.value.sentence.endswith(f"The nearest times are {before} and {after}.")
    assert last_moment(after, zone) - last_moment(before, zone) == MINUTE


@given(st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31)), st.sampled_from(sorted(zones())))
@example(datetime(2027, 10, 31, 2, 30), "Europe/Berlin")
@example(datetime(2027, 3, 28, 2, 30), "Europe/Berlin")
def test_clocks_show_the_minute_then_for_the_last_time(named: datetime, zone: str) -> None:
    local = named.strftime(FORMAT)

    def shown(moment: datetime) -> str:
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).strftime(FORMAT)

    around = named.replace(second=0, microsecond=0)
    times = [around + timedelta(minutes=15 * each) for each in range(-4 * 15, 4 * 15)]
    try:
        last = last_moment(local, zone)
    except NoSuchLocalTime:
        assert local not in map(shown, times)
        return
    assert (shown(last), shown(last + timedelta(milliseconds=1)) == local) == (local, False)
    assert all(each <= last for each in times if shown(each) == local)


class TestAWindow:
    @pytest.mark.parametrize(
        ("moment", "late_by"),
        [
            (DUE - timedelta(milliseconds=99), 0),
            (DUE, 0),
            (DUE + timedelta(milliseconds=1), 0),
            (DUE + 60 * SECOND, 0),
            (DUE + 60 * SECOND + timedelta(milliseconds=1), 61),
            (DUE + timedelta(days=1), DAY),
        ],
    )
    def test_forgives_the_grace_and_counts_all_of_it_afterwards(self, moment: datetime, late_by: int) -> None:
        assert Window(DUE, 60 * SECOND).late_by(moment) == late_by

    def test_ends_with_the_grace_where_late_work_is_refused_else_when_it_closes(self) -> None:
        closes = DUE + timedelta(days=3)
        assert Window(DUE, 60 * SECOND, closes, "refused").end == DUE + 60 * SECOND
        assert Window(DUE, 60 * SECOND, closes, "percent_per_day").end == closes
        assert Window(DUE, 60 * SECOND, DUE, "refused").end == DUE
        assert Window(DUE, late="percent_per_day").end is None
        assert Window(closes=closes, late="refused").end == closes
        assert Window().is_open(datetime.max)
        assert Window().late_by(datetime.max) == 0

    def test_for_somebody_with_more_time_ends_later(self) -> None:
        extended = DUE + timedelta(days=5)
        window = Window(DUE, 60 * SECOND, DUE + timedelta(days=3), "percent_per_day").extended(extended)
        assert window.late_by(extended) == 0
        assert (window.is_open(extended + 60 * SECOND), window.is_open(extended + 61 * SECOND)) == (True, False)
        shortly = Window(DUE, SECOND, extended).extended(DUE + SECOND)
        assert shortly.closes == extended
        assert Window(DUE, late="refused").extended(extended).end == extended

    @given(st.sampled_from(LATE), st.integers(0, 3600), st.none() | st.integers(0, 10**6), st.integers(-(10**6), 10**6))
    def test_takes_nothing_late_where_that_is_refused(
        self, late: LateKind, grace: int, closes: int | None, offset: int
    ) -> None:
        window = Window(DUE, grace * SECOND, None if closes is None else DUE + closes * SECOND, late)
        moment = DUE + offset * SECOND
        assert (window.late_by(moment) == 0) == (offset <= grace)
        if late == "refused" and window.is_open(moment):
            assert window.late_by(moment) == 0
        assert window.is_open(moment) or not window.is_open(moment + SECOND)


class TestThePenalty:
    @pytest.mark.parametrize(
        ("late_by", "taken"),
        [(0, 0), (1, 1000), (DAY, 1000), (DAY + 1, 2000), (4 * DAY, 4000), (5 * DAY, 5000), (60 * DAY, 5000)],
    )
    def test_counts_days_begun_up_to_the_most(self, late_by: int, taken: int) -> None:
        assert penalty(9000, 10_000, late_by, 10, 50) == taken

    def test_takes_no_more_than_there_is(self) -> None:
        assert penalty(500, 10_000, DAY, 10, 50) == 500

    @given(POINTS, POINTS, st.integers(0, 10**8), st.integers(0, 100), st.integers(0, 100))
    def test_never_grows_a_grade_and_never_shrinks_with_time(
        self, raw: int, more: int, late_by: int, percent: int, most: int
    ) -> None:
        out_of = raw + more
        taken = penalty(raw, out_of, late_by, percent, most)
        assert 0 <= taken <= raw
        assert taken * 100 <= out_of * most
        assert taken <= penalty(raw, out_of, late_by + DAY, percent, most)
