"""The command line, for the office's technician: everything in Chinese, each command imports its own.

Exit codes: 0 done; 1 refused or bad input; 2 the line itself is wrong; 3 the surroundings (disk, file,
no screen); 4 verification found something; 130 broken off by Ctrl+C. A bug of ours shows its trace.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.core.chinese_parser import Parser
from frontdesk.core.errors import DeskError, RefusedError, SurroundingsError

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.core.query import RegisterQuery
    from frontdesk.desk import Desk
    from frontdesk.estate.household_import import ImportPreview
    from frontdesk.safety.verify import Report

OK, REFUSED, SURROUNDINGS, FOUND, BROKEN_OFF = 0, 1, 3, 4, 130

OpenWindow = Callable[[Path, str], int]
Command = Callable[[argparse.Namespace], int]

CODES = """退出码：0 完成；1 被拒绝或输入有误；2 命令写错；3 磁盘、文件或屏幕的问题；4 校验发现问题；130 被 Ctrl+C 中断。"""
LAYOUTS = ("laser", "two_up", "strike", "overprint")
PAPERS = {"A4": "210x297", "A5": "210x148"}
LEAST_MM, MOST_MM = 50, 450  # of a sheet's side
MOST_SHOWN = 50  # rows or findings on the screen


def run(argv: Sequence[str] | None, open_window: OpenWindow) -> int:
    """Do what the command line asks; returns the exit code. `open_window(folder, number)` opens the window."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console of GBK knows no 㛃
    try:
        wish = _parser().parse_args(argv)
    except SystemExit as end:  # argparse: 0 after --help, 2 after a wrong line
        return int(end.code or 0)
    try:
        if wish.command is None:
            return _window(wish, open_window)
        command: Command = wish.command
        return command(wish)
    except SurroundingsError as error:
        return _say_failed(error, SURROUNDINGS)
    except DeskError as error:
        return _say_failed(error, REFUSED)
    except KeyboardInterrupt:
        print("\n已中断。", file=sys.stderr)
        return BROKEN_OFF


def _say_failed(error: DeskError, code: int) -> int:
    print(error.message, file=sys.stderr)
    return code


# -- the line ------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="frontdesk", description="物业前台：不带命令时打开窗口。", epilog=CODES)
    parser.options.add_argument(
        "--data", metavar="文件夹", type=Path, help="数据文件夹（默认在用户的应用数据里）"
    )
    parser.set_defaults(command=None, number="")
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=Parser)

    def add(name: str, words: str, command: Command | None) -> Parser:
        sub: Parser = commands.add_parser(name, help=words, description=words, epilog=CODES)
        sub.set_defaults(command=command)
        return sub

    call = add("call", "来电显示：让窗口按这个号码新开一条来电", None)
    call.options.add_argument("--number", metavar="号码", required=True, help="来电号码")
    demo = add("demo", "做一个演示小区（只能放进新的文件夹）", _demo)
    for name, words in (
        ("units", "户数"),
        ("calls", "来电条数"),
        ("orders", "服务单张数"),
        ("years", "几年的记录"),
        ("seed", "随机种子"),
    ):
        demo.options.add_argument(f"--{name}", metavar="N", type=int, help=words)
    _add_forms(add("forms", "表单：列出、检查、出样张", _forms_list))
    _add_printing(add("print", "把表单印成 PDF", _print))
    export = add("export", "把登记册导出成 XLSX 表格", _export)
    _add_arguments(
        export,
        ("register", "登记册", "calls 来电 | messages 转告 | orders 服务单 | residents 住户 | phones 电话表"),
    )
    export.options.add_argument("--purpose", metavar="用途", required=True, help="导出用途，会记入日志")
    export.options.add_argument(
        "--period", metavar="日期", default="", help="2026-11-21、2026-11 或 起..止；不写为全部"
    )
    _add_output(export)
    _add_person(export)
    importing = add("import", "从 XLSX 表格导入住户：先看预览，加 --apply 才写入", _import)
    _add_arguments(importing, ("file", "文件", "住户表格"))
    importing.options.add_argument("--apply", action="store_true", help="写入（没有问题的行）")
    _add_person(importing)
    verify = add("verify", "校验：有没有绕过程序的改动", _verify)
    verify.options.add_argument(
        "--mark",
        metavar="行号:校验码",
        default="",
        help="交接单或备份上的校验码，例如 1234:89abcdef01234567",
    )
    _add_person(verify)
    _add_person(add("reindex", "重建查找用的索引（校验说它不符时）", _reindex))
    return parser


