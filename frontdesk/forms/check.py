"""What is wrong with a template, found before any paper is spoilt. Sentences for the office's technician."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from frontdesk.core.errors import RefusedError
from frontdesk.forms.fill import PAD, Filler, spots
from frontdesk.forms.fonts import FontBook, font_book
from frontdesk.forms.labels import label_size
from frontdesk.forms.layers import Press, colours_of, label_of
from frontdesk.forms.pen import MM, upright_height
from frontdesk.forms.place import Plan, flow
from frontdesk.forms.register import PAD as CELL_PAD
from frontdesk.forms.register import area_of
from frontdesk.forms.samples import LETTERHEAD, sample_slip
from frontdesk.forms.slip import Run, press_of
from frontdesk.forms.template import (
    LabelTemplate,
    RegisterTemplate,
    Sheet,
    SlipTemplate,
    load,
    shipped,
)
from frontdesk.forms.text import fit, lines_of
from frontdesk.forms.values import Layout

_CLOSE = 0.05
_LASER_EDGE = 4.2
_SPROCKETS = 12.7
_FANFOLD_EDGE = 7.0
_LEAST_CHOICE_GAP = 1.2
_LEAST_READABLE = {True: 6.0, False: 8.0}
_LEAST_CODE = 10.0
_LAYOUTS: dict[str, Layout] = {"laser": "laser", "strike": "strike"}


def check(form_id: str) -> list[str]:
    """The problems of a form's template; none when it can be printed. A file that cannot be read is one, too."""
    try:
        template = load(form_id)
        known = shipped(form_id)
    except RefusedError as error:
        return [error.message]
    book = font_book()
    if isinstance(template, RegisterTemplate):
        return list(_register(template, known if isinstance(known, RegisterTemplate) else None, book))
    if isinstance(template, LabelTemplate):
        return list(_labels_sheet(template, known if isinstance(known, LabelTemplate) else None, book))
    return list(_slip(template, known if isinstance(known, SlipTemplate) else None, book))


def _slip(template: SlipTemplate, known: SlipTemplate | None, book: FontBook) -> Iterator[str]:
    yield from _names(template, known)
    yield from _widths(template)
    yield from _glyphs(_words(template), book)
    try:
        for copy in template.copies:
            colours_of(copy.colour)
    except RefusedError as error:
        yield error.message
        return
    for name, sheet in template.sheets.items():
        problems = list(_edges(name, sheet)) or list(_sheet(template, name, book))
        yield from problems
    if template.register:
        listed = known.register if known else None
        yield from _register(template.register, listed, book)


def _names(template: SlipTemplate, known: SlipTemplate | None) -> Iterator[str]:
    """Every field is known, and stands on paper once."""
    placed = Counter(
        cell.field for block in template.block for row in block.row for cell in row.cells if cell.field
    )
    tables = Counter(row.table for block in template.block for row in block.row if row.table)
    for name, field in template.fields.items():
        if known and name not in known.fields:
            yield f"栏目“{name}”（{field.label}）程序不认识，印不出内容。"
        if placed[name] != 1 and name != "serial":
            yield f"栏目“{field.label}”{'没有放到纸上' if not placed[name] else '放了不止一次'}。"
    for name, table in template.tables.items():
        if tables[name] != 1:
            yield f"表格“{table.label}”{'没有放到纸上' if not tables[name] else '放了不止一次'}。"


def _widths(template: SlipTemplate) -> Iterator[str]:
    """Rows fill their block, blocks fill the body: no gap and nothing over something else."""
    bands: dict[float, list[tuple[float, float]]] = {}
    for number, (block, _, y) in enumerate(flow(template), 1):
        width = block.width or template.body_width
        bands.setdefault(y, []).append((width, block.height))
        inner = width - (template.heading_width if block.heading else 0.0)
        for at, row in enumerate(block.row, 1):
            used = sum(part.width for part in (row.columns if row.table else row.cells))
            if abs(used - inner) > _CLOSE:
                word = "超出" if used > inner else "不足"
                yield f"第 {number} 块第 {at} 行的格宽合计 {used:g} 毫米，{word}应有的 {inner:g} 毫米。"
            for cell in row.cells:
                if cell.label_width > cell.width:
                    yield f"第 {number} 块第 {at} 行：“{cell.field or cell.label}”的标题比格子宽。"
    for parts in bands.values():
        if abs(sum(width for width, _ in parts) - template.body_width) > _CLOSE:
            yield f"并排的块合计宽 {sum(width for width, _ in parts):g} 毫米，应为 {template.body_width:g} 毫米。"
        heights = {round(height, 2) for _, height in parts}
        if len(heights) > 1:
            yield f"并排的块高度不一：{'、'.join(f'{height:g}' for height in sorted(heights))} 毫米。"


