"""Why one war came: find it, read how it ended, and play it again without each cause."""

import detente

crisis = detente.load("oman-2026")
run = detente.simulate(crisis, worlds=1, futures=40, grid="tiny", horizon=90, seed=3)
print(f"war in {detente.summarise(run)['any_war'].share:.1%} of futures")

found = detente.find(run, ending="any_war", pick="early")
story = detente.cause_of(run, future=found.futures[0].address)

for happening in story.trace.happenings[-4:]:
    print(f"day {happening.day:>3}  {happening.text}")
for mechanism, instead in story.instead.items():
    print(f"without {mechanism:<15} {instead.ending} on day {instead.day}")
ways = [" and ".join(mechanisms) for mechanisms in story.prevented_by]
print("prevented by removing:", ", or ".join(ways) or "nothing")