def _add_printing(printing: Parser) -> None:
    _add_arguments(printing, ("form", "表单号", "例如 F-ORDER、F-CALL、F-MESSAGE、F-SUMMARY"))
    _add_arguments(
        printing, ("what", "编号或日期", "服务单编号；或 2026-11-21、2026-11、2026-11-01..2026-11-21")
    )
    printing.options.add_argument(
        "--layout",
        choices=LAYOUTS,
        help="F-ORDER 的版式：laser 一联一页 | two_up 一页两联 | strike 多联针打 | overprint 套打；不写按设置",
    )
    printing.options.add_argument(
        "--copies", metavar="联", default="", help="F-ORDER 只印哪几联，例如 1,3；不写为全部"
    )
    _add_output(printing)
    _add_person(printing)


def _add_forms(forms: Parser) -> None:
    kinds = forms.add_subparsers(title="命令", metavar="命令", parser_class=Parser)
    for name, words, command in (
        ("list", "列出所有表单", _forms_list),
        ("check", "检查模板：写错的字段、重叠、放不下的字", _forms_check),
        ("sample", "用样例内容出一张", _forms_sample),
        ("ruler", "出一张标尺，量打印机走得准不准", _forms_ruler),
    ):
        kind: Parser = kinds.add_parser(name, help=words, description=words)
        kind.set_defaults(command=command)
        if name == "sample":
            _add_arguments(kind, ("form", "表单号", "例如 F-ORDER"))
            _add_output(kind)
        if name == "ruler":
            paper = "A4、A5（横）或 宽x高 毫米，例如 241x139.7；不写为 A4"
            kind.options.add_argument("--paper", metavar="纸张", default="A4", help=paper)
            _add_output(kind)


def _add_arguments(parser: Parser, argument: tuple[str, str, str]) -> None:
    name, shown, words = argument
    parser.arguments.add_argument(name, metavar=shown, help=words)


def _add_output(parser: Parser) -> None:
    parser.options.add_argument(
        "-o", "--output", metavar="文件", type=Path, required=True, help="写到这个文件"
    )


def _add_person(parser: Parser) -> None:
    words = "谁在操作（姓名）；PIN 码或密码随后询问，或从标准输入读一行"
    parser.options.add_argument("--as", dest="person", metavar="姓名", required=True, help=words)


# -- the window ----------------------------------------------------------------------------------------


def _window(wish: argparse.Namespace, open_window: OpenWindow) -> int:
    from frontdesk.core.caller import caller_number

    number = caller_number(wish.number) if wish.number else ""
    return open_window(_folder(wish), number)


def _folder(wish: argparse.Namespace) -> Path:
    from frontdesk.core.paths import default_data_folder

    folder: Path = wish.data or default_data_folder()
    return folder.expanduser().absolute()


# -- commands ------------------------------------------------------------------------------------------


def _demo(wish: argparse.Namespace) -> int:
    from frontdesk.demo import DEMO_STAFF, DemoSize, make_demo
    from frontdesk.staff.permissions import role_of

    given = {name: getattr(wish, name) for name in ("units", "calls", "orders", "years", "seed")}
    given = {name: value for name, value in given.items() if value is not None}
    if "calls" in given and "orders" not in given:
        given["orders"] = given["calls"] * 3 // 10
    size, folder = DemoSize(**given), _folder(wish)
    make_demo(folder, size, progress=_progress("正在做演示小区"))
    print(
        f"演示小区“富成花园”做好了：{size.units} 户，来电 {size.calls} 条，服务单 {size.orders} 张，{size.years} 年。"
    )
    print("登录：")
    for person in DEMO_STAFF:
        print(f"  {person.name}（{role_of(person.role).label}）{person.secret}")
    return OK


