"""The bargaining alone: what the crisis is worth to whom, and whether force in view is leverage."""

import detente

crisis = detente.load("oman-2026")
found = detente.solve(crisis, worlds=4, grid="tiny", horizon=60)

for holder in ("hard", "soft", "tough", "weak"):
    worth = found.figures["worth", holder]
    print(
        f"worth to a {holder} side: {worth.value:+.2f},"
        f" worlds {worth.spread_low:+.2f} to {worth.spread_high:+.2f}"
    )
for package in found.below("leverage", "is_leverage"):
    share = found.get("leverage", "is_leverage", package, "0_to_1")
    print(f"package {package}: first force in view is leverage in {share:.0%} of worlds")