def _edges(name: str, sheet: Sheet) -> Iterator[str]:
    """The sheet lies within what its printer can print."""
    top, right, bottom, left = sheet.margin
    width, height = sheet.paper
    if left + right + sheet.band + 20 > width or top + bottom + sheet.head + sheet.foot + 20 > height:
        yield f"版式 {name}：纸张 {width:g} × {height:g} 毫米减去页边、表头和表脚后没有地方了。"
    side, end = (_SPROCKETS, _FANFOLD_EDGE) if sheet.one_strike else (_LASER_EDGE, _LASER_EDGE)
    if min(left, right) < side:
        yield f"版式 {name}：左右页边至少 {side:g} 毫米，否则印不出来。"
    if min(top, bottom) < end:
        yield f"版式 {name}：上下页边至少 {end:g} 毫米，否则印不出来。"
    least = _LEAST_READABLE[sheet.colour]
    if sheet.least_size < least:
        yield f"版式 {name}：最小字号 {sheet.least_size:g} 磅看不清，至少 {least:g} 磅。"


def _sheet(template: SlipTemplate, name: str, book: FontBook) -> Iterator[str]:
    """Everything fixed fits its box, and so do the samples."""
    layout = _LAYOUTS.get(name)
    if layout is None:
        yield f"版式“{name}”程序不认识，可用 laser 或 strike。"
        return
    press = press_of(template, Run(LETTERHEAD, layout), book)
    yield from _labels(press)
    yield from _choices(press)
    yield from _copies(press)
    sheet, plan = press.sheet, press.plan
    filler = Filler(template, sheet, plan, book, blanks=True)
    filling = filler.fill(sample_slip(template), press.boxes(reprint=True), press.missing)
    for section in filling.more:
        yield f"版式 {name}：“{section.label}”的样张内容放不下。"
    yield from _rows(name, sheet, plan)


def _rows(name: str, sheet: Sheet, plan: Plan) -> Iterator[str]:
    need = sheet.least_size / MM
    boxes = [cell.value for cell in plan.cells] + [table.head for table in plan.tables]
    if any(box.h < need + 0.4 for box in boxes):
        yield f"版式 {name}：有的行高不足 {need + 0.4:.1f} 毫米，一行字也放不下。"


def _labels(press: Press) -> Iterator[str]:
    size = press.sheet.label_size - 1
    width_of = press.book.char_width
    for placed in press.plan.cells:
        label = label_of(press.template, placed)
        box = placed.label
        if box.w and fit(label, (box.w - 1) * MM, box.h * MM, width_of, size=size, least=size).rest:
            yield f"标题“{label}”放不进 {box.w:.1f} × {box.h:.1f} 毫米的格子。"
    for table in press.plan.tables:
        for column, (_, width) in zip(table.row.columns, table.columns, strict=True):
            if press.book.width(column.label, press.sheet.label_size) > width * MM:
                yield f"栏名“{column.label}”比栏宽 {width:.1f} 毫米长。"
    for block in press.plan.blocks:
        if block.heading.w and upright_height(block.block.heading, press.sheet.label_size) > block.rect.h:
            yield f"竖标题“{block.block.heading}”比它的块高。"


def _choices(press: Press) -> Iterator[str]:
    size = press.sheet.label_size
    for placed in press.plan.cells:
        places = spots(placed.cell, placed.value, size, press.book)
        for first, second in pairwise(places):
            end = first.text + press.book.width(first.word, size) / MM
            if second.box - end < _LEAST_CHOICE_GAP:
                yield f"“{label_of(press.template, placed)}”的选项放不下，请加宽格子。"
                break
        if (
            len(places) == 1
            and places[0].text + press.book.width(places[0].word, size) / MM > placed.value.right - PAD
        ):
            yield f"“{label_of(press.template, placed)}”的选项放不下，请加宽格子。"


