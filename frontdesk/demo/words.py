"""Names, telephones and sentences of the demonstration, drawn from `resources/seed/demo.toml`."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from typing import Any

from frontdesk.core.paths import resource

_PREFIXES = (
    "133",
    "135",
    "136",
    "138",
    "139",
    "150",
    "151",
    "158",
    "159",
    "177",
    "180",
    "186",
    "188",
    "189",
    "199",
)


@dataclass(frozen=True)
class Service:
    """One kind of work: what callers say, who does it, what comes of it. Prices in fen."""

    category: str
    department: str
    reasons: list[str]
    details: list[str]
    results: list[str]
    lines: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Talk:
    """One kind of call that needs no order."""

    category: str
    department: str
    reasons: list[str]
    outcomes: list[str]


class Words:
    """Draws from the lists; the same seed draws the same."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        told: dict[str, Any] = tomllib.loads(resource("seed", "demo.toml").read_text(encoding="utf-8"))
        self._surnames: list[str] = told["surnames"].split()
        self._rare_surnames: list[str] = told["rare_surnames"].split()
        self._given: dict[str, list[str]] = {
            "male": told["given_men"].split(),
            "female": told["given_women"].split(),
        }
        self._rare_given: list[str] = told["rare_given"].split()
        self._other_names: list[str] = told["other_names"]
        self.strangers: list[str] = told["strangers"]
        self.notes: list[str] = told["notes"]
        self.messages: list[str] = told["messages"]
        self.praise: list[str] = told["praise"]
        self.problems: list[str] = told["problems"]
        self.services = [
            Service(**{**each, "lines": [tuple(line) for line in each["lines"]]}) for each in told["service"]
        ]
        self.talks: dict[str, list[Talk]] = {}
        for each in told["talk"]:
            self.talks.setdefault(each["category"], []).append(Talk(**each))

    def name(self, gender: str) -> str:
        """A name; one in forty has a character that simple programs cannot write."""
        draw = self._chance.random()
        if draw < 0.01:
            return self._chance.choice(self._other_names)
        surname = self._chance.choice(self._rare_surnames if draw < 0.05 else self._surnames)
        given = self._rare_given if draw > 0.975 else self._given[gender]
        return surname + self._chance.choice(given)

    def telephone(self) -> str:
        """Mostly a mobile, now and then a landline, with an extension at times."""
        draw = self._chance.random()
        if draw < 0.93:
            return self._chance.choice(_PREFIXES) + f"{self._chance.randrange(10**8):08d}"
        number = f"0551-{self._chance.randrange(62000000, 69999999)}"
        return f"{number}-{self._chance.randrange(100, 900)}" if draw > 0.98 else number
