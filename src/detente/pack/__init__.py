"""A crisis written down: every number with its source and its uncertainty."""

from detente.pack.beginning import new
from detente.pack.crisis import Crisis, check, load
from detente.pack.files import shipped
from detente.pack.model import Change, Hypothesis, Option
from detente.pack.options import parse_setting
from detente.pack.quantity import Quantity

__all__ = [
    "Change",
    "Crisis",
    "Hypothesis",
    "Option",
    "Quantity",
    "check",
    "load",
    "new",
    "parse_setting",
    "shipped",
]
