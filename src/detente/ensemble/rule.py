"""A user's own decision rule, which a side follows in play instead of its policy."""

import hashlib
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType
from typing import Any, TypeAlias

import numpy as np

from detente.ensemble.record import ROLES, Role, RuleRecord
from detente.errors import DetenteError

Function: TypeAlias = Callable[[Any, np.ndarray], object]
FROM_TEXT = "<string>"
"""The file name of code that was compiled from text, such as that of `python -c`."""
HOW = "write @detente.rule above a function of (sight, chances)"


@dataclass(frozen=True)
class DecisionRule:
    """A decision rule, identified by its name and a checksum of its sources."""

    function: Function
    name: str
    digest: str

    def __call__(self, sight: Any, chances: np.ndarray) -> None:
        """Change the chances in plain Python, to try the rule."""
        self.function(sight, chances)

    @property
    def record(self) -> RuleRecord:
        """Return what the run's record says about the rule."""
        return RuleRecord(name=self.name, digest=self.digest)

    @cached_property
    def compiled(self) -> Any:
        """Return the function that the kernel calls, compiled on first use.

        Raises `DetenteError` if the rule cannot be compiled.
        """
        from detente.kernel.decision import SIGHT  # noqa: PLC0415  kept out of a cold start
        from detente.kernel.jit import Called  # noqa: PLC0415

        try:
            return Called(self.function, SIGHT)
        except Exception as fault:  # the compiler raises any kind over a user's code
            raise DetenteError(
                f"it cannot be compiled: {type(fault).__name__}: {fault}",
                where=f"rule {self.name}",
                hint="use the fields of detente.Sight, numbers, if, for and what numba compiles",
            ) from fault


def rule(function: Function) -> DecisionRule:
    """Turn a function into a decision rule, for `simulate(crisis, rules={"defender": it})`.

    The function is called for each decision of its side: a move, on a day on which the side moves,
    or an answer. Its arguments are `sight`, what the side sees (the fields of `detente.Sight`;
    `sight.asked` is the decision), and `chances`, the chance of each move (`ChallengerMove`,
    `DefenderMove`) or of both answers in the solved game. It changes `chances` in place to numbers
    that add up to 1; a move whose chance is 0 is not possible and stays at 0. It returns nothing,
    draws no random numbers and has no memory.

    The other side does not know the rule: its policy was solved against the solved game, and it
    interprets each act as one of the solved policy. So beliefs are not calibrated if a rule is
    followed, and the best response to the rule is not solved.

    The rule is compiled for one signature and passed to the model as a function, so that the model
    is not compiled again. Global values that it reads are fixed when it is compiled.

    Raises `DetenteError` if it is no function of two arguments, or its source cannot be read.
    """
    if not isinstance(function, FunctionType) or len(inspect.signature(function).parameters) != 2:  # noqa: PLR2004  sight and chances
        raise DetenteError("a rule is a function of two arguments", where="rule", hint=HOW)
    # A checksum of the source, and of all that the function reads outside itself.
    whole = hashlib.sha256()
    for text in _texts(function, set()):
        whole.update(text.encode() + b"\0")
    return DecisionRule(function, function.__name__, whole.hexdigest())


def settle_rules(rules: Mapping[str, DecisionRule] | None) -> dict[Role, RuleRecord]:
    """Check and compile the rules of a run, and return their entries in its record.

    Raises `DetenteError` if there is no such side, or its rule is no rule or cannot be compiled.
    """
    given = rules or {}
    for side, one in given.items():
        if side not in ROLES:
            hint = "rules are for: " + ", ".join(ROLES)
            raise DetenteError(
                f"{side!r} is not a side that can follow a rule", where="rules", hint=hint
            )
        if not isinstance(one, DecisionRule):
            what = f"{type(one).__name__} is not a rule"
            raise DetenteError(what, where=f"rules.{side}", hint=HOW)
        _ = one.compiled
    return {side: given[side].record for side in ROLES if side in given}


def require_rules(
    recorded: Mapping[Role, RuleRecord], rules: Mapping[str, DecisionRule] | None
) -> tuple[Any, ...]:
    """Return both sides' compiled rules; empty if no side has one.

    Raises `DetenteError` unless the rules are those in the record.
    """
    given = settle_rules(rules)
    for side in ROLES:
        was, now = recorded.get(side), given.get(side)
        if was == now:
            continue
        if was is None:
            what, hint = f"the run was played without a rule of the {side}", "leave the rule out"
        elif now is None:
            what = f"the run was played with the rule {was.name} of the {side}, which is not given"
            hint = f"in Python, with rules={{{side!r}: {was.name}}}; commands and causes take none"
        else:
            what = (
                f"the rule {now.name} of the {side} ({now.digest[:12]}) is not the one of the run, "
                f"{was.name} ({was.digest[:12]})"
            )
            hint = "give the rule as it was, or play a new run"
        raise DetenteError(what, where=f"rules.{side}", hint=hint)
    if not given:
        return ()
    from detente.kernel.decision import NO_RULE  # noqa: PLC0415  kept out of a cold start

    return tuple((rules or {})[side].compiled if side in given else NO_RULE for side in ROLES)


def _texts(function: FunctionType, seen: set[FunctionType]) -> list[str]:
    """Return the source of a function, and the names and sources or values that it reads."""
    seen.add(function)
    try:
        if (
            function.__code__.co_filename == FROM_TEXT
        ):  # Python 3.13 would find the source of other code
            raise OSError("it was made of a text")
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError) as fault:
        what = f"its source cannot be read: {fault}"
        hint = "write it in a file or a notebook, not at a prompt"
        raise DetenteError(what, where=f"rule {function.__name__}", hint=hint) from fault
    texts = [source]
    outside = inspect.getclosurevars(function)
    for name, value in sorted({**outside.globals, **outside.nonlocals}.items()):
        plain = getattr(value, "py_func", value)
        if not isinstance(plain, FunctionType):
            texts.append(f"{name} = {value!r}")
        elif plain not in seen:
            texts += [name, *_texts(plain, seen)]
    return texts
