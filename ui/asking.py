"""What the Ask tab does: a conversation asked, stopped, asked again, kept, opened, exported, and judged.

Every event is a method that takes plain values and gives plain values, so all of it is tested without a browser;
`app.py` wires it to gradio, which is handed in.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from answer import feedback
from answer.assistant import of, stream
from answer.events import Cited, Done
from index.errors import DatelineError
from index.schema import Article
from index.settings import Settings
from ui.archive import in_use
from ui.beats import beating
from ui.chat import SEARCHING, STOPPED, Coming, messages
from ui.conversations import Conversations, conversations_html
from ui.evidence import ASK_FIRST, first_key, panel_html
from ui.export import exported
from ui.kept import packed, unpacked
from ui.scope import EARLIER, FILTERS, Scope, chips_html, without
from ui.turn import Source, Turn, at_key, kept_of
from ui.words import empty_html, esc

FAILED = "Something went wrong while answering; the server’s log says what. Please try again."
GONE = "What this answer cites is no longer as it was; ask again to take it along."
# What an event may change, in the order of the components that it is wired to.
OUTPUTS = (
    *("chat", "turns", "panel", "question", "chips", "browser", "listed", "name", "actions", "shown", "notice"),
    *(*FILTERS, "literal"),
)


@dataclass(frozen=True, slots=True)
class Again:
    """A question to ask anew in the place of turn number `at`, with readings taken back."""

    question: str
    at: int
    ignoring: frozenset[str] = frozenset()


class Asking:
    """The events, over the user's store or, while that is empty, over the demonstration."""

    def __init__(self, settings: Settings, gr: Any) -> None:
        self.settings, self.gr = settings, gr
        self._answering, self._counting = 0, threading.Lock()

    def ask(self, question: str, turns: list[Turn], browser: Any, *boxes: Any) -> Iterator[list[Any]]:
        """Yield OUTPUTS as the answer comes; the lists given stay as they are."""
        yield from self._asked(question, turns, browser, Scope.of(boxes))

    def ask_again(self, again: Again | None, turns: list[Turn], browser: Any, *boxes: Any) -> Iterator[list[Any]]:
        """The same for a question that `again` or `drop` found; nothing without one."""
        if again:
            scope = Scope.of(boxes, again.ignoring)
            yield from self._asked(again.question, turns[: again.at], browser, scope)

    def _asked(self, question: str, before: list[Turn], browser: Any, scope: Scope) -> Iterator[list[Any]]:
        if not question.strip():
            yield self._view(question="")
            return
        turn = Turn(question=question, scope=scope, words=SEARCHING)
        yield self._under_way(before, turn, question=self._box(asking=True, value=""), shown=len(before))
        try:
            with self._counted():
                for coming in beating(self._coming(turn, before)):
                    turn = coming or turn
                    if not turn.kept:
                        yield self._under_way(before, turn) if coming else self._view()
        except DatelineError as error:
            turn = Turn.failed(question, scope, str(error))
        except Exception:
            traceback.print_exc()
            turn = Turn.failed(question, scope, FAILED)
        yield self._done([*before, turn], browser)
        if turn.answer and turn.answer.abstained and (instead := self._suggested(turn)):
            suggesting = [*before, replace(turn, suggestions=instead)]
            yield self._view(chat=messages(suggesting), turns=suggesting)

    def _coming(self, turn: Turn, before: Sequence[Turn]) -> Generator[Turn]:
        """The turn as its answer comes, whole at the end."""
        store, scope = in_use(self.settings).store, turn.scope
        earlier = () if EARLIER in scope.ignoring else [one.kept.turn for one in before if one.kept]
        asked: dict[str, Any] = {"literal": scope.literal, "ignoring": scope.ignoring, **scope.set_filters}
        coming = Coming(len(before))
        for event in stream(turn.question, history=earlier, store=store, **asked):
            if isinstance(event, Done):
                extent = of(replace(self.settings, store=store)).retriever.extent(scope.filters)
                yield Turn.of(event.answer, scope, readings=coming.readings, extent=extent)
            elif coming.take(event):
                cited = tuple(map(Source.cited, coming.cited)) if isinstance(event, Cited) else turn.sources
                turn = replace(turn, words=coming.words, sources=cited, readings=coming.readings)
                yield turn

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """While a question is being answered, so that nobody waits for another's suggestions."""
        with self._counting:
            self._answering += 1
        try:
            yield
        finally:
            with self._counting:
                self._answering -= 1

    def _suggested(self, turn: Turn) -> tuple[str, ...]:
        """What to ask instead of a question that was declined; nothing while others wait for their answers."""
        assert turn.answer
        try:
            return of(in_use(self.settings)).suggest(turn.answer, lambda: not self._answering)
        except DatelineError:
            return ()  # the store has gone meanwhile: what was answered stands

    def stopped(self, turns: list[Turn], browser: Any) -> list[Any]:
        """What there is of an answer that was stopped, said to be no more than that; a whole one stays as it is."""
        if not turns or turns[-1].kept:
            return self._view(question=self._box())
        last = turns[-1]
        words = "" if last.words == SEARCHING else last.words
        stopped = replace(
            Turn.failed(last.question, last.scope, STOPPED),
            words=words, sources=last.sources, answered=bool(last.sources),
        )  # fmt: skip
        return self._done([*turns[:-1], stopped], browser)

    def again(self, turns: Sequence[Turn]) -> Again | None:
        """The last question, to be asked again."""
        return Again(turns[-1].question, len(turns) - 1, turns[-1].scope.ignoring) if turns else None

    def edit(self, turns: Sequence[Turn]) -> str:
        """The last question, to be put into the box."""
        return turns[-1].question if turns else ""

    def drop(self, key: str, turns: Sequence[Turn], *boxes: Any) -> list[Any]:
        """A chip was clicked: what to ask again, if it is a reading, and the chips and boxes without it."""
        kind, _, name = key.partition(":")
        if kind == "reading" and turns:
            last = turns[-1]
            return [Again(last.question, len(turns) - 1, last.scope.ignoring | {name}), self.gr.skip(), *boxes]
        left = without(boxes, name)
        return [None, self.chips(turns, *left), *left]

    def chips(self, turns: Sequence[Turn], *boxes: Any) -> str:
        """The filters that are set, and what was read into the last question."""
        last = turns[-1] if turns else None
        answer = last.answer if last else None
        rewritten = answer.asked if answer and answer.asked != answer.question else ""
        return chips_html(Scope.of(boxes), last.readings if last else (), rewritten)

    def select(self, key: str, turns: Sequence[Turn]) -> list[Any]:
        """The panel for a citation that was clicked, and which turn that is of."""
        found = at_key(turns, key)
        return [panel_html(turns, key), found[0] if found else self.gr.skip()]

    def open(self, browser: Any, link: str = "") -> list[Any]:
        """What the page shows first: the answer of a link, or the conversation that was open."""
        if not link:
            return self._opened(Conversations.of(browser))
        try:
            turn = Turn.again(unpacked(link), self._article, linked=True)
        except DatelineError as error:
            return self._view(notice=f"<p class='banner' role='alert'>{esc(str(error))}</p>")
        return self._opened(Conversations.of(browser).opening(""), [turn], keep=False)

    def switch(self, id: str, browser: Any) -> list[Any]:
        """Another conversation; "" starts a new one."""
        return self._opened(Conversations.of(browser).opening(id))

    def rename(self, name: str, browser: Any) -> list[Any]:
        """Another name for the open conversation."""
        renamed = Conversations.of(browser).renamed(name)
        current = renamed.current
        return self._view(
            browser=renamed.state, listed=conversations_html(renamed), name=current.name if current else ""
        )

    def delete(self, browser: Any) -> list[Any]:
        """The open conversation is gone, and a new one begins."""
        return self._opened(Conversations.of(browser).without_open())

    def taken(self, form: str, turns: Sequence[Turn], at: int, origin: str) -> list[str]:
        """A turn's answer to copy, in `form`, and its link; `origin` is the address of the page."""
        turn = turns[at] if 0 <= at < len(turns) else None
        if not turn or not turn.kept or turn.has_failed:
            return ["", ""]
        link = f"{origin}?a={packed(turn.kept)}"
        answer = turn.as_answer
        return [exported(answer, turn.kept.asked_at, form, link) if answer else GONE, link]

    def judged(self, event: Any, turns: Sequence[Turn]) -> list[Any]:
        """Open the box for what is right or wrong with an answer, or close it when the thumb is taken back."""
        at = event.index // 2
        turn = turns[at] if at < len(turns) else None
        if not turn or not turn.answer or event.liked not in (True, False):
            said = "" if turn and turn.answer else empty_html("There is no answer there; ask the question again.")
            return self.unjudged(said)
        thumbs = [*[None] * at, "Like" if event.liked else "Dislike"]
        label = "What is right about it?" if event.liked else "What is wrong with it?"
        update = self.gr.update
        return [(turn, event.liked), update(feedback_value=thumbs), update(visible=True), update(label=label), ""]

    def unjudged(self, said: str = "") -> list[Any]:
        """The box closed and emptied, and no thumb."""
        update = self.gr.update
        return [None, update(feedback_value=[]), update(visible=False), "", said]

    def keep(self, judged: tuple[Turn, bool] | None, comment: str) -> list[Any]:
        """Keep what was thought of an answer in the store that answered, and say where, or why not."""
        if judged is None:
            return self.unjudged()
        turn, liked = judged
        assert turn.answer
        try:
            file = feedback.keep(in_use(self.settings), turn.answer, comment, turn.scope.filters, liked=liked)
        except DatelineError as error:
            same = self.gr.skip()
            return [same, same, same, same, f"<p class='quiet' role='alert'>{esc(str(error))}</p>"]
        said = f"<p class='quiet' role='status'>Kept in <bdi>{esc(str(file))}</bdi></p>"
        return [None, self.gr.skip(), self.gr.update(visible=False), "", said]

    def _opened(self, all: Conversations, turns: list[Turn] | None = None, *, keep: bool = True) -> list[Any]:
        current = all.current
        if turns is None:
            turns = [Turn.again(kept, self._article) for kept in (current.kept if current else ())]
        boxes: dict[str, Any] = {}
        if turns:  # otherwise somebody may be filling them in already
            scope = turns[-1].scope
            boxes = {"chips": chips_html(scope), **dict(zip((*FILTERS, "literal"), scope.boxes, strict=True))}
        return self._view(
            **self._whole(turns),
            browser=all.state if keep else self.gr.skip(),
            listed=conversations_html(all),
            name=current.name if current else "",
            **boxes,
        )

    def _under_way(self, before: Sequence[Turn], turn: Turn, **more: Any) -> list[Any]:
        turns = [*before, turn]
        more |= {"panel": panel_html(turns, first_key(turns))} if turn.sources else {}
        return self._view(chat=messages(turns), turns=turns, actions=self.gr.update(visible=True), **more)

    def _done(self, turns: list[Turn], browser: Any) -> list[Any]:
        """Everything as it stands after a question."""
        all = Conversations.of(browser).saying(kept_of(turns))
        return self._view(
            **self._whole(turns),
            question=self._box(),
            chips=self.chips(turns, *turns[-1].scope.boxes),
            browser=all.state,
            listed=conversations_html(all),
            name=all.current.name if all.current else "",
        )

    def _whole(self, turns: list[Turn]) -> dict[str, Any]:
        key = first_key(turns)
        return {
            "chat": messages(turns),
            "turns": turns,
            "panel": panel_html(turns, key) if key else empty_html(ASK_FIRST),
            "actions": self.gr.update(visible=bool(turns)),
            "shown": len(turns) - 1,
        }

    def _box(self, *, asking: bool = False, **more: Any) -> Any:
        """The question box, with the button that makes sense now."""
        return self.gr.update(submit_btn=False if asking else "Ask", stop_btn="Stop" if asking else False, **more)

    def _article(self, id: str) -> Article | None:
        return of(in_use(self.settings)).retriever.article(id)

    def _view(self, **changed: Any) -> list[Any]:
        assert set(changed) <= set(OUTPUTS)
        return [changed.get(name, self.gr.skip()) for name in OUTPUTS]
