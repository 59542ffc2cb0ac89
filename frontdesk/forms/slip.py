"""Slips to PDF: each layer is drawn once as a form of the file and placed on as many sheets as need it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reportlab.pdfgen.canvas import Canvas

from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.core.jobs import Cancelled, Progress
from frontdesk.forms.fill import Filler, Filling
from frontdesk.forms.fonts import MAIN, FontBook, font_book
from frontdesk.forms.layers import Press, draw_band, draw_fixed, draw_margin, draw_values
from frontdesk.forms.more import draw_fixed_more, draw_more, pages_of
from frontdesk.forms.pen import MM, Inks, Pen
from frontdesk.forms.place import plan_of
from frontdesk.forms.template import SlipTemplate, load_slip
from frontdesk.forms.values import CopyName, Layout, Letterhead, Slip

A4 = (210.0, 297.0)
STOPPED = "已停止，没有生成任何纸张。"
_SHEET_OF: dict[Layout, str] = {
    "laser": "laser",
    "two_up": "laser",
    "strike": "strike",
    "overprint": "strike",
}
_NAMES: dict[Layout, str] = {
    "laser": "激光",
    "two_up": "一页两联",
    "strike": "针式多联纸",
    "overprint": "套打",
}


@dataclass(frozen=True)
class Run:
    """How a run of slips is to be printed; see `frontdesk.forms.render_slip` for the meaning of each."""

    letterhead: Letterhead
    layout: Layout = "laser"
    copies: Sequence[int] | None = None
    copy_names: Sequence[CopyName] | None = None
    offset_mm: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    printed_at: str = ""
    progress: Progress | None = None
    cancelled: Cancelled | None = None


def render(form_id: str, slips: Iterable[Slip], run: Run) -> bytes:
    """The PDF of a run of slips. Raises RefusedError for a form, layout or copy that there is not."""
    template = load_slip(form_id)
    press = press_of(template, run, font_book())
    numbers = _copy_numbers(press, run)
    todo = list(slips)
    if not todo:
        raise RefusedError(f"没有要打印的{template.title}。")
    out = io.BytesIO()
    canvas = new_canvas(out, press.sheet.paper, template.title, press.letterhead.company)
    assembly = _Assembly(canvas, press, run)
    filler = Filler(template, press.sheet, press.plan, press.book, blanks=run.layout != "overprint")
    for done, slip in enumerate(todo):
        if run.cancelled and run.cancelled():
            raise StoppedError(STOPPED)
        filling = filler.fill(slip, press.boxes(reprint=slip.reprint > 0), press.missing)
        assembly.add(done, filling, numbers)
        if run.progress:
            run.progress(done + 1, len(todo))
    assembly.close()
    canvas.save()
    return out.getvalue()


def new_canvas(out: io.BytesIO, paper: tuple[float, float], title: str, author: str) -> Canvas:
    """A canvas of `paper` mm whose bytes depend on what is drawn alone."""
    size = (paper[0] * MM, paper[1] * MM)
    canvas = Canvas(
        out,
        pagesize=size,
        pageCompression=1,
        invariant=1,
        initialFontName=MAIN,  # type: ignore[arg-type]  # the stubs say float; else Helvetica is named unembedded
    )
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("frontdesk")
    return canvas


def correct(canvas: Canvas, height: float, offset_mm: tuple[float, float], scale: float) -> None:
    """Move and stretch what follows on a page of that height in mm, as its printer needs it.

    Scaled from the upper left corner, where the paper is fed and where an offset is measured.
    """
    right, down = offset_mm
    canvas.transform(scale, 0, 0, scale, right * MM, (height * (1 - scale) - down) * MM)


def press_of(template: SlipTemplate, run: Run, book: FontBook) -> Press:
    """All that the sheets of a run share."""
    sheet = template.sheets.get(_SHEET_OF[run.layout])
    if sheet is None:
        raise RefusedError(f"{template.title}没有{_NAMES[run.layout]}的版式。", field="layout")
    missing: dict[str, None] = {}
    head = run.letterhead
    words = (head.company, head.estate, head.address, head.telephone, head.desk)
    return Press(
        template=template,
        sheet=sheet,
        plan=plan_of(template, sheet),
        book=book,
        inks=Inks.of(sheet.colour),
        letterhead=Letterhead(*(book.clean(word, missing) for word in words)),
        printed_at=book.clean(run.printed_at, missing),
        copies=tuple(
            CopyName(book.clean(copy.name, missing), copy.colour)
            for copy in run.copy_names or template.copies
        ),
        missing=missing,
    )


def _copy_numbers(press: Press, run: Run) -> list[int]:
    """The copies to print, counted from 0. One strike goes through all of them."""
    if press.sheet.one_strike or not press.copies:
        return [0]
    if run.copies is not None and not run.copies:
        raise RefusedError("没有选要打印的联。", field="copies")
    wanted = list(run.copies) if run.copies is not None else list(range(1, len(press.copies) + 1))
    for number in wanted:
        if not 1 <= number <= len(press.copies):
            raise RefusedError(
                f"{press.template.title}没有第 {number} 联，共 {len(press.copies)} 联。", field="copies"
            )
    return [number - 1 for number in wanted]


class _Assembly:
    """Puts layers on pages: one sheet a page, or two to an A4."""

    def __init__(self, canvas: Canvas, press: Press, run: Run) -> None:
        self._canvas = canvas
        self._press = press
        self._run = run
        self._pen = Pen(canvas, press.book, press.sheet.paper[1])
        self._layers: set[str] = set()
        self._on_page = 0
        self._two_up = run.layout == "two_up"

    def add(self, number: int, filling: Filling, copies: Sequence[int]) -> None:
        """All sheets of one record: each copy with its further sheets behind it."""
        press, pen = self._press, self._pen
        body = press.plan.frame.body
        pages = pages_of(filling.more, body, press.sheet.value_size, press.book) if filling.more else []
        layers = [self._layer(f"{number}", lambda: draw_values(press, pen, filling))]
        for at, page in enumerate(pages, 1):
            draw = partial(draw_more, press, pen, filling, page, (at, len(pages)))
            layers.append(self._layer(f"{number}.{at}", draw))
        for copy in copies:
            for at, layer in enumerate(layers):
                self._place([*self._fixed(copy, further=at > 0), layer])

    def _fixed(self, copy: int, *, further: bool) -> Iterator[str]:
        press, pen = self._press, self._pen
        if further:
            yield self._layer("further", lambda: draw_fixed_more(press, pen))
        elif self._run.layout != "overprint":
            yield self._layer("fixed", lambda: draw_fixed(press, pen))
        if self._run.layout == "overprint" or not press.copies:
            return
        if press.sheet.one_strike:
            yield self._layer("margin", lambda: draw_margin(press, pen))
        else:
            yield self._layer(f"copy{copy}", lambda: draw_band(press, pen, copy))

    def _layer(self, name: str, draw: Callable[[], None]) -> str:
        if name not in self._layers:
            self._layers.add(name)
            width, height = self._press.sheet.paper
            self._canvas.beginForm(name, 0, 0, width * MM, height * MM)
            draw()
            self._canvas.endForm()
        return name

    def _place(self, layers: Iterable[str]) -> None:
        canvas = self._canvas
        names = list(layers)
        if self._two_up and self._on_page == 0:
            canvas.setPageSize((A4[0] * MM, A4[1] * MM))
        canvas.saveState()
        height = self._press.sheet.paper[1]
        correct(canvas, A4[1] if self._two_up else height, self._run.offset_mm, self._run.scale)
        if self._two_up and self._on_page == 0:
            canvas.translate(0, (A4[1] - height) * MM)
        for name in names:
            canvas.doForm(name)
        canvas.restoreState()
        self._on_page += 1
        if not self._two_up or self._on_page == 2:
            self.close()

    def close(self) -> None:
        """End the page, if anything is on it."""
        if not self._on_page:
            return
        if self._two_up:
            middle = A4[1] / 2
            pen = Pen(self._canvas, self._press.book, A4[1])
            pen.rules([(4, middle, A4[0] - 4, middle)], 0.4, self._press.inks.faint, dash=True)
        self._canvas.showPage()
        self._on_page = 0
