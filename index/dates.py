"""Dates as articles write them → ISO 8601, never more precise or more certain than the source.

A wrong date misleads more than a missing one, so whatever can be read in two ways is no date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from index.date_words import named, tidy
from index.errors import QuestionError

EARLIEST_YEAR = 1400
# Clocks run ahead, and tomorrow's paper is printed today.
LATEST_AHEAD = timedelta(days=2)
OPEN_START, OPEN_END = 0, 99999999
_LONGEST = 80
_OPENING = 1000

_ZONE = r"(?P<zone>[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)"
_CLOCK = r"(?P<hour>\d\d?):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?"
_TIME = rf"{_CLOCK}\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*{_ZONE}?"
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d?)(?:-(?P<day>\d\d?)(?:(?:\s*[Tt]\s*|\s+)" + _TIME + r"|Z|[+-]\d\d:\d\d)?)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*[年년./]\s*(?P<month>\d\d?)\s*[月월./]\s*(?P<day>\d\d?)\s*[日일.]?(?:\s*" + _TIME + ")?"
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:[Tt]" + _TIME + r"|(?P<clock>\d{6}))?")
_NUMERIC = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(?P<first>\d\d?)(?P<mark>[/.-])(?P<other>\d\d?)(?P=mark)(?P<year>\d{4})"
    rf"(?:,?\s+{_TIME})?"
)
_EPOCH = re.compile(r"\d{9,}(?:\.\d+)?")
_MAIL = re.compile(r"(?:[A-Za-z]{3},\s*)?\d\d? [A-Za-z]{3} \d{4} \d\d:\d\d(?::\d\d)? \S+(?: \(\w+\))?")

_YEAR = r"(?:1[4-9]|20)\d\d(?!\d)"
_MONTH = r"[^\s\d.,;:!?()\"/–—-]{3,20}"
_LINK = r"(?:de|del|of|di|da|d')"
_SHAPES = re.compile(
    rf"(?<![\d-])\d{{4}}-\d\d-\d\d(?![\d-])|(?<!\d){_YEAR}\s?[年년]\s?\d\d?\s?[月월]\s?\d\d?\s?[日일]"
    rf"|(?<![\d.,:/-])\d\d?(?:st|nd|rd|th|er|º|ª|\.)?\s+(?:{_LINK}\s+)?{_MONTH}\.?,?\s+(?:{_LINK}\s+)?{_YEAR}"
    rf"|(?<!\w){_MONTH}\.?\s+\d\d?(?:st|nd|rd|th)?,?\s+{_YEAR}"
)
_IN_LINK = (
    re.compile(r"(?<!\d)((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-]|\.\w+$|$)"),
    re.compile(r"(?<=[/-])((?:19|20)\d\d)(\d\d)(\d\d)(?=[/-]|\.\w+$|$)"),
    re.compile(r"/((?:19|20)\d\d)/(\d\d)/"),
)
_NUMERIC_END = re.compile(r"(?<!\d)\d\d?([/.-])\d\d?\1\d{4}$")

# Months' short names in one language or another that an English text uses otherwise: "iPhone Pro 12, 2020".
_ALSO_ENGLISH = frozenset(
    ("ago", "bal", "cam", "dis", "dub", "gen", "hun", "kit", "led", "lis", "lug", "out", "pro", "sen", "set", "vas")
)


def normalise(value: object) -> str | None:
    """The date in ISO 8601, in the precision and with the offset it was given in, or None when it is not one.

    Takes ISO 8601, RFC 2822, seconds or milliseconds since 1970, dates with a month's name in any widely written
    language, numeric dates that can be read in one way only, and date objects. Years before 1400, days more than two
    days ahead and relative words are None. Never raises.
    """
    try:
        found = _object(value) if isinstance(value, date) else _written(tidy(_as_text(value)))
        return found if found and _plausible(found) else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def days(published: str) -> tuple[int, int]:
    """The first and last local day of a date made by `normalise`, as yyyymmdd integers."""
    parts = [int(part) for part in published[:10].split("-")]
    year, month, day = (*parts, 0, 0)[:3]
    first = date(year, month or 1, day or 1)
    last = first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    return int(first.strftime("%Y%m%d").zfill(8)), int(last.strftime("%Y%m%d").zfill(8))


def bounds(since: str | None, until: str | None, as_of: str | None = None) -> tuple[int, int]:
    """The yyyymmdd range, both ends included, of a filter; an end that is None or blank is open.

    Raises QuestionError when an end is not a day, month or year, or when they are the wrong way round.
    """
    first = _filter_days("since", since)[0] if since and since.strip() else OPEN_START
    ends = {name: value for name, value in (("until", until), ("as_of", as_of)) if value and value.strip()}
    last = min((_filter_days(name, value)[1] for name, value in ends.items()), default=OPEN_END)
    if first > last:
        told = " and ".join(f"{name} ({value})" for name, value in ends.items())
        raise QuestionError(f"since ({since}) is after {told}, so nothing can match; swap them.")
    return first, last


def asked_on(as_of: str | None) -> date:
    """The day on which a question is asked: the last of `as_of`, today without it. Raises QuestionError as `bounds`."""
    _, last = bounds(None, None, as_of)
    return date.today() if last == OPEN_END else as_date(last)


def moment(published: str) -> float:
    """The seconds since 1970 at which a date made by `normalise` begins; here where it has no offset."""
    year, month, day = (*(int(part) for part in published[:10].split("-")), 1, 1)[:3]
    if len(published) <= 10:
        return datetime(year, month, day).timestamp()
    return datetime.fromisoformat(published).timestamp()


def as_date(day: int) -> date:
    """A yyyymmdd integer as a date."""
    return date(day // 10_000, day // 100 % 100, day % 100)


def guess(text: str) -> str | None:
    """The first full calendar date in the first 1000 characters; it may be another event's, so mark it as a guess."""
    for match, found in _dates_in(tidy(text[:_OPENING])):
        words = {word.casefold() for word in re.findall(r"[^\W\d_]+", match.group())}
        if words.isdisjoint(_ALSO_ENGLISH) and _plausible(found):
            return found
    return None


