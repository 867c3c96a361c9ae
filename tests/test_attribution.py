"""Who says what a sentence says, and whether it is denied or in doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.attribution import Attribution, of_sentence, speaker_of


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
