"""What an outcome turns on, and whether so few worlds can tell."""

import detente

crisis = detente.load("cuba-1962")
run = detente.simulate(crisis, worlds=64, futures=640, grid="tiny", horizon=60)
found = detente.drivers(run, outcome="force")

print(f"force in {found.share:.0%} of futures; over worlds it differs by {found.spread:.0%}")
for name in sorted(found.groups, key=lambda name: -found.groups[name].first.low)[:4]:
    alone = found.groups[name].first
    print(f"{name}: {alone.share:.0%} of that, 90 % interval {alone.low:.0%} to {alone.high:.0%}")
print("enough worlds to tell all of them apart:", found.enough)