def dates_in(text: str) -> list[str]:
    """The full calendar dates in a text, in order."""
    return [found for _, found in _dates_in(tidy(text)) if _plausible(found)]


def in_link(url: str) -> str | None:
    """The day, or the month, that a link's path gives, as the links of many outlets do: ".../2024/05/06/bridge"."""
    path = urlsplit(url).path
    for shape in _IN_LINK:
        for match in shape.finditer(path):
            if found := normalise("-".join(match.groups())):
                return found
    return None


def agree(one: str, other: str) -> bool:
    """Whether two dates can be of one publication: at most a day apart, as time zones are, or one within the other."""
    (first, last), (start, end) = (tuple(map(as_date, days(date))) for date in (one, other))
    return first <= end + timedelta(days=1) and start <= last + timedelta(days=1)


def ends_in_date(line: str) -> bool:
    """Whether a line's last words are a full calendar date, as those of a photo's caption often are."""
    end = tidy(line[-60:]).rstrip(" .)]")
    return bool(_NUMERIC_END.search(end)) or any(match.end() == len(end) for match, _ in _dates_in(end))


def _filter_days(name: str, value: str) -> tuple[int, int]:
    try:
        if re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", value.strip()):
            return days(value.strip())
    except ValueError:
        pass  # a month or day that no calendar has: the same mistake, the same message
    raise QuestionError(
        f"{name} is {value!r}, not a date; give a day, month or year, as in 2020-02-12, 2020-02 or 2020."
    )


def _object(value: date) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _written(text: str) -> str | None:
    if not text or len(text) > _LONGEST:
        return None
    if match := _ISO.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return _stamp(match)
    if (match := _COMPACT.fullmatch(text)) and (stamp := _compact(match)):
        return stamp
    if _EPOCH.fullmatch(text):
        return _epoch(float(text))
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match)
    if _MAIL.fullmatch(text):
        return parsedate_to_datetime(text).isoformat(timespec="seconds")
    return named(text)


def _stamp(match: re.Match[str], **given: int) -> str:
    """The match's named groups as ISO 8601; raises ValueError when no calendar or clock has them."""
    parts = {name: text for name, text in match.groupdict().items() if text is not None}
    names = ("year", "month", "day", "hour", "minute", "second")
    number: dict[str, int] = {name: int(parts[name]) for name in names if name in parts} | given
    if half := parts.get("half"):
        if not 1 <= number["hour"] <= 12:
            raise ValueError(half)
        number["hour"] = number["hour"] % 12 + (12 if half[0] in "Pp" else 0)
    moment = datetime(**{"month": 1, "day": 1, **number})  # type: ignore[arg-type]
    if "hour" not in number:
        return moment.date().isoformat()[: {1: 4, 2: 7, 3: 10}[len(number)]]
    moment = moment.replace(tzinfo=_zone(parts.get("zone")))
    return moment.isoformat(timespec="seconds" if "second" in number else "minutes")


def _zone(name: str | None) -> timezone | None:
    if name is None:
        return None
    if name[0] not in "+-":
        return UTC
    digits = name[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if name[0] == "-" else offset)


def _compact(match: re.Match[str]) -> str | None:
    clock = match["clock"]
    given = {"hour": int(clock[:2]), "minute": int(clock[2:4]), "second": int(clock[4:])} if clock else {}
    try:
        return _stamp(match, **given)
    except ValueError:
        return None  # a run of digits that is no date may still be a number of milliseconds


def _epoch(number: float) -> str | None:
    seconds = number / 1000 if number > 1e11 else number
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds > 1e8 else None


def _numeric(match: re.Match[str]) -> str | None:
    first, other = int(match["first"]), int(match["other"])
    if first <= 12 and other <= 12 and first != other:
        return None  # day and month could be either way round
    day, month = (first, other) if other <= 12 else (other, first)
    return _stamp(match, day=day, month=month)


def _dates_in(text: str) -> Iterator[tuple[re.Match[str], str]]:
    start = 0
    while match := _SHAPES.search(text, start):
        found = normalise(match.group()) if match.group()[:4].isdigit() else named(match.group())
        if found:
            yield match, found
        # A wrong start ("in 12 villages ...") must not hide a date inside what it matched.
        start = match.end() if found else match.start() + 1


def _plausible(found: str) -> bool:
    first = days(found)[0]
    latest = datetime.now(UTC).date() + LATEST_AHEAD
    return EARLIEST_YEAR * 10000 <= first <= int(latest.strftime("%Y%m%d"))
