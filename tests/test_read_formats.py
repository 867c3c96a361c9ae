"""Every further format on small real files: PDF, Word, tables, feeds, mails, saved pages, agencies, web archives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.read import READERS, Record, read
from index.read_fields import Given
from index.schema import Article
from tests import made

OPENED = "The bridge of Hallendorf was opened by mayor Ilse Brandt on Monday."
RAIN = "It rained all day, and some two hundred people came to see it under umbrellas."
PAGE = (
    "<html><head><title>Bridge opens</title>"
    "<meta property='article:published_time' content='2024-05-06T10:00:00+02:00'>"
    f"</head><body><article><h1>Bridge opens</h1><p>{OPENED}</p><p>{RAIN}</p></article></body></html>"
)


def records(folder: Path, name: str, data: bytes | str, given: Given | None = None) -> list[Record]:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read(file, folder=folder, max_mb=1.0, given=given or Given()))


def articles(folder: Path, name: str, data: bytes | str, given: Given | None = None) -> list[Article]:
    found = records(folder, name, data, given)
    assert [one.error for one in found if one.error] == []
    return [one.article for one in found if one.article]


def error(folder: Path, name: str, data: bytes | str) -> str:
    [record] = records(folder, name, data)
    assert record.error and record.error.startswith(str(folder / name)) and "\n" not in record.error
    return record.error


# PDF


def test_a_pdf_is_read_column_by_column_without_its_furniture_and_with_whole_words(tmp_path: Path) -> None:
    left = [
        "The ferry of Grunau sank in the har-",
        "bour on Monday after it had run into",
        "a wreck, its master said. State-",
    ]
    left += ["owned boats took all passengers off", "and nobody was hurt in the end. The"]
    right = [
        "harbour stays closed until a crane has",
        "come from Portville, which may take",
        "a week. State-owned ferries",
    ]
    right += ["go on from the other quay, the port", "said in a statement of one line."]
    pages = []
    for number in (1, 2, 3):
        page = [(50.0, 760.0, 9.0, "The Harbour Wire"), (300.0, 20.0, 9.0, f"Page {number} of 3")]
        if number == 1:
            page.append((50.0, 720.0, 20.0, "Ferry sinks in Grunau"))
            page += [(50.0, 690.0 - 14 * row, 10.0, words) for row, words in enumerate(left)]
            page += [(320.0, 690.0 - 14 * row, 10.0, words) for row, words in enumerate(right)]
        else:
            page += [(50.0, 690.0 - 14 * row, 10.0, f"{words} ({number})") for row, words in enumerate(right[::-1])]
        pages.append(page)
    [one] = articles(tmp_path, "ferry.pdf", made.pdf(pages, Title="Microsoft Word - final.doc", Author="Jo Lind"))
    assert (one.title, one.author) == ("Ferry sinks in Grunau", "Jo Lind")
    assert "sank in the harbour on Monday" in one.text and "said. State-owned boats" in one.text
    assert "in the end. The harbour stays closed until" in one.text
    assert "Harbour Wire" not in one.text and "Page" not in one.text
    assert one.published is None


def test_a_pdf_without_words_or_that_is_none_says_so(tmp_path: Path) -> None:
    assert "holds no words" in error(tmp_path, "scan.pdf", made.pdf([[]]))
    assert "cannot be read as PDF" in error(tmp_path, "text.pdf", "Just a text.")


# Word


def test_a_word_file_gives_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    file = made.docx("Bridge opens", OPENED, RAIN, table=[["Year", "Cars"], ["2023", "4,000"]], author="Jo Lind")
    [one] = articles(tmp_path, "bridge.docx", file)
    assert one.text == f"{OPENED}\n\n{RAIN}\n\nYear | Cars\n2023 | 4,000"
    assert (one.title, one.author, one.published) == ("Bridge opens", "Jo Lind", None)
    assert "cannot be read as a Word file" in error(tmp_path, "no.docx", made.zipped({"a.txt": b"x"}))


# Tables


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_each_row_of_a_table_is_an_article(tmp_path: Path, mark: str) -> None:
    rows = [["Headline", "Body", "Date", "Link"], ["Bridge opens", f'"{OPENED}\n{RAIN}"', "2024-05-06", ""]]
    rows += [["Bridge closes", '"It said ""closed""."', "", "https://example.org/2"]]
    one, other = articles(tmp_path, "news.csv", "\n".join(mark.join(row) for row in rows))
    assert (one.title, one.text, one.published, one.published_from) == (
        *("Bridge opens", f"{OPENED}\n{RAIN}", "2024-05-06", "field"),
    )
    assert (other.text, other.url) == ('It said "closed".', "https://example.org/2")


def test_a_table_in_an_old_encoding_is_read_and_a_bad_row_costs_only_itself(tmp_path: Path) -> None:
    text = "title;text\nBrücke;Die Brücke über die Große Aue wurde für den Verkehr geöffnet.\nzu;viele;Werte\nLeer;\n"
    found = records(tmp_path, "alt.csv", text.encode("cp1252"))
    assert found[0].article and found[0].article.title == "Brücke"
    assert "3 values for 2 names" in (found[1].error or "") and "has no text" in (found[2].error or "")
    assert "no row of names" in error(tmp_path, "one.csv", "words\n")


def test_unusual_names_are_given_and_what_lacks_is_filled(tmp_path: Path) -> None:
    given = Given(fields={"text": "Story", "outlet": "paper"}, outlet="The Wire", published="2024-05")
    table = f"story;paper\n{OPENED};Post\n{RAIN};\n"
    one, other = articles(tmp_path, "news.csv", table, given)
    assert (one.outlet, other.outlet) == ("Post", "The Wire")
    assert (one.published, one.published_from) == ("2024-05", "given")
    told = json.dumps([{"story": OPENED, "date": "2024-06-01"}])
    [third] = articles(tmp_path, "news.json", told, given)
    assert (third.text, third.published, third.published_from) == (OPENED, "2024-06-01", "field")


# Feeds


def test_an_entry_of_a_feed_is_whole_or_a_teaser(tmp_path: Path) -> None:
    feed = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
    <title>Hallendorf Post</title><language>en</language>
    <item><title>Bridge &amp; road</title><link>https://example.org/1</link>
    <pubDate>Mon, 06 May 2024 10:00:00 +0200</pubDate>
    <description>A bridge was opened.</description>
    <content:encoded><![CDATA[<p>{OPENED}</p><p>{RAIN}</p><script>alert(1)</script>]]></content:encoded></item>
    <item><title>Two</title><link>https://example.org/2</link>
    <description>&lt;b&gt;Only&lt;/b&gt; a teaser …</description></item>
    </channel></rss>"""
    for name in ("feed.rss", "feed.xml"):
        one, other = articles(tmp_path, name, feed)
        assert (one.title, one.text) == ("Bridge & road", f"{OPENED}\n\n{RAIN}")
        assert (one.outlet, one.published, one.language) == ("Hallendorf Post", "2024-05-06T10:00:00+02:00", "en")
        assert other.text == "Only a teaser …" and other.partial and not one.partial


