"""What would help: options on the same worlds and the same draws, by their paired differences."""

import detente

crisis = detente.load("oman-2026")
run = detente.simulate(
    crisis,
    options=["hotline", "posture_down", "guarantees"],
    worlds=8,
    futures=400,
    grid="tiny",
    horizon=180,
)
found = detente.compare(run, outcome="force")

for name in found.ranking:
    option = found[name]
    print(
        f"{name:<13}force in {option.share:5.1%},"
        f" {100 * option.difference:+5.1f} points ({100 * option.low:+.1f} to"
        f" {100 * option.high:+.1f})"
    )
print("cannot be told from the best:", ", ".join(found.tied) or "none")
