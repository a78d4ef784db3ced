"""Futures of random packs have one ending each and keep every law."""

from verification.model.endings import blocks, report


def test_futures_of_random_packs_keep_every_law_and_come_to_every_ending(capsys):
    status = report(blocks(packs=8, futures=8_000))
    out = capsys.readouterr().out

    assert "8,000 futures, 0 violations" in out
    assert status == 0
