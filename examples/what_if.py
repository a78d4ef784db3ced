"""What if a number were another: values one after the other, on the run's own worlds and draws."""

import detente

crisis = detente.load("oman-2026")
run = detente.simulate(crisis, worlds=8, futures=400, grid="tiny", horizon=180)
found = detente.whatif(run, {"venue.publicity": [0.1, 0.5, 0.9]}, futures=50)

for outcome in ("deal", "any_war"):
    for point in found[outcome]:
        print(
            f"{outcome:<7} with publicity {point['venue.publicity']}: {point.share:5.1%},"
            f" {100 * point.shift:+.1f} points"
            f" ({100 * point.shift_low:+.1f} to {100 * point.shift_high:+.1f})"
        )
