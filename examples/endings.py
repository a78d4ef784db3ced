"""How a crisis may end: load a pack, play it, and read the shares with both intervals."""

import detente

crisis = detente.load("oman-2026")
run = detente.simulate(crisis, worlds=8, futures=400, grid="tiny", horizon=180, seed=1)
summary = detente.summarise(run)

print(crisis.title)
for ending in summary.base.endings:
    share = summary[ending]
    print(
        f"{ending:<19}{share.share:6.1%}   interval {share.low:5.1%} to {share.high:5.1%}"
        f"   worlds {share.spread_low:4.0%} to {share.spread_high:4.0%}"
    )
