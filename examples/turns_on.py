"""What an outcome turns on: where its variance lies, and which numbers move it, how far."""

import detente

crisis = detente.load("reference-violent")
run = detente.simulate(crisis, worlds=16, futures=320, grid="tiny", horizon=60)
found = detente.drivers(run, outcome="force")

print(f"force in {found.share:.0%} of futures; across worlds it varies by {found.spread:.0%}")
for field in found:
    number = found[field]
    print(f"{field}: {number.swing:+.0%}, interval {number.low:+.0%} to {number.high:+.0%}")
print(f"{found.unlisted.numbers} numbers are not listed")
print("cannot be distinguished from none yet:", ", ".join(found.open.numbers))
