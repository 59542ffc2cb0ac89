"""What stands in a form on its way to disk: bound to who pressed, and to what stood there at that moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.core.context import DeskContext
    from frontdesk.core.errors import RefusedError
    from ui.register.attempt import Saving, Say
    from ui.register.new_record import NewRecordCard

_KEPT = "没有存上，内容留在本人的草稿里。"
WAITS = "上一次要存的还在等数据文件，写进去了再存这一次。"


@dataclass(frozen=True)
class Written:
    """What follows a command: `done(result)` where somebody still waits for it in the form, else `told(result)` is said.

    `restorable`: not all that was typed went into the record, so Ctrl+Z brings it back.
    """

    done: Callable[[Any], object]
    told: Callable[[Any], str]
    restorable: bool = False


class FormPress:
    """One press of Ctrl+Enter. The file may answer seconds later, with something else typed or somebody else here."""

    def __init__(
        self, context: DeskContext, card: NewRecordCard, in_view: Callable[[], bool], say: Say, then: Written
    ) -> None:
        self._context, self._card, self._in_view, self._say, self._then = context, card, in_view, say, then
        self._sent = card.draft.sent()
        self._sought = card.unit.sought() if card.unit is not None else ""

    def write(self, saving: Saving, new: Any, command: Callable[[Any], Any]) -> None:
        """Run a command on what was read from the form. Each answer is said in the form, as long as whoever pressed
        sits here; else above the page.
        """
        if not saving(
            lambda: command(self._known(new)), self._on_written, self._on_refused, self._on_hindered
        ):
            self._card.form.say_hindered(WAITS)

    def _known(self, new: Any) -> Any:
        """With what can be told only when the file answers: the draft on disk, the unit of the room that was typed."""
        if new is None:
            return None
        known: dict[str, Any] = {"draft_id": self._card.draft.draft_id(self._sent)}
        unit = self._card.unit.likeliest(self._sought) if self._sought and self._card.unit else None
        if unit is not None:
            known["unit_no"] = unit.unit_no
        return replace(new, **known)

    def _is_here(self) -> bool:
        return self._context.actor == self._sent.actor

    def _on_written(self, result: Any) -> None:
        still = self._card.draft.saved(self._sent, restorable=self._then.restorable)
        if still and self._is_here() and self._in_view():
            self._then.done(result)
            return
        if not self._is_here():
            self._say_to_others("已存。", "ok")
            return
        more = "；之后输入的没有写进去，还在这里" if not still else ""
        self._say(f"{self._then.told(result)}{more}。", "ok")

    def _on_refused(self, refusal: RefusedError) -> None:
        if self._is_here():
            self._card.form.show_refusal(refusal)
        else:
            self._say_to_others(_KEPT, "danger")

    def _on_hindered(self, sentence: str, tone: str) -> None:
        if self._is_here():
            self._card.form.say_hindered(sentence, tone)
        elif tone == "danger":
            self._say_to_others(_KEPT, tone)

    def _say_to_others(self, what: str, tone: str) -> None:
        """To whoever sits here by now: that it is done or not, and nothing of what it says."""
        if self._sent.actor is not None:
            self._say(f"{self._sent.actor.name}刚才要存的{what}", tone)
