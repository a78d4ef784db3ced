"""Why one war came: find it, read how it ended, and play it again without each cause."""

import detente

WARS = (8, 9)  # war, regional war

crisis = detente.load("oman-2026")
run = detente.simulate(crisis, worlds=1, futures=40, grid="tiny", horizon=90, seed=3)
endings = run.ending_shares()
print(f"wars: {100 * (endings['war'].share + endings['regional_war'].share):.1f} of 100 futures")

first = next(row for row in run.to_arrow().to_pylist() if row["ending"] in WARS)
story = detente.tell_cause(run, future=(first["world"], first["future"]))

for happening in story.trace.happenings[-4:]:
    print(f"day {happening.day:>3}  {happening.text}")
for mechanism, instead in story.instead.items():
    print(f"without {mechanism:<15} {instead.ending} on day {instead.day}")
print("prevented by removing:", story.prevented_by or "nothing alone, or there was no war")
