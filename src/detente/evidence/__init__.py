"""Who said what, where and when, and which numbers rest on it."""

from detente.evidence.claim import Claim, Passage, Source, digest_of
from detente.evidence.document import Found, read_document, verify
from detente.evidence.ledger import Evidence, Ledger, LedgerRow, ledger, to_csv, to_json_lines

__all__ = [
    "Claim",
    "Evidence",
    "Found",
    "Ledger",
    "LedgerRow",
    "Passage",
    "Source",
    "digest_of",
    "ledger",
    "read_document",
    "to_csv",
    "to_json_lines",
    "verify",
]
