"""Search as one types: the index answers as a plain scan does, whatever is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from frontdesk.core.search import SearchIndex, SearchText, matches, terms, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

INDEX = SearchIndex("call")

SINK = SearchText(
    prose=["厨房下水堵塞,水已漫到地面"],
    rooms=["3-2-1102"],
    digits=["138-0013-8000", "FW2026-000123"],
    names=["张晓敏"],
)
LIFT = SearchText(
    prose=["电梯困人", "面包车"], rooms=["A座1201"], digits=["0571-88881234转8"], names=["曾志伟"]
)
RARE = SearchText(prose=["𬱖先生说 WiFi 坏了"], rooms=["商铺S-05"], names=["㛃䶮"])


@pytest.fixture
def connection() -> Iterator[Connection]:
    """An empty index as the migration lays it, in memory."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE search_call USING fts5("
            "body, content='', detail=full, tokenize=\"ascii tokenchars '_=/-'\")"
        )
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("堵塞", [1]),
        ("下水堵", [1]),
        ("堵塞水", [1]),  # punctuation is not heard on the telephone either
        ("漏水", []),
        ("面", [2, 1]),
        ("地面面包", []),  # the end of one text and the beginning of another are no phrase
        ("面面", []),
        ("张 堵塞", [1]),
        ("曾 堵塞", []),
        ("3", [1]),
        ("3-2", [1]),
        ("3-21", []),
        ("321102", [1]),
        ("３号楼2单元1102", [1]),
        ("1102", [1]),
        ("80", []),  # one or two digits are the beginning of a room
        ("A座12", [2]),
        ("a1201", [2]),
        ("S05", [3]),
        ("商铺", [3]),
        ("zxm", [1]),
        ("zz", [2]),  # 曾 is zeng
        ("jy", [3]),
        ("8000", [1]),
        ("13800138000", [1]),
        ("013", [1]),
        ("80000", []),
        ("fw2026-000123", [1]),
        ("2026-000123", [1]),
        ("fw2026-0001", [1]),
        ("fw2026-999", []),
        ("wifi", [3]),
        ("𬱖", [3]),
    ],
)
def test_a_search_finds_rooms_names_telephones_serials_and_any_part_of_the_text(
    connection: Connection, query: str, found: list[int]
) -> None:
    INDEX.put_many(connection, [(1, SINK), (2, LIFT), (3, RARE)])
    assert INDEX.find(connection, query, 10) == found
    assert [number for number, text in ((3, RARE), (2, LIFT), (1, SINK)) if matches(text, query)] == found


@pytest.mark.parametrize(
    "query",
    [
        *("", " ", "*", '"', '"漏水', "漏水*", "NEAR(漏 水)", "漏水 OR", "100%", "1_01", "101-1", "a\0b"),
        *("张\ud83d", "😀", "'; --", "^", "body:水", "(", "AND", "-", "=zx", "_3"),
        *("水" * 5000, "水 " * 500, "3-" * 300),
    ],
)
def test_any_text_may_be_asked_for(connection: Connection, query: str) -> None:
    INDEX.put_many(connection, [(1, SINK), (2, LIFT)])
    expected = [number for number, text in ((2, LIFT), (1, SINK)) if matches(text, query)]
    assert INDEX.find(connection, query, 10) == expected


def test_newest_come_first_and_pages_follow_one_another(connection: Connection) -> None:
    INDEX.put_many(connection, [(number, SINK) for number in range(1, 251)])
    first = INDEX.find(connection, "堵塞", 100)
    assert first == list(range(250, 150, -1))
    assert INDEX.find(connection, "堵塞", 100, before=first[-1]) == list(range(150, 50, -1))
    assert INDEX.find(connection, "堵塞", 100, after=245, before=249) == [248, 247, 246]
    assert len(INDEX.find(connection, "堵塞", 1000, after=100)) == 150


def test_a_changed_row_is_found_by_its_new_text_only(connection: Connection) -> None:
    INDEX.put_many(connection, [(1, SINK), (2, LIFT)])
    INDEX.replace(connection, 1, SINK, RARE)
    assert INDEX.find(connection, "堵塞", 10) == []
    assert INDEX.find(connection, "wifi", 10) == [1]
    assert INDEX.find(connection, "电梯", 10) == [2]


def test_merging_in_small_steps_comes_to_an_end_and_loses_nothing(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO search_call (search_call, rank) VALUES ('automerge', 0)")
    for number in range(1, 60):
        INDEX.put(connection, number, SINK)
        connection.commit()
    steps = 0
    while INDEX.tidy(connection):
        steps += 1
        assert steps < 1000
    assert steps > 0
    assert len(INDEX.find(connection, "堵塞", 1000)) == 59


def test_a_token_never_means_two_things(connection: Connection) -> None:
    INDEX.put_many(
        connection, [(1, SearchText(prose=["r3 zx"])), (2, SearchText(rooms=["3-1"], names=["张晓"]))]
    )
    assert INDEX.find(connection, "3", 10) == [2]
    assert INDEX.find(connection, "z", 10) == [2]
    assert INDEX.find(connection, "zx", 10) == [2, 1]


CHARS = st.sampled_from('水漏堵塞面电张曾单㛃䶮𬱖喆赟A座z3-２ab12,。 _"*%\t\ud83d\0号楼')
PROSE = st.text(CHARS, max_size=12)
ROOMS = st.sampled_from(
    ["3-2-1102", "A座1201", "商铺S-05", "12号楼3单元501", "别墅A12", "12-1-12", "", "随口说的"]
)
DIGITS = st.text("0123456789-", max_size=14) | st.sampled_from(["FW2026-000123", "0571-88881234转8"])
NAMES = st.text(st.sampled_from("张王曾单喆赟㛃晓敏尉迟(租)aB"), max_size=4)
ROWS = st.builds(
    SearchText,
    prose=st.lists(PROSE, max_size=3),
    rooms=st.lists(ROOMS, max_size=2),
    digits=st.lists(DIGITS, max_size=2),
    names=st.lists(NAMES, max_size=2),
)
QUERIES = PROSE | DIGITS | NAMES | ROOMS | st.text(st.sampled_from("水漏堵12-3zxab "), max_size=5)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=8), queries=st.lists(QUERIES, min_size=1, max_size=6))
def test_the_index_answers_as_a_plain_scan_does(
    connection: Connection, rows: list[SearchText], queries: list[str]
) -> None:
    INDEX.clear(connection)
    INDEX.put_many(connection, enumerate(rows, start=1))
    for query in queries:
        expected = [number for number in range(len(rows), 0, -1) if matches(rows[number - 1], query)]
        assert INDEX.find(connection, query, 100) == expected, query


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=ROWS, new=ROWS, query=QUERIES)
def test_replacing_a_row_leaves_nothing_of_the_old_text(
    connection: Connection, old: SearchText, new: SearchText, query: str
) -> None:
    INDEX.clear(connection)
    INDEX.put_many(connection, [(1, old), (2, old)])
    INDEX.replace(connection, 1, old, new)
    expected = [number for number, text in ((2, old), (1, new)) if matches(text, query)]
    assert INDEX.find(connection, query, 10) == expected


@given(st.text(max_size=200))
def test_terms_and_tokens_take_any_text(text: str) -> None:
    assert len(terms(text)) <= 8
    assert "\0" not in tokens(SearchText([text], [text], [text], [text]))