def _copies(press: Press) -> Iterator[str]:
    if not press.copies:
        return
    band = press.plan.frame.band
    share = band.h / len(press.copies) if press.sheet.one_strike else band.h
    for copy in press.copies:
        if band.w < press.sheet.least_size / MM or upright_height(copy.name, 5) > share:
            yield f"联名“{copy.name}”在右边的条里放不下。"


def _register(template: RegisterTemplate, known: RegisterTemplate | None, book: FontBook) -> Iterator[str]:
    area = area_of(template)
    used = sum(column.width for column in template.columns)
    if used > area.w + _CLOSE:
        yield f"各栏合计宽 {used:g} 毫米，超出纸面可用的 {area.w:g} 毫米。"
    if min(template.margin) < _LASER_EDGE:
        yield f"页边至少 {_LASER_EDGE:g} 毫米，否则印不出来。"
    if area.h < 40:
        yield "纸太矮，放不下表格。"
    if template.size < _LEAST_READABLE[True]:
        yield f"字号 {template.size:g} 磅看不清，至少 {_LEAST_READABLE[True]:g} 磅。"
    names = [column.field for column in known.columns] if known else []
    for column in template.columns:
        if names and column.field not in names:
            yield f"栏目“{column.field}”（{column.label}）程序不认识，印不出内容。"
        room = (column.width - 2 * CELL_PAD) * MM / template.size
        if room < 2 or len(lines_of(column.label, room, book.char_width)) > 2:
            yield f"栏名“{column.label}”放不进 {column.width:g} 毫米宽的栏。"
    doubled = [
        name for name, count in Counter(column.field for column in template.columns).items() if count > 1
    ]
    if doubled:
        yield f"栏目{'、'.join(doubled)}放了不止一次。"
    words = [template.title, template.note, template.empty, *template.signs]
    words += [column.label for column in template.columns]
    yield from _glyphs(words, book)


def _labels_sheet(template: LabelTemplate, known: LabelTemplate | None, book: FontBook) -> Iterator[str]:
    """The grid lies on the paper, and each label has room for its lines and its code."""
    width, height = label_size(template)
    if width < 15 or height < 8:
        yield f"每个标签只有 {width:.1f} × {height:.1f} 毫米，太小了；请减少行列或页边。"
        return
    for name, field in template.fields.items():
        if known and name not in known.fields:
            yield f"栏目“{name}”（{field.label}）程序不认识，印不出内容。"
    used = sum(line.height for line in template.line)
    if used > height - 2 * template.pad + _CLOSE:
        yield f"标签上各行合计高 {used:g} 毫米，超出可用的 {height - 2 * template.pad:.1f} 毫米。"
    if template.code and template.code > min(height, width / 2) - 2 * template.pad + _CLOSE:
        yield f"二维码边长 {template.code:g} 毫米，标签里放不下。"
    if 0 < template.code < _LEAST_CODE:
        yield f"二维码边长 {template.code:g} 毫米太小，扫不出来，至少 {_LEAST_CODE:g} 毫米。"
    for line in template.line:
        if line.least_size < _LEAST_READABLE[True]:
            yield f"最小字号 {line.least_size:g} 磅看不清，至少 {_LEAST_READABLE[True]:g} 磅。"
    yield from _glyphs([template.title, *(field.sample for field in template.fields.values())], book)


def _words(template: SlipTemplate) -> list[str]:
    words = [template.title, *(field.label for field in template.fields.values())]
    words += [table.label for table in template.tables.values()]
    words += [copy.name for copy in template.copies]
    for block in template.block:
        words.append(block.heading)
        for row in block.row:
            words += [column.label for column in row.columns]
            for cell in row.cells:
                words += [cell.label, cell.blank, *cell.choices]
    return words


def _glyphs(words: list[str], book: FontBook) -> Iterator[str]:
    missing: dict[str, None] = {}
    for word in words:
        book.clean(word, missing)
    for char in missing:
        yield f"文字里有字库没有的字 U+{ord(char):04X}。"
