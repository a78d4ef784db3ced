"""What an outcome turns on: where its variance lies, and which numbers move it, how far."""

import detente

crisis = detente.load("cuba-1962")
run = detente.simulate(crisis, worlds=16, futures=320, grid="tiny", horizon=60)
found = detente.drivers(run, outcome="force")

print(f"force in {found.share:.0%} of futures; over worlds it differs by {found.spread:.0%}")
for field, (swing, _) in found.numbers.items():
    print(f"{field}: {swing.swing:+.0%}, 90 % interval {swing.low:+.0%} to {swing.high:+.0%}")
print(f"{found.unlisted.numbers} numbers are not listed")
print("cannot be distinguished from none yet:", ", ".join(found.open.numbers))
