"""What if a number were another: two runs on the same draws, compared future by future."""

import numpy as np

import detente

SIZE = {"worlds": 8, "futures": 400, "grid": "tiny", "horizon": 180}

crisis = detente.load("oman-2026")
public = detente.simulate(crisis.with_changes({"venue.publicity": 0.9}), **SIZE, out="public")
private = detente.simulate(crisis.with_changes({"venue.publicity": 0.1}), **SIZE, out="private")

endings = [run.table["ending"].to_numpy() for run in (public, private)]
deals = [np.isin(each, (0, 1)) for each in endings]

print(f"{len(endings[0])} futures, of which {(endings[0] != endings[1]).sum()} end otherwise")
print(f"deals in public: {deals[0].mean():.1%}, behind closed doors: {deals[1].mean():.1%}")
print(f"won by privacy: {(deals[1] & ~deals[0]).sum()}, lost: {(deals[0] & ~deals[1]).sum()}")
