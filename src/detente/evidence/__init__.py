"""Who said what, where and when, and which numbers rest on it."""

from detente.evidence.claim import Claim
from detente.evidence.ledger import Ledger, Row, ledger
from detente.evidence.source import Source

__all__ = ["Claim", "Ledger", "Row", "Source", "ledger"]
