"""The states of a crisis: force deployed or under way, the programme, a vow, the talks."""

from dataclasses import dataclass, replace
from enum import Enum, auto

TOP = 2
"""Highest force level, and last step of the programme."""


class Regime(Enum):
    """Where the talks stand."""

    NO_TEXT = auto()
    TEXT_READY = auto()
    ULTIMATUM = auto()
    FAILED = auto()
    STANDSTILL = auto()


@dataclass(frozen=True)
class Standing:
    """A crisis at one moment, beliefs aside."""

    force: int = 0
    is_under_way: bool = False
    step: int = 0
    has_vowed: bool = False
    regime: Regime = Regime.NO_TEXT
    is_blockaded: bool = False

    def into(self, regime: Regime) -> "Standing":
        """Return the same crisis in another regime."""
        return replace(self, regime=regime)

    def ordered(self) -> "Standing":
        """Return it with a raise of force under way."""
        return replace(self, is_under_way=True)

    def arrived(self) -> "Standing":
        """Return it with the raise arrived."""
        return replace(self, force=self.force + 1, is_under_way=False)

    def lowered(self) -> "Standing":
        """Return it with a raise called back, or one level less of force."""
        if self.is_under_way:
            return replace(self, is_under_way=False)
        return replace(self, force=self.force - 1)

    def blockaded(self, *, stands: bool) -> "Standing":
        """Return it with a blockade, or with none."""
        return replace(self, is_blockaded=stands)

    def advanced(self) -> "Standing":
        """Return it with one more step of the programme."""
        return replace(self, step=self.step + 1)

    def vowed(self) -> "Standing":
        """Return it with the defender bound in public."""
        return replace(self, has_vowed=True)

    def as_force_begins(self) -> "Standing":
        """Return what force depends on: not on talks, on a blockade, or on what is under way."""
        return replace(self, is_under_way=False, regime=Regime.NO_TEXT, is_blockaded=False)

    def after_force(self, step: int) -> "Standing":
        """Return it once fighting stops: talks are off, and a vow is used up."""
        return Standing(force=self.force, step=step, regime=Regime.FAILED)

    def capped(self, ceiling: int, blockade_needs: int) -> "Standing":
        """Return it under a ceiling on force; an ultimatum without deployed force is void.

        A blockade is over if less force is left than it needs.
        """
        force = min(self.force, ceiling)
        is_void = self.regime is Regime.ULTIMATUM and force == 0
        return replace(
            self,
            force=force,
            is_under_way=self.is_under_way and self.force < ceiling,
            regime=Regime.FAILED if is_void else self.regime,
            is_blockaded=self.is_blockaded and force >= blockade_needs,
        )

    def may_lower(self, blockade_needs: int) -> bool:
        """Say whether force can be called back, but for what an ultimatum or a blockade needs."""
        if self.is_under_way:
            return True
        needed = blockade_needs if self.is_blockaded else 0
        return self.force > max(needed, 1 if self.regime is Regime.ULTIMATUM else 0)
