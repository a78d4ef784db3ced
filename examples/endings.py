"""How a crisis may end: load a pack, play it, and read the shares with both intervals."""

import detente

crisis = detente.load("oman-2026")
run = detente.simulate(crisis, worlds=8, futures=400, grid="tiny", horizon=180, seed=1)

print(crisis.title)
for ending, share in run.ending_shares().items():
    print(
        f"{ending:<19}{100 * share.share:5.1f} of 100"
        f"   chance {100 * share.low:4.1f} to {100 * share.high:4.1f}"
        f"   worlds {100 * share.spread_low:3.0f} to {100 * share.spread_high:3.0f}"
    )
for day, still_open, deal, force in run.corridor[::60]:
    print(f"day {day:>3}: open {still_open:.0%}, in a deal {deal:.0%}, under force {force:.0%}")
