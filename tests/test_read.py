"""Files of every format and every kind of damage, as articles or as messages that say what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.read import READERS, Record, pasted, read, walk
from index.read_fields import Given
from index.schema import Article, digest

TEXT = "The harbour of Portville reopened on Monday after a week of storms, its master said.\n\nTwo ferries sailed.\n"
Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


def records(path: Path, *, max_mb: float = 1.0, collection: str | None = None) -> list[Record]:
    return list(read(path, folder=path.parent, max_mb=max_mb, given=Given(collection=collection)))


def article(path: Path, *, collection: str | None = None) -> Article:
    [record] = records(path, collection=collection)
    assert record.article is not None, record.error
    return record.article


def error(path: Path, *, max_mb: float = 1.0) -> str:
    """The one message that a file gives, which is a single line and names the file."""
    [record] = records(path, max_mb=max_mb)
    assert record.article is None
    assert record.error is not None
    assert record.error.startswith(str(path))
    assert "\n" not in record.error
    return record.error


# Plain text and its encodings


def test_a_plain_text_is_kept_to_the_letter(write: Write) -> None:
    text = "Rain in Portville\r\n\r\n\tThe cafe\u0301 on the quay   closed.\r\n"
    one = article(write("a.txt", text))
    assert one.text == text
    assert one.title == "Rain in Portville"
    assert (one.url, one.published, one.published_from) == (None, None, None)
    assert one.path == str(Path(one.path or "").absolute())


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Le café du port"),
        ("utf-16", "Le café du port"),
        ("utf-16", "ميناء المدينة"),
        ("utf-8", "أعيد فتح الميناء يوم الاثنين"),
        ("cp1252", "Le maire a déclaré lundi que le pont, fermé dès l’été à cause du gel, rouvrira « très bientôt »."),
        ("cp1256", "أعيد فتح ميناء المدينة يوم الاثنين بعد أسبوع من العواصف، بحسب مديره"),
        ("cp1251", "Порт города снова открылся в понедельник после недели штормов"),
        ("gb18030", "港口在一周的风暴之后于星期一重新开放，港务局长说"),
    ],
)
def test_an_encoding_is_recognised_and_its_mark_dropped(write: Write, encoding: str, text: str) -> None:
    assert article(write("a.txt", (text + "\r\n").encode(encoding))).text == text + "\r\n"


def test_a_few_bad_bytes_among_good_ones_are_damage(write: Write) -> None:
    data = "Le café du port a été fermé.".encode()
    assert "is damaged: byte 9 is not UTF-8" in error(write("a.txt", data[:8] + b"\xff" + data[8:]))


def test_half_a_character_at_the_end_is_a_file_cut_off(write: Write) -> None:
    for text in ("café", "تم", "港口", "🌊"):
        assert "is cut off in the middle of a character" in error(write("a.txt", text.encode()[:-1]))
    assert "is cut off in the middle of a character" in error(write("a.txt", "port".encode("utf-16")[:-1]))


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_called_empty(write: Write, data: bytes) -> None:
    assert "is empty" in error(write("a.txt", data))


@pytest.mark.parametrize("data", [b"%PDF-1.7 x", b"PK\x03\x04 x", b"words\0words", b"{\\rtf1 x}", b"\x01\x02words" * 9])
def test_a_binary_file_is_called_binary(write: Write, data: bytes) -> None:
    assert "looks binary" in error(write("a.txt", data))


def test_a_file_over_the_limit_is_refused_with_both_sizes_and_the_setting(write: Write) -> None:
    message = error(write("a.txt", b"x" * 2_500_000))
    assert "2.5 MB, over the limit of 1 MB" in message
    assert "DATELINE_MAX_ARTICLE_MB" in message


def test_a_file_that_is_not_there_is_an_error_record(tmp_path: Path) -> None:
    assert "cannot be read (No such file or directory)" in error(tmp_path / "gone.txt")


def test_a_file_of_an_unknown_kind_is_refused_with_those_that_are_known(write: Write) -> None:
    message = error(write("a.xyz", b"x"))
    assert all(suffix in message for suffix in READERS)


def test_the_case_of_a_suffix_does_not_matter(write: Write) -> None:
    assert article(write("A.TXT", TEXT)).text == TEXT


def test_a_full_date_in_the_text_is_only_a_guess(write: Write) -> None:
    one = article(write("a.txt", "Ferries stop\n\nPORTVILLE, March 14, 2021 - No ferry sailed."))
    assert (one.published, one.published_from) == ("2021-03-14", "guess")


# Markdown


def test_front_matter_gives_the_fields_and_the_text_follows_it(write: Write) -> None:
    head = (
        "---\nTitle: Harbour reopens\nauthors: [Ann Example, Bo Sample]\nsource: Portville Post\nlang: en\n"
        "publish_date: 2021-03-14T09:26:00+03:00\nlink: https://example.org/harbour\n---\n\n"
    )
    one = article(write("a.md", head + TEXT))
    assert (one.title, one.author, one.outlet) == ("Harbour reopens", "Ann Example, Bo Sample", "Portville Post")
    assert (one.published, one.published_from) == ("2021-03-14T09:26:00+03:00", "front matter")
    assert (one.url, one.language, one.text) == ("https://example.org/harbour", "en", TEXT)
    assert one.id == digest("url", "https://example.org/harbour")


def test_front_matter_may_have_windows_line_ends(write: Write) -> None:
    one = article(write("a.md", "---\r\ntitle: No\r\n---\r\n\r\nWords.\r\n"))
    assert (one.title, one.text) == ("No", "Words.\r\n")


def test_the_first_heading_is_the_title_when_no_field_is(write: Write) -> None:
    for head in ("", "---\nauthor: Ann\n---\n"):
        assert article(write("a.md", f"{head}# Harbour reopens #\n\n{TEXT}")).title == "Harbour reopens"


def test_markdown_without_front_matter_is_like_plain_text(write: Write) -> None:
    assert article(write("a.md", TEXT)).text == TEXT


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("---\ntitle: Harbour\n", "begins on line 1 and is never closed"),
        ("---\nauthor: Ann\ntitle: Harbour: reopened\n---\n", "mapping values are not allowed here on line 3"),
        ("---\n- one\n- two\n---\n", "without fields on line 2"),
        ("---\na: " + "[" * 5000 + "\n---\n", "front matter"),
    ],
)
def test_front_matter_that_cannot_be_read_is_an_error_with_its_line(write: Write, head: str, message: str) -> None:
    assert message in error(write("a.md", head + TEXT))


def test_front_matter_with_nothing_below_it_is_an_error(write: Write) -> None:
    assert "has no text" in error(write("a.md", "---\ntitle: Harbour\n---\n\n"))


# JSON and JSON Lines


def test_one_object_is_one_article(write: Write) -> None:
    fields = {
        "headline": "Harbour\nreopens",
        "body": TEXT,
        "source": {"id": 3, "name": "Post"},
        "published_at": 1615714013,
    }
    [record] = records(write("a.json", json.dumps(fields)))
    assert record.article is not None
    assert record.number == 0
    assert (record.article.title, record.article.outlet, record.article.text) == ("Harbour reopens", "Post", TEXT)
    assert (record.article.published, record.article.published_from) == ("2021-03-14T09:26:53+00:00", "field")


@pytest.mark.parametrize("wrap", [lambda x: x, *(lambda x, name=name: {name: x} for name in ("articles", "Results"))])
def test_a_list_of_objects_is_a_record_each(write: Write, wrap: Callable[[object], object]) -> None:
    path = write("a.json", json.dumps(wrap([{"text": TEXT}, "oops", {"title": "No words"}, {"text": "More."}])))
    found = records(path)
    assert [record.number for record in found] == [1, 2, 3, 4]
    assert [record.article is not None for record in found] == [True, False, False, True]
    assert "record 2, is not an object" in (found[1].error or "")
    assert "record 3, has no text" in (found[2].error or "")
    assert sum(record.size for record in found) == path.stat().st_size


def test_json_that_breaks_off_is_an_error_with_its_line(write: Write) -> None:
    assert "is not valid JSON: Expecting value at line 3 (is it cut off?)" in error(write("a.json", '{\n"text":\n'))


@pytest.mark.parametrize("data", ["[" * 100_000, "9" * 5000, "[]", "{}", '"words"', "null", '{"articles": []}'])
def test_json_without_articles_is_an_error(write: Write, data: str) -> None:
    error(write("a.json", data))


def test_a_json_file_over_the_limit_is_told_of_json_lines(write: Write) -> None:
    assert "JSON Lines" in error(write("a.json", json.dumps([{"text": TEXT}] * 100)), max_mb=0.001)


def test_a_bad_line_costs_only_itself(write: Write) -> None:
    good = json.dumps({"text": TEXT}).encode()
    lines = [good, b"", b'{"text": "half', b'{"text": "\\ud800"}', b'{"text": "\xff"}', b"x" * 5000, good]
    path = write("a.jsonl", b"\xef\xbb\xbf" + b"\r\n".join(lines))
    found = records(path, max_mb=0.001)
    assert [record.number for record in found] == [1, 3, 4, 5, 6, 7]
    assert [record.article is not None for record in found] == [True, False, False, False, False, True]
    messages = [record.error or "" for record in found[1:5]]
    assert "line 3, is not valid JSON" in messages[0]
    assert "line 4, has half of a surrogate pair in its text" in messages[1]
    assert "line 5, is not UTF-8" in messages[2]
    assert "line 6, is 0.005 MB, over the limit of 0.001 MB" in messages[3]


def test_the_sizes_of_lines_add_up_to_the_file(write: Write) -> None:
    path = write("a.jsonl", "\n".join([json.dumps({"text": TEXT})] * 5 + ["x" * 3000]))
    assert sum(record.size for record in records(path, max_mb=0.001)) == path.stat().st_size


@pytest.mark.parametrize(
    ("data", "message"), [(b"", "is empty"), (b"\n \n", "is empty"), (b"%PDF-1", "looks binary")]
    + [('{"text": "words"}'.encode("utf-16"), "save it as UTF-8")]
)  # fmt: skip
def test_json_lines_that_are_none_are_one_error(write: Write, data: bytes, message: str) -> None:
    assert message in error(write("a.jsonl", data))


def test_a_date_that_cannot_be_understood_is_not_stored(write: Write) -> None:
    one = article(write("a.json", json.dumps({"text": TEXT, "date": "04/03/2021", "publish_date": ""})))
    assert (one.published, one.published_from) == (None, None)


# Identity


def test_the_same_link_is_the_same_article_wherever_it_is_found(write: Write) -> None:
    first = article(write("a.json", json.dumps({"text": TEXT, "url": "https://example.org/a/?utm_source=x#top"})))
    second = article(write("b/b.json", json.dumps({"text": "New.", "url": "HTTPS://EXAMPLE.org:443/a"})))
    assert first.id == second.id == digest("url", "https://example.org/a")
    assert first.version != second.version
    assert first.url == "https://example.org/a/?utm_source=x#top"


def test_without_a_link_the_records_own_id_counts_wherever_in_its_file_it_stands(write: Write) -> None:
    one, two = ({"text": f"{TEXT} Number {number}.", "_id": number} for number in (17, 18))
    before = [record.article.id for record in records(write("a.json", json.dumps([one, two]))) if record.article]
    after = [record.article.id for record in records(write("a.json", json.dumps([two, one]))) if record.article]
    assert after == before[::-1]


def test_the_same_record_id_in_two_files_is_two_articles(write: Write) -> None:
    record = json.dumps({"text": TEXT, "_id": 17})
    assert article(write("a.json", record)).id != article(write("b.json", record)).id


def test_without_an_id_the_place_of_the_file_counts(write: Write, tmp_path: Path) -> None:
    path = write("sub/a.txt", TEXT)
    [record] = read(path, folder=tmp_path, max_mb=1)
    assert record.article is not None
    assert record.article.id == digest("path", tmp_path.as_posix(), "sub/a.txt", "0")


def test_a_home_page_is_no_articles_link(write: Write) -> None:
    lines = [json.dumps({"text": text, "url": "https://example.org/"}) for text in ("One.", "Two.")]
    assert len({record.article.id for record in records(write("a.jsonl", "\n".join(lines))) if record.article}) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "java\nscript:alert(1)", "ftp://example.org/a", "/a", "", 5])
def test_a_link_that_is_not_http_is_never_stored(write: Write, url: object) -> None:
    assert article(write("a.json", json.dumps({"text": TEXT, "url": url}))).url is None


def test_a_collection_given_wins_over_the_files_own(write: Write) -> None:
    path = write("a.json", json.dumps({"text": TEXT, "collection": "ports"}))
    assert article(path).collection == "ports"
    assert article(path, collection="storms").collection == "storms"


# Folders


def test_a_folder_is_walked_in_order_without_hidden_files_links_and_other_kinds(write: Write, tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/y.HTML", ".hidden.txt", ".git/x.txt", "c.xyz", "a/d.XYZ", "e"):
        write(name, "x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = walk(tmp_path)
    assert found.files == [(tmp_path / name, tmp_path) for name in ("a/y.HTML", "a/z.md", "b.txt")]
    assert found.left_out == {".xyz": 2, "": 1, "link": 2}


def test_a_file_gives_itself_with_its_folder(write: Write, tmp_path: Path) -> None:
    assert walk(write("a.txt", "x")).files == [(tmp_path / "a.txt", tmp_path)]


def test_a_path_that_is_not_there_or_of_an_unknown_kind_is_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is not there"):
        walk(tmp_path / "gone")
    with pytest.raises(ReadError, match=r"a\.xyz is a \.xyz file.*\.jsonl"):
        walk(write("a.xyz", "x"))


def test_a_name_that_is_not_text_is_left_out(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.txt"))
    odd.write_text(TEXT)
    assert walk(tmp_path).left_out == {"with a name that is not UTF-8": 1}
    [record] = read(odd, folder=tmp_path, max_mb=1)
    assert "rename it" in (record.error or "")


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: str) -> None:
        raise PermissionError(13, "Permission denied", folder)

    # Root may list every folder, so a mode would not do.
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ReadError, match=f"{tmp_path} cannot be listed .Permission denied."):
        walk(tmp_path)


# Pasted text


def test_a_pasted_text_is_an_article_without_a_file() -> None:
    one = pasted("\ufeff" + TEXT, outlet=" Post ", published="14 March 2021", url=" ", collection="ports")
    assert (one.text, one.outlet, one.path, one.url, one.collection) == (TEXT, "Post", None, None, "ports")
    assert (one.published, one.published_from) == ("2021-03-14", "field")
    assert one.id == digest("text", one.title, TEXT)
    assert pasted(TEXT, url="https://example.org/a/").id == digest("url", "https://example.org/a")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"text": " \n"}, "no text"),
        ({"text": TEXT, "url": "example.org/a"}, "The link 'example.org/a'"),
        ({"text": TEXT, "published": "04/03/2021"}, "The date '04/03/2021'"),
        ({"text": "words\0"}, "The pasted text looks binary"),
    ],
)
def test_a_pasted_article_that_cannot_be_understood_is_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(ReadError, match=message):
        pasted(**given)


# Anything at all

ANYTHING = st.binary() | st.text().map(str.encode) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["text", "title", "url", "date", "data"]), inner),
).map(lambda value: json.dumps(value).encode())  # fmt: skip


@pytest.mark.parametrize("suffix", [suffix for suffix in READERS if suffix != ".pdf"])  # which starts a process
@given(data=ANYTHING)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_no_bytes_raise_and_none_give_both_an_article_and_an_error(write: Write, suffix: str, data: bytes) -> None:
    for record in records(write(f"a{suffix}", data)):
        assert (record.article is None) != (record.error is None)
        assert record.article is None or record.article.text.strip()
        json.dumps([record.error, str(record.article)], ensure_ascii=False).encode()
