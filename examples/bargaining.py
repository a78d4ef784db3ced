"""The bargaining alone: what the crisis is worth to whom, and whether force is leverage."""

import detente

HOLDERS = {
    "hard": "a resolved challenger",
    "soft": "an unresolved challenger",
    "tough": "a resolved defender",
    "weak": "an unresolved defender",
}

crisis = detente.load("oman-2026")
found = detente.solve(crisis, worlds=4, grid="tiny", horizon=60)

for key, holder in HOLDERS.items():
    worth = found[f"worth.{key}"]
    print(
        f"worth to {holder}: {worth.value:+.2f},"
        f" worlds {worth.spread_low:+.2f} to {worth.spread_high:+.2f}"
    )
for package in found.below("leverage", "is_leverage"):
    share = found.get("leverage", "is_leverage", package, "0_to_1")
    print(f"package {package}: deploying force is leverage in {share:.0%} of worlds")
