"""Who said what, where and when, and which numbers rest on it."""

from detente.evidence.claim import Claim
from detente.evidence.document import Found, read_document, verify
from detente.evidence.export import Evidence, to_csv, to_json_lines
from detente.evidence.ledger import Ledger, Row, ledger
from detente.evidence.passage import Passage, digest_of
from detente.evidence.source import Source

__all__ = [
    "Claim",
    "Evidence",
    "Found",
    "Ledger",
    "Passage",
    "Row",
    "Source",
    "digest_of",
    "ledger",
    "read_document",
    "to_csv",
    "to_json_lines",
    "verify",
]