def _forms_list(_wish: argparse.Namespace) -> int:
    from frontdesk import forms

    for form_id in forms.form_ids():
        print(f"{form_id:<14} {forms.form_title(form_id)}")
    return OK


def _forms_check(_wish: argparse.Namespace) -> int:
    from frontdesk import forms

    bad = False
    for form_id in forms.form_ids():
        problems = forms.check_template(form_id)
        bad = bad or bool(problems)
        print(f"{form_id:<14} {'可用' if not problems else '有问题：'}")
        for problem in problems:
            print(f"  {problem}")
    return REFUSED if bad else OK


def _forms_sample(wish: argparse.Namespace) -> int:
    from frontdesk import forms

    return _write(wish.output, forms.sample(wish.form))


def _forms_ruler(wish: argparse.Namespace) -> int:
    from frontdesk import forms

    said = PAPERS.get(wish.paper.upper(), wish.paper.lower())
    read = re.fullmatch(r"([0-9]{2,3}(?:\.[0-9]{1,2})?)[x×*]([0-9]{2,3}(?:\.[0-9]{1,2})?)", said)
    size = (float(read[1]), float(read[2])) if read else (0.0, 0.0)
    if not all(LEAST_MM <= side <= MOST_MM for side in size):
        raise RefusedError(
            f"“{wish.paper}”不是纸张；请写 A4、A5 或 241x139.7 这样的毫米数，{LEAST_MM} 到 {MOST_MM}。"
        )
    return _write(wish.output, forms.ruler_sheet(*size))


def _print(wish: argparse.Namespace) -> int:
    form_id, copies = wish.form.upper(), _copies(wish.copies)
    if form_id != "F-ORDER" and (wish.layout or copies):
        raise RefusedError("--layout 和 --copies 只用于 F-ORDER。")
    with _signed_in(wish) as desk:
        if form_id == "F-ORDER":
            return _print_order(desk, wish.what, wish.output, wish.layout or "", copies)
        return _write(wish.output, _paper(desk, form_id, wish.what))


def _copies(text: str) -> list[int] | None:
    if not text:
        return None
    if not re.fullmatch(r"[1-9](?:[,，][1-9])*", text):
        raise RefusedError(f"“{text}”不是联的编号；请写 1 或 1,3 这样。")
    return [int(number) for number in re.split("[,，]", text)]


def _print_order(desk: Desk, serial: str, output: Path, layout: str, copies: list[int] | None) -> int:
    """Counted before it is written, taken back when it is refused: no copy gets out without its mark (R-ORDER-18)."""
    from frontdesk.core.actor import Permission
    from frontdesk.forms.printers import PrinterChoice

    actor = desk.context.require(Permission.PRINT)
    order = desk.orders.by_serial(serial)
    if order is None:
        raise RefusedError(f"没有编号为 {serial} 的服务单。")
    reprint = desk.orders.record_print(order.id)
    try:
        slips = desk.paper.order_slips([order.id], {order.id: reprint})
        return _write(output, desk.paper.slips(slips, PrinterChoice(layout=layout), copies=copies))
    except DeskError:
        desk.orders.take_back_prints({order.id: reprint}, actor)
        raise


