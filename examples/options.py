"""What would help: options on the same worlds and the same luck, by their paired differences."""

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
    option = found.options[name]
    less = option.difference
    print(
        f"{name:<13}force in {100 * option.share.share:4.1f} of 100,"
        f" {100 * less.difference:+5.1f} ({100 * less.low:+.1f} to {100 * less.high:+.1f})"
    )
print("cannot be told from the best:", ", ".join(found.tied) or "none")
