"""Results as data frames: shares of outcomes, futures in words, and how far worlds differ."""

import detente

crisis = detente.load("oman-2026")
run = detente.simulate(crisis, worlds=16, futures=320, grid="tiny", horizon=180)

shares = detente.summarise(run).to_pandas()
print(shares.loc[["deal", "force", "any_war"], ["share", "low", "high"]].round(3).to_string())

futures = run.to_pandas()
is_force = futures["violence"] >= "limited_strike"
print(f"the first use of force of all: {futures['first_force_day'].min():%d %B %Y}")
print(futures.loc[is_force, "first_shot"].value_counts(sort=False).to_string())

least, most = is_force.groupby(futures["world"]).mean().quantile([0.1, 0.9])
print(f"force in {least:.0%} to {most:.0%} of futures, in 8 of 10 worlds")