def _paper(desk: Desk, form_id: str, what: str) -> bytes:
    paper = desk.paper
    if form_id == "F-ORDER-DAY":
        return paper.order_day(*_days(what))
    if form_id == "F-SUMMARY":
        day, last = _days(what)
        if day != last:
            raise RefusedError(f"{form_id} 一次印一天，请写 2026-11-21 这样的日期。")
        return paper.summary(day)
    registers = {"F-CALL": paper.calls, "F-MESSAGE": paper.messages}
    if form_id not in registers:
        raise RefusedError(
            f"{form_id} 不能从命令行印；可以印 F-ORDER、F-ORDER-DAY、F-CALL、F-MESSAGE、F-SUMMARY。"
        )
    return registers[form_id](_period(what), progress=_progress("正在排版"))


def _export(wish: argparse.Namespace) -> int:
    from frontdesk.estate.register import PHONES, RESIDENTS
    from frontdesk.exchange.export import ExportWish

    dated = wish.register not in ("residents", "phones")
    if wish.period and not dated:
        raise RefusedError("住户和电话表没有日期，请不要写 --period。")
    query = _period(wish.period)
    purpose = ExportWish(wish.purpose, period=query.period if dated else "")
    report = _progress("正在导出")
    with _signed_in(wish) as desk:
        writers: dict[str, Callable[[], int]] = {
            "calls": lambda: desk.calls.export(wish.output, query, purpose, progress=report),
            "messages": lambda: desk.messages.export(wish.output, query, purpose, progress=report),
            "orders": lambda: desk.orders.export(wish.output, query, purpose, progress=report),
            "residents": lambda: desk.estate.export(RESIDENTS, wish.output, purpose, progress=report),
            "phones": lambda: desk.estate.export(PHONES, wish.output, purpose, progress=report),
        }
        if wish.register not in writers:
            raise RefusedError(f"没有 {wish.register} 这本登记册；可选：{'、'.join(writers)}。")
        count = writers[wish.register]()
    print(f"导出 {count} 行：{wish.output}")
    return OK


def _import(wish: argparse.Namespace) -> int:
    with _signed_in(wish) as desk:
        preview = desk.household_import.preview(Path(wish.file), _progress("正在读表"))
        _show_preview(preview)
        if not wish.apply:
            print("这是预览，什么都没有写入；确认无误后加 --apply。")
            return OK
        result = desk.household_import.apply(preview, _progress("正在写入"))
    print(
        f"已写入：房屋 {result.units}，住户 {result.residents}，电话 {result.telephones}，更正 {result.corrected}；"
        f"跳过有问题的 {result.bad_rows} 行。"
    )
    return OK


def _show_preview(preview: ImportPreview) -> None:
    from frontdesk.estate.import_plan import RowState

    print(f"{preview.file_name}：{len(preview.rows)} 行")
    print("认出的列：" + "、".join(f"{head} → {meaning}" for head, meaning in preview.columns))
    if preview.unused:
        print("没有用到的列：" + "、".join(preview.unused))
    print("，".join(f"{state.value} {preview.count(state)}" for state in RowState))
    if preview.imported_before:
        print(f"这份文件 {preview.imported_before} 已经导入过。")
    for state in (RowState.BAD, RowState.DOUBTFUL):
        rows = [row for row in preview.rows if row.state is state]
        for row in rows[:MOST_SHOWN]:
            print(f"  第 {row.number} 行 {row.unit_no} {row.names}：{row.said}")
        if len(rows) > MOST_SHOWN:
            print(f"  …… 还有 {len(rows) - MOST_SHOWN} 行{state.value}")


def _verify(wish: argparse.Namespace) -> int:
    from frontdesk.safety.verify import Mark

    known = None
    if wish.mark:
        if not re.fullmatch(r"[0-9]{1,18}:[0-9A-Fa-f]{16}", wish.mark):
            raise RefusedError("校验码的写法是 行号:16 位校验码，例如 1234:89abcdef01234567。")
        seq, _, digits = wish.mark.partition(":")
        known = Mark(int(seq), digits)
    with _signed_in(wish) as desk:
        report = desk.verify(known=known, progress=_progress("正在校验"))
    _show_report(report, _folder(wish))
    return OK if report.ok else FOUND


