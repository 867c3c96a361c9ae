"""Dates as sources write them, as filters ask for them, and as texts mention them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import OPEN_END as OPEN
from index.dates import bounds, days, ends_in_date, guess, normalise
from index.errors import QuestionError


@pytest.mark.parametrize("written", ["2021", "2021-03", "2021-03-14", "2021-03-14T09:26:00+03:00", "2021-03-14T09:26"])
def test_iso_dates_keep_their_precision_and_offset(written: str) -> None:
    assert normalise(written) == written


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2021-03-14 09:26:53", "2021-03-14T09:26:53"),
        ("2021-03-14T09:26:53.589Z", "2021-03-14T09:26:53+00:00"),
        ("2021-03-14T09:26:53+0530", "2021-03-14T09:26:53+05:30"),
        ("2021-03-14T09:26:53 -05", "2021-03-14T09:26:53-05:00"),
        ("2021-3-4", "2021-03-04"),
        ("2021/03/04", "2021-03-04"),
        ("20210314", "2021-03-14"),
        ("20210314T092653Z", "2021-03-14T09:26:53+00:00"),
        ("20210314092653", "2021-03-14T09:26:53"),
    ],
)
def test_the_variants_of_iso_dates_are_read(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Sun, 14 Mar 2021 09:26:53 +0300", "2021-03-14T09:26:53+03:00"),
        ("Sun, 14 Mar 2021 09:26:53 GMT", "2021-03-14T09:26:53+00:00"),
        ("14 Mar 2021 09:26:53 -0000", "2021-03-14T09:26:53"),
    ],
)
def test_mail_dates_are_read(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize("seconds", [1615714013, "1615714013", 1615714013000, "1615714013000", 1615714013.2])
def test_seconds_and_milliseconds_since_1970_are_told_apart(seconds: object) -> None:
    assert normalise(seconds) == "2021-03-14T09:26:53+00:00"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("14 March 2021", "2021-03-14"),
        ("March 14th, 2021", "2021-03-14"),
        ("Mar. 14, 2021 9:26 PM", "2021-03-14T21:26"),
        ("Sunday, 14 March 2021", "2021-03-14"),
        ("14 mars 2021 à 21h26", "2021-03-14T21:26"),
        ("14. März 2021", "2021-03-14"),
        ("14 de marzo de 2021", "2021-03-14"),
        ("14 марта 2021 г.", "2021-03-14"),
        ("14 Mart 2021", "2021-03-14"),
        ("14 مارس 2021", "2021-03-14"),
        ("١٤ مارس ٢٠٢١", "2021-03-14"),
        ("14 मार्च 2021", "2021-03-14"),
        ("2021年3月14日", "2021-03-14"),
        ("2021년 3월 14일 09:26", "2021-03-14T09:26"),
    ],
)
def test_months_have_names_in_any_language(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize("written", ["14 آذار 2021", "14 آذار/مارس 2021", "14 آذار (مارس) 2021"])
def test_the_levant_names_its_months_differently(written: str) -> None:
    assert normalise(written) == "2021-03-14"


def test_numeric_dates_are_read_only_when_they_can_be_read_in_one_way() -> None:
    assert normalise("14/03/2021") == normalise("03/14/2021") == "2021-03-14"
    assert normalise("14.03.2021, 09:26") == "2021-03-14T09:26"
    assert normalise("03/03/2021") == "2021-03-03"
    assert normalise("04/03/2021") is None
    assert normalise("Sunday 04/03/2021") is None
    assert normalise("14/03/21") is None


@pytest.mark.parametrize("written", ["12 listopada 2021", "14 March 2021 04/03/2021", "12 March or 14 April 2021"])
def test_a_date_that_can_be_read_in_two_ways_is_none(written: str) -> None:
    assert normalise(written) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "yesterday",
        "2 days ago",
        "next Monday",
        "March 2021 or so",
        "14 Mar 21",
        "Sun 12, 2021",
        "win 12, 2021",
    ]
    + ["China 12, 2021", "one 12, 2021", "2021-02-30", "2021-13-01", "2021-03-14T25:00", "31 June 2021", "x" * 5000]
    + [None, True, -5, 12, float("nan"), float("inf"), 10**400, [], {}],
)
def test_what_is_no_date_is_none(value: object) -> None:
    assert normalise(value) is None


def test_dates_before_1400_or_well_ahead_are_none() -> None:
    assert normalise("1399-12-31") is None
    assert normalise("1400-01-01") == "1400-01-01"
    today = datetime.now(UTC).date()
    assert normalise(today + timedelta(days=1)) == (today + timedelta(days=1)).isoformat()
    assert normalise(today + timedelta(days=4)) is None


def test_date_objects_are_taken_as_they_are() -> None:
    assert normalise(date(2021, 3, 14)) == "2021-03-14"
    moment = datetime(2021, 3, 14, 9, 26, 53, 589, tzinfo=timezone(timedelta(hours=3)))
    assert normalise(moment) == "2021-03-14T09:26:53+03:00"


@given(st.one_of(st.text(), st.text("0123456789-/.: TZJanuary,", max_size=24), st.floats(), st.integers(), st.none()))
def test_normalising_never_raises_and_gives_what_it_takes(value: object) -> None:
    read = normalise(value)
    if read is not None:
        assert normalise(read) == read
        first, last = days(read)
        assert 14000101 <= first <= last <= OPEN


@given(st.datetimes(datetime(1400, 1, 1), datetime(2020, 1, 1), timezones=st.sampled_from([None, UTC])))
def test_what_is_written_in_iso_is_read_to_the_second(moment: datetime) -> None:
    written = moment.isoformat()
    assert normalise(written) == normalise(moment) == moment.isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("published", "span"),
    [
        ("2020", (20200101, 20201231)),
        ("2020-02", (20200201, 20200229)),
        ("2020-02-12", (20200212, 20200212)),
        ("2020-02-12T23:30:00-08:00", (20200212, 20200212)),
    ],
)
def test_a_date_spans_the_local_days_it_may_mean(published: str, span: tuple[int, int]) -> None:
    assert days(published) == span


def test_a_filter_includes_both_its_ends() -> None:
    assert bounds("2020", "2020") == (20200101, 20201231)
    assert bounds("2020-02", "2020-02-12") == (20200201, 20200212)


def test_an_end_that_is_not_given_is_open() -> None:
    assert bounds(None, None) == bounds("", " ") == (0, OPEN)
    assert bounds("2020", None) == (20200101, OPEN)


@pytest.mark.parametrize("value", ["12 Feb 2020", "2020-13", "2020-02-30", "20", "0000", "٢٠٢٠"])
def test_a_filter_that_is_no_date_is_refused_by_name_and_value(value: str) -> None:
    with pytest.raises(QuestionError, match=f"until is '{value}'.*2020-02-12"):
        bounds(None, value)


def test_a_filter_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(QuestionError, match="since .2021. is after until .2020."):
        bounds("2021", "2020")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ROME, March 14, 2021 - The ferry was late.", "2021-03-14"),
        ("In 12 villages, on 14 March 2021, it rained; on 3 May 2021 it did not.", "2021-03-14"),
        ("Posted 2021-03-14T09:26 by the desk", "2021-03-14"),
        ("Le 1er mars 2021, le pont", "2021-03-01"),
        ("قال في 14 آذار/مارس 2021 إن", "2021-03-14"),
        ("The Pro 12, 2020 model was sold until 3 March 2021.", "2021-03-03"),
    ],
)
def test_the_first_full_date_of_a_text_is_a_guess(text: str, read: str) -> None:
    assert guess(text) == read


@pytest.mark.parametrize(
    "text",
    ["On Sunday it rained.", "Since 2020, ferries run.", "In March 2021 it rained.", "Case 123-2021-03-14-7", ""]
    + ["They win 12, 2020 was a good year.", "x" * 1000 + " 14 March 2021"],
)
def test_a_year_a_month_or_a_weekday_is_no_date(text: str) -> None:
    assert guess(text) is None


@given(st.text(max_size=300))
def test_guessing_never_raises(text: str) -> None:
    found = guess(text)
    assert found is None or len(found) == 10


def test_a_line_may_end_in_a_date() -> None:
    assert ends_in_date("Boats in the harbour of Portville, March 14, 2021.")
    assert ends_in_date("Boats in the harbour (14.03.2021)")
    assert not ends_in_date("On March 14, 2021 the harbour froze")
    assert not ends_in_date("Boats of 2021")
