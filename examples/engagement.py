"""Force against layered defence alone: what passes, what it costs, what comes back."""

import detente

crisis = detente.load("oman-2026")
found = detente.engage(crisis, side="defender", days=5, rest=10, worlds=8, futures=80)

for words, key in (
    ("weapons that pass every layer", "leakage"),
    ("batteries left on the last evening", "batteries.alive"),
    ("rounds left", "rounds.left_share"),
):
    one = found[key]
    print(
        f"{words:<36}{one.value:5.0%}   interval {one.low:.0%} to {one.high:.0%}"
        f"   worlds {one.spread_low:.0%} to {one.spread_high:.0%}"
    )
back = found["recovery.is_back"]
print(f"back at nine tenths within {found.terms.rest} days in {back.share:.0%} of campaigns")