def _show_report(report: Report, folder: Path) -> None:
    print(f"校验 {folder}")
    print(f"日志 {report.lines} 行，记录 {report.records} 条，校验码 {report.mark.seq}:{report.mark.digits}")
    if report.ok:
        print("没有发现问题：文件完好，日志连续，记录与日志一致，编号无缺号，查找不漏。")
        return
    print(f"发现 {report.found} 处问题：")
    for finding in report.findings[:MOST_SHOWN]:
        print(f"  {finding.message}")
    if report.found > MOST_SHOWN:
        print(f"  …… 还有 {report.found - MOST_SHOWN} 处")
    if report.found > report.searches:
        print("请不要继续写入；联系技术人员，并准备好最近的备份。")
    else:
        print("记录本身完好，只是查找会漏；关闭窗口后运行 frontdesk reindex 重建即可。")


def _reindex(wish: argparse.Namespace) -> int:
    with _signed_in(wish) as desk:
        desk.rebuild_searches(progress=_progress("正在重建"))
    print("查找用的索引已重建。")
    return OK


# -- parts ---------------------------------------------------------------------------------------------


def _open(folder: Path) -> Desk:
    """The desk in a folder. Its file is not brought to this version while an older program's window has it open."""
    from frontdesk.core.database import Database, is_desk_file
    from frontdesk.core.migrate import SCHEMA_HEAD, schema_version
    from frontdesk.core.paths import DATABASE_NAME, window_is_open
    from frontdesk.desk import open_desk

    path = folder / DATABASE_NAME
    if path.exists() and is_desk_file(path) and window_is_open(folder):
        database = Database(path, read_only=True)
        try:
            version = schema_version(database)
        finally:
            database.close()
        if version < SCHEMA_HEAD:
            raise SurroundingsError(
                f"数据要先升级，而前台窗口正开着：{folder}。数据没有改动；请关闭窗口，半分钟后再试。"
            )
    return open_desk(folder)


@contextmanager
def _signed_in(wish: argparse.Namespace) -> Iterator[Desk]:
    desk = _open(_folder(wish))
    try:
        person = next((each for each in desk.staff.people() if each.name == wish.person), None)
        if person is None:
            raise RefusedError(f"没有叫“{wish.person}”的人，请写全名。")
        desk.staff.sign_in(person.id, _secret())
        yield desk
    finally:
        desk.close()


def _secret() -> str:
    if sys.stdin is not None and sys.stdin.isatty():
        import getpass

        return getpass.getpass("PIN 码或密码：")
    return sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""


def _period(text: str) -> RegisterQuery:
    from frontdesk.core.query import RegisterQuery

    if not text:
        return RegisterQuery()
    first, last = _days(text)
    return RegisterQuery(first_day=first, last_day=last)


def _days(text: str) -> tuple[date, date]:
    """`2026-11-21`, `2026-11`, `2026-11-01..2026-11-21`: first and last day. Raises RefusedError."""
    from calendar import monthrange
    from datetime import date

    begins, _, ends = text.partition("..")
    try:
        if re.fullmatch(r"\d{4}-\d{2}", begins) and not ends:
            first = date.fromisoformat(f"{begins}-01")
            return first, first.replace(day=monthrange(first.year, first.month)[1])
        first = date.fromisoformat(begins)
        return first, date.fromisoformat(ends) if ends else first
    except ValueError as error:
        raise RefusedError(
            f"日期“{text}”认不出；请写 2026-11-21、2026-11 或 2026-11-01..2026-11-21。"
        ) from error


def _write(path: Path, content: bytes) -> int:
    from frontdesk.core.files import put_file

    put_file(path, content)
    print(f"已写到 {path}")
    return OK


def _progress(words: str) -> Callable[[int, int], None] | None:
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total > 0 else ""
        told = f"{done * 100 // total}%" if total else f"{done:,} 行"
        print(f"\r{words} {told}", end=end, file=sys.stderr, flush=True)

    return show
