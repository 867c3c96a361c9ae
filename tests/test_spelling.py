"""Names that are spelled in several ways, and names that only look alike."""

from __future__ import annotations

import pytest

from index.lexical import whole
from index.spelling import Spellings

# As asked, and as the articles write it.
SAME = """
Bashir Basheer | Moscow Mosocw | Brussells Brussels | Sinjar Shinjar | Khansir Khanasir | Rouhani Rowhani |
Saraqib Saraqeb | Idlib Idleb | Zawahiri Zawahri | Qaddafi Qadhafi | Hussein Husayn | Osama Usama | Sharif Shareef |
Nusra Nousra | Raqqa Raqa | Deraa Daraa | Latakia Lattakia | Tartus Tartous | Palmyra Palmira | Manbij Manbidj |
Jarablus Jarabulus | Kobani Kobane | Hasakah Hassakeh | Qamishli Kamishli | Ghouta Ghuta | Zelensky Zelenskyy |
Zelenskiy Zelensky | Kharkiv Harkiv | Mykolaiv Mykolayiv | Chernihiv Chernigiv | Lukashenko Lukashenka |
Navalny Navalniy | Tikhanovskaya Tsikhanouskaya | Yeltsin Eltsin | Gorbachev Gorbachov | Khrushchev Khruschev |
Medvedev Medvedyev | Peskov Peskow | Shoigu Shoygu | Erdogan Erdoğan | Davutoglu Davutoğlu | Yildirim Yıldırım |
Ocalan Öcalan | Aliyev Aliev | Sargsyan Sarkisyan | Pashinyan Pashinian | Karabakh Karabagh |
Stepanakert Stepanakerd | Saakashvili Sakashvili | Ahmadinejad Ahmadinezhad | Khamenei Khamenai |
Soleimani Suleimani | Nasrallah Nasrullah | Hezbollah Hizbullah | Sistani Seestani | Peshmerga Pishmarga |
Sulaymaniyah Sulaimaniya | Fallujah Faluja | Mousul Mosul | Abdullah Abdallah | Mansour Mansur | Yousef Youssef |
Ibrahim Ebrahim | Tehran Teheran | Isfahan Esfahan | Qasem Qassem | Benghazi Bengazi | Misrata Misurata |
Tobruk Tubruq | Haftar Hafter | Kiribati Kirbati | Srebrenica Srebenica | Reykjavik Reykjavík | Belgarde Belgrade |
Guterres Gutteres | Netanyahu Netanyaho | Zaporizhzhia Zaporizhia | Johannesburg Johannesberg |
Liechtenstein Lichtenstein | Massachusetts Massachusets
"""
DIFFERENT = """
Iran Iraq | Austria Australia | Slovakia Slovenia | Niger Nigeria | Georgia George | Mali Malawi | Latvia Lithuania |
Dominica Dominican | Guinea Guyana | Sweden Swedish | Zambia Gambia | Mauritius Mauritania | Paraguay Uruguay |
Hungary Hunger | Korea Korean | Martin Martinique | Taipei Taiwan | Baghdad Bagram | Johnson Johnston |
Clinton Clifton | Warsaw Warsash | Cardiff Carding | Berlin Bergen
"""


def pairs(told: str) -> list[tuple[str, str]]:
    return [(one, other) for one, other in (pair.split() for pair in told.split("|"))]


@pytest.fixture(scope="module")
def collection() -> Spellings:
    """The words of a collection that has every written form, and both of what must not be mixed up."""
    written = [other for _, other in pairs(SAME)] + [name for pair in pairs(DIFFERENT) for name in pair]
    return Spellings({word for name in written for word in whole(name)})


@pytest.mark.parametrize(("asked", "written"), pairs(SAME))
def test_a_name_is_found_in_another_spelling(collection: Spellings, asked: str, written: str) -> None:
    (one,), (other,) = whole(asked), whole(written)
    assert one == other or other in collection.of(one)


@pytest.mark.parametrize(("asked", "written"), pairs(DIFFERENT))
def test_another_name_that_looks_alike_is_not_taken_for_it(collection: Spellings, asked: str, written: str) -> None:
    (one,), (other,) = whole(asked), whole(written)
    assert one != other
    assert other not in collection.of(one)
    assert one not in collection.of(other)
