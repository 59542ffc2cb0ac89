"""What may be done about a call-back: three answers in three keys, nobody answered, back in writing (R-ORDER-9, 11)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from frontdesk.callbacks.register import ANSWERS, CALLBACK, QUESTIONS, NewCallback
from frontdesk.callbacks.rules import WRITTEN, is_bad
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.settings import CALLBACK_WRITTEN_HOURS
from ui.register.choice_editors import SegmentEditor
from ui.register.editors import LongTextEditor
from ui.register.record_panel import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from frontdesk.callbacks.register import CallbackRow
    from frontdesk.callbacks.rules import Awaited
    from frontdesk.desk import Desk
    from ui.register.editors import Editor
    from ui.register.entry_form import EntryForm
    from ui.register.record_panel import Values

ANSWER, REFER, REPLY = "answer", "refer", "reply"
VOID_REASON = Field("void_reason", "作废原因", Kind.LONG_TEXT, required=True, max_length=400)
WHY = Field("reason", "更正原因（改掉不满意、改别人的或已交班的要写）", max_length=400)

_ANSWERS = tuple(replace(CALLBACK.field(name), required=True) for name in QUESTIONS)
_NUMBERED = tuple(Choice(choice.key, f"{at} {choice.label}") for at, choice in enumerate(ANSWERS, 1))
_OPINION = replace(CALLBACK.field("opinion"), label="客户的话")
_PROBLEM = replace(CALLBACK.field("problem"), label="没修好的、新的问题", hint="有问题就要书面转回部门")
_METHOD = CALLBACK.field("method")
_ASKED = (*_ANSWERS, _OPINION, _PROBLEM, _METHOD)
_KEPT = tuple(field.name for field in _ASKED)


def asking_steps(desk: Desk, order_id: int, awaited: Awaited | None, *, main: bool) -> Iterator[Step]:
    """Ask the customer, or note that nobody answered. `main`: it is what Ctrl+Enter does."""
    again = awaited is not None and awaited.what == WRITTEN

    def answer(values: Values) -> CallbackRow:
        said: dict[str, Any] = {name: values[name] or "" for name in _KEPT}
        return desk.callbacks.record(order_id, NewCallback(**said))

    yield Step(
        ANSWER, "回访", "H", answer, _ASKED, {"method": "telephone"}, main=main and not again,
        own_editors=_editors(), follow=_warning(desk),
    )  # fmt: skip
    yield Step(
        "unreached", "没打通", "N", lambda _v: desk.callbacks.record(order_id, NewCallback(reached=False))
    )


def answer_editor(field: Field) -> SegmentEditor:
    """An answer in one key: 1, 2 or 3 chooses and goes on."""
    return SegmentEditor(replace(field, choices=_NUMBERED), moves_on=True)


def _editors() -> dict[str, Callable[[Field], Editor]]:
    # Two lines each: the customer's telephone and what was done stay in view above.
    low = partial(LongTextEditor, lines=2)
    return {**dict.fromkeys(QUESTIONS, answer_editor), "opinion": low, "problem": low}


def refer_step(desk: Desk, callback: CallbackRow, department: str) -> Step:
    """Send it back to the department in writing; what the customer said is proposed as the text."""
    said = "\n".join(filter(None, (callback.problem, callback.opinion)))
    fields = (
        replace(CALLBACK.field("referral"), label="要返工或改正什么", required=True),
        replace(CALLBACK.field("referred_to"), label="转给部门", required=True),
    )
    return Step(
        REFER, "书面转回", "S",
        lambda v: desk.callbacks.refer(callback.id, v["referral"], v["referred_to"]), fields,
        {"referral": said or None, "referred_to": department or None}, main=True,
    )  # fmt: skip


def reply_step(desk: Desk, callback: CallbackRow) -> Step:
    """Note what the department answered, who did, and when."""
    fields = (
        replace(CALLBACK.field("reply"), required=True, hint="怎么改、什么时候改好"),
        replace(CALLBACK.field("replied_by"), label="谁答复的", required=True),
        replace(CALLBACK.field("replied_at"), label="什么时候", required=True),
    )
    return Step(
        REPLY, "记部门答复", "B",
        lambda v: desk.callbacks.note_reply(callback.id, v["reply"], v["replied_by"], v["replied_at"]), fields,
        {"replied_at": desk.context.clock.now()}, question=f"{callback.referred_to}对转回单怎么答复？",
        own_editors={"reply": partial(LongTextEditor, phrases=desk.phrases, lines=2)},
    )  # fmt: skip


def mending_steps(desk: Desk, callback: CallbackRow) -> Iterator[Step]:
    """Put a call-back right, or cancel it."""
    before = {name: getattr(callback, name) for name in _KEPT}

    def correct(values: Values) -> CallbackRow:
        changes = {name: values[name] or "" for name in _KEPT if (values[name] or "") != before[name]}
        if not changes:
            raise RefusedError("没有改动；按 Esc 返回。")
        return desk.callbacks.correct(callback.id, changes, values["reason"] or "")

    if callback.reached:
        yield Step(
            "correct", "更正", "G", correct, (*_ASKED, WHY),
            {name: value or None for name, value in before.items()},
            own_editors=_editors(), follow=_warning(desk),
        )  # fmt: skip
    yield Step(
        "void", "作废", "Z", lambda v: desk.callbacks.void(callback.id, v["void_reason"]), (VOID_REASON,),
        danger=True, question=f"作废 {callback.serial} 的这次回访？记录划线留存，要重新回访。",
    )  # fmt: skip


def _warning(desk: Desk) -> Callable[[EntryForm], None]:
    """Says beforehand what a bad answer asks for next."""
    hours = desk.context.settings.get(CALLBACK_WRITTEN_HOURS)

    def follow(form: EntryForm) -> None:
        typed = form.draft()
        if is_bad({name: typed.get(name, "") for name in QUESTIONS}, typed.get("problem", "").strip()):
            form.notice.say(f"保存后要在 {hours} 小时内书面转回部门，改好后再回访，直到客户满意。", "warn")
        else:
            form.notice.clear()

    return follow
