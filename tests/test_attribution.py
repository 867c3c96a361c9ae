"""Who says what a sentence says, and whether it is denied or in doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.attribution import Attribution, of_sentence
from answer.schema import Answer, Citation, Sentence
from answer.speakers import speaker_of
from tests.conftest import article


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("The bridge will close at noon, the mayor said.", "the mayor"),
        ("A guards’ association said that the alarm had been switched off.", "A guards’ association"),
        ("Planes bombed the outskirts, according to military sources.", "military sources"),
        ("According to the harbour office, two boats sank.", "the harbour office"),
        ("“A tired helmsman is not a saving,” said Inês Carvalhal, general secretary of the union.", "Inês Carvalhal"),
        ("Gordon Pell, the managing director, denied that the company would sell the ship.", "Gordon Pell"),
        ("Four civilians were killed and six wounded, rescue workers said.", "rescue workers"),
        ("In Moscow, spokesman Dmitry Peskov described the attack as a breach.", "spokesman Dmitry Peskov"),
        ("Several people in Tanner Row told the paper that they had heard no siren.", "Several people in Tanner Row"),
        ("State television denied that any rebels were inside the city.", "State television"),
        ("Their union, the Frente Minero, said it had secured a rise.", "Their union, the Frente Minero"),
        ("Mayor Gerda Pohl spoke of damage of five million.", "Mayor Gerda Pohl"),
        ("Dealers attributed the rise to heavy rain.", "Dealers"),
        ("The hoard was buried in a hurry, in the view of digger Piet Van Hool.", "digger Piet Van Hool"),
        ("The company cut its profit forecast for the second time.", ""),
        ("The river broke through an embankment and flooded the lower town.", ""),
        ("Police arrested two men on Friday.", ""),
    ],
)  # fmt: skip
def test_the_speaker_is_whom_the_sentence_names(sentence: str, speaker: str) -> None:
    assert speaker_of(sentence) == speaker


def test_a_pronoun_is_looked_up_in_the_sentence_before() -> None:
    said = "The sirens were sounded at 22:50, he said."
    found = of_sentence(said, before="The mayor, Tomáš Veselka, said nobody had been warned.")
    assert (found.speaker, found.told_before) == ("The mayor, Tomáš Veselka", True)
    assert of_sentence(said) == Attribution()


def test_words_within_a_denial_are_denied_and_those_before_it_are_not() -> None:
    sentence = "The ministry denied that its planes had bombed the market, but said it had struck a depot."
    market, depot, ministry = (sentence.index(word) for word in ("market", "depot", "ministry"))
    assert of_sentence(sentence, (market, market + 6)).denied
    assert not of_sentence(sentence, (depot, depot + 5)).denied
    assert not of_sentence(sentence, (ministry, ministry + 8)).denied


def test_a_speaker_says_what_is_in_their_own_clause_and_not_what_another_side_or_a_relative_clause_says() -> None:
    sides = "Farmers welcomed the step; feed makers said it would cost them 80 million."
    turn = "Both sides agreed to swap prisoners within 30 days, but a mediator warned that the port remained closed."
    quote = "“My serve saved me today,” said Petrik, who hit 14 aces."

    def speaker(sentence: str, words: str) -> str:
        return of_sentence(sentence, (at := sentence.index(words), at + len(words))).speaker

    assert speaker(sides, "80 million") == "feed makers"
    assert speaker(turn, "30 days") == "" and speaker(turn, "closed") == "a mediator"
    assert speaker(quote, "serve") == "Petrik" and speaker(quote, "14 aces") == ""


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Manager Fritz Haldane, whose pit employs 530 people, said the coal would last.", "530"),
        ("While Governor Varga insisted that the worst was over, two inches of rain fell.", "two inches"),
        ("Speaking in a shed outside Oxley, Minister Nantwell said subsidies would rise.", "a shed"),
    ],
)
def test_what_the_report_itself_tells_of_a_speaker_is_nobodys_statement(sentence: str, words: str) -> None:
    at = sentence.index(words)
    assert speaker_of(sentence) != ""
    assert speaker_of(sentence, (at, at + len(words))) == ""


@pytest.mark.parametrize(
    ("sentence", "words", "after"),
    [
        ("Organisers put the crowd at 80,000; police counted fewer than 15,000.", "80,000", ""),
        ("Lowle claims that his tonic cures gout, though no trial has borne him out.", "gout", ""),
        ("The ministry said a drone had crossed at dawn, but Quilla said none had left.", "at dawn", ""),
        ("The Movement said it had struck a tanker.", "a tanker", "Meridian News was not able to verify the account."),
        ("The union said 70% stayed shut.", "70%", "The employers' association put the figure at 15%."),
        ("Ruell said the crowd had thrown bombs.", "bombs", "Three witnesses said nothing had been thrown."),
    ],
)
def test_what_another_side_tells_otherwise_is_in_doubt(sentence: str, words: str, after: str) -> None:
    at = sentence.index(words)
    assert of_sentence(sentence, (at, at + len(words)), after=after).doubted


@pytest.mark.parametrize(
    ("sentence", "words", "denied"),
    [
        ("“I never met him at the Splendide,” Councillor Croft told the inquiry.", "at the Splendide", True),
        ("The army said its guns had not fired on the monastery.", "the monastery", True),
        ("The dogs, kennel owner Philippa Garrow insisted, were not poisoned by bait.", "bait", True),
        ("Denying that the plant would close, director Stella Hargrave said 120 jobs would go.", "120 jobs", False),
        ("The ministry denied that any had gone unpaid, and Beatrix Oyelund announced a rally.", "a rally", False),
    ],
)
def test_a_denial_reaches_as_far_as_its_clause(sentence: str, words: str, denied: bool) -> None:
    at = sentence.index(words)
    assert of_sentence(sentence, (at, at + len(words))).denied is denied


@pytest.mark.parametrize(
    "sentence",
    [
        'Their government called "absurd" the charge that they had bribed a clerk.',
        "Her management dismissed as nonsense online posts claiming that she had met a clerk.",
    ],
)
def test_a_charge_may_stand_before_or_after_the_words_that_deny_it(sentence: str) -> None:
    at = sentence.index("a clerk")
    assert of_sentence(sentence, (at, at + 7)).denied


def test_what_could_not_be_verified_is_in_doubt() -> None:
    assert of_sentence("Twelve fighters were reportedly killed.").doubted
    assert of_sentence("Twelve fighters were killed.", after="The figure could not be verified.").doubted
    assert of_sentence("Rebels shelled the bridge.", after="The rebels denied the claim.").told_after
    assert of_sentence("Twelve fighters were killed.", after="Officials could not be reached to confirm it.").doubted
    assert of_sentence("A follower claims there is gold, but nothing has been found so far.").doubted
    assert not of_sentence("Twelve fighters were killed.", after="Rain is expected.").doubted


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=100))
def test_any_text_has_an_attribution_of_one_line(text: str, before: str, after: str) -> None:
    found = of_sentence(text, before=before, after=after)
    assert found.speaker == " ".join(found.speaker.split())


@pytest.mark.parametrize(
    ("short", "speaker", "said"),
    [
        ("Mara Quill", "union leader Mara Quill", ""),
        ("the miners' union", "union", ""),
        ("4", "the 4th division", "according to the 4th division"),
        ("Friday", "", ""),
    ],
)
def test_a_short_answer_says_whom_it_is_from_unless_that_is_the_answer(short: str, speaker: str, said: str) -> None:
    one = article("They were heard.")
    sentence = Sentence(text="They were heard.", numbers=(1,), speaker=speaker)
    cited = Citation(number=1, article=one, start=0, end=16)
    assert Answer(question="Who?", sentences=(sentence,), short=short, citations=(cited,)).said == said