def test_an_atom_feed_is_read(tmp_path: Path) -> None:
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><entry><title>Bridge</title>
    <id>tag:1</id><link href="https://example.org/1"/><published>2024-05-06T10:00:00+02:00</published>
    <author><name>Jo Lind</name></author><content type="html">&lt;p&gt;{OPENED}&lt;/p&gt;</content></entry></feed>"""
    [one] = articles(tmp_path, "feed.atom", feed)
    assert (one.text, one.author, one.partial) == (OPENED, "Jo Lind", False)
    assert "holds no entries" in error(tmp_path, "no.rss", "<rss></rss>")


# Mails and saved pages


def test_a_mail_gives_its_subject_sender_and_date(tmp_path: Path) -> None:
    mail = (
        "From: Jo Lind <jo@example.org>\r\nSubject: =?utf-8?q?Br=C3=BCcke?=\r\n"
        "Date: Mon, 06 May 2024 10:00:00 +0200\r\n"
        f"Message-ID: <1@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{OPENED}\r\n"
    )
    [one] = articles(tmp_path, "mail.eml", mail)
    assert (one.title, one.author, one.published) == ("Brücke", "Jo Lind", "2024-05-06T10:00:00+02:00")
    assert one.text.strip() == OPENED
    assert "does not begin with the lines" in error(tmp_path, "no.eml", "\n\nJust a text.")


def test_a_saved_page_is_read_as_the_page_that_it_is(tmp_path: Path) -> None:
    saved = (
        "From: <Saved>\r\nSnapshot-Content-Location: https://example.org/bridge\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n'
        f"Content-Location: https://example.org/bridge\r\n\r\n{PAGE}\r\n"
        "--x\r\nContent-Type: image/png\r\n\r\n\r\n--x--\r\n"
    )
    [one] = articles(tmp_path, "page.mhtml", saved)
    assert (one.title, one.url, one.published) == (
        "Bridge opens",
        "https://example.org/bridge",
        "2024-05-06T10:00:00+02:00",
    )
    assert OPENED in one.text


# Agencies


def test_nitf_is_read(tmp_path: Path) -> None:
    nitf = f"""<nitf><head><docdata><doc-id id-string="a1"/><date.issue norm="20240506T100000Z"/></docdata></head>
    <body><body.head><hedline><hl1>Bridge opens</hl1></hedline><byline>By Jo Lind</byline>
    <distributor>Wire</distributor></body.head><body.content><p>{OPENED}</p><p>{RAIN}</p></body.content></body></nitf>"""
    [one] = articles(tmp_path, "a.xml", nitf)
    assert (one.title, one.author, one.outlet) == ("Bridge opens", "Jo Lind", "Wire")
    assert one.text == f"{OPENED}\n\n{RAIN}" and one.published == "2024-05-06T10:00:00+00:00"


def test_newsml_g2_is_read_item_by_item(tmp_path: Path) -> None:
    item = """<newsItem guid="urn:{n}" xmlns="http://iptc.org/std/nar/2006-10-01/"><itemMeta>
    <provider literal="Wire"/></itemMeta><contentMeta><contentCreated>2024-05-06T10:00:00+02:00</contentCreated>
    <headline>Bridge {n}</headline><by>By Jo Lind</by><language tag="en"/></contentMeta><contentSet><inlineXML>
    <html xmlns="http://www.w3.org/1999/xhtml"><body><p>{words}</p></body></html></inlineXML></contentSet></newsItem>"""
    items = item.format(n=1, words=OPENED) + item.format(n=2, words=RAIN)
    one, other = articles(tmp_path, "two.xml", f"<newsMessage><itemSet>{items}</itemSet></newsMessage>")
    assert (one.title, one.text, other.text) == ("Bridge 1", OPENED, RAIN)
    assert (one.author, one.outlet, one.language, one.published) == (
        "Jo Lind",
        "Wire",
        "en",
        "2024-05-06T10:00:00+02:00",
    )
    assert one.id != other.id
    assert "of a kind that is not read (<html>)" in error(tmp_path, "b.xml", "<html><p>x</p></html>")


# Web archives


def test_the_pages_of_a_web_archive_are_articles_under_their_addresses(tmp_path: Path) -> None:
    archive = made.warc({"https://example.org/bridge": PAGE.encode(), "https://example.org/b": PAGE.encode()})
    for name, data in (("a.warc", archive), ("b.warc.gz", made.gz(archive))):
        one, other = articles(tmp_path, name, data)
        assert one.url == "https://example.org/bridge" and OPENED in one.text and other.url == "https://example.org/b"
        # When it was fetched is no date of publication.
        assert one.published == "2024-05-06T10:00:00+02:00"
    picture = made.warc({"https://example.org/a.png": b"x"}, kind="image/png")
    assert "holds no web page" in error(
        tmp_path, "c.warc", picture + made.warc({"https://e.org/": b""}, status="404 No")
    )


# Packed


def test_what_is_packed_is_read_member_by_member_and_its_names_lead_nowhere(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"title": f"N{n}", "text": f"{OPENED} {n}"}) + "\n" for n in (1, 2))
    files = {"in/a.html": PAGE.encode(), "../../evil.txt": RAIN.encode(), "b.jsonl.gz": made.gz(lines.encode())}
    files |= {"c.png": b"\x89PNG", "empty.txt": b"", "__MACOSX/in/a.html": b"x", ".hidden.txt": b"x"}
    found = records(tmp_path, "news.zip", made.zipped(files))
    texts = [one.article.text for one in found if one.article]
    assert len(texts) == 4 and RAIN in texts and f"{OPENED} 2" in texts
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert [one.error for one in found if one.error] == [
        f"{tmp_path}/news.zip/empty.txt is empty; put the article's text in it, or leave it out."
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"news.zip"}
    assert len({one.article.id for one in found if one.article}) == 4


def test_the_same_article_packed_keeps_its_identity_when_others_are_packed_with_it(tmp_path: Path) -> None:
    [before] = articles(tmp_path, "news.zip", made.zipped({"b.txt": OPENED.encode()}))
    _, after = articles(tmp_path, "news.zip", made.zipped({"a.txt": RAIN.encode(), "b.txt": OPENED.encode()}))
    assert before.id == after.id and after.path == str(tmp_path / "news.zip")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb = made.zipped({"a.txt": bytes(60_000_000)})
    assert "unpacks to far more than articles do" in error(tmp_path, "bomb.zip", bomb)
    assert "unpacks to far more" in error(tmp_path, "bomb.txt.gz", made.gz(bytes(60_000_000)))
    nested = OPENED.encode()
    for _ in range(5):
        nested = made.zipped({"a.zip" if nested[:2] == b"PK" else "a.txt": nested})
    assert "packed more than 3 times over" in error(tmp_path, "nested.zip", nested)


def test_a_damaged_archive_says_so_and_what_was_whole_is_read(tmp_path: Path) -> None:
    assert "is damaged" in error(tmp_path, "a.zip", made.zipped({"a.txt": OPENED.encode()})[:-30])
    assert "is damaged" in error(tmp_path, "a.txt.gz", made.gz(OPENED.encode())[:-9])
    assert "holds no file of a kind" in error(tmp_path, "b.zip", made.zipped({"a.png": b"x"}))


def test_every_reader_has_a_test_of_its_format() -> None:
    assert set(READERS) == {
        *(".txt", ".md", ".html", ".htm", ".json", ".jsonl", ".csv", ".pdf", ".docx", ".eml", ".mhtml", ".mht"),
        *(".xml", ".rss", ".atom", ".warc", ".gz", ".zip"),
    }
