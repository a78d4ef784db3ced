"""Time the main jobs and write benchmarks/results.md."""

import os
import platform
import sys
from datetime import date

import numba
import numpy as np

from benchmarks.commands import CommandTimings, command_timings
from benchmarks.first import first_lines
from benchmarks.kernel import Costs, costs
from benchmarks.large import MEBIBYTES_ALLOWED, SECONDS_ALLOWED, Large, large
from benchmarks.peers.sheet import peer_costs, peer_lines, refuse_disagreement
from benchmarks.pictures import picture_lines
from benchmarks.questions import question_lines
from benchmarks.raids import CAMPAIGN_DAYS, MICRO, RaidCosts, raid_costs
from benchmarks.results import RESULTS
from benchmarks.six import six_lines
from benchmarks.threads import Gains, gains

WORLD_ALLOWED = 0.25
"""What a world may cost at the normal grid with every mechanism in [s]."""
RAID_ALLOWED = 6.0
"""What a dense raid may cost [µs]."""
RAID_OVER_DRAWS_ALLOWED = 4.0
"""And as a multiple of what its draws cost by themselves."""
PLAYING_OVER_DRAWING_ALLOWED = 4.0
"""What playing futures may cost as a multiple of what their draws cost by themselves."""
GAIN_WANTED = 1.9
"""What a second thread should gain."""


def main() -> None:
    """Measure, write the results and show them."""
    print("timing whole commands, then the kernel: some minutes", file=sys.stderr)
    peers = peer_costs()
    refuse_disagreement(peers)
    text = report(command_timings(), costs(), raid_costs())
    pages = ["", *first_lines(), "", *picture_lines(), ""]
    asked = [*pages, *question_lines(), "", *six_lines(), ""]
    text += "\n".join([*asked, *speed_lines(large(), gains())[1:], *peer_lines(peers)])
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


def report(commands: CommandTimings, cost: Costs, raids: RaidCosts) -> str:
    """Write the results as Markdown, without anything that names the machine."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {date.today()}: medians of several runs of `oman-2026` from a "
        "warm cache, on "
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"numba {numba.__version__}, numpy {np.__version__}.",
        "",
        "| what | seconds | allowed |",
        "|---|---|---|",
        *(f"| {t.what} | {t.seconds:.2f} | {t.allowed:g} |" for t in commands.jobs),
        f"| a world before its futures, one core | {cost.world:.3f} | {WORLD_ALLOWED:g} |",
        "",
        "| what | measured |",
        "|---|---|",
        "| one thread's time over that of two, 64 worlds and 50,000 futures "
        f"| {commands.two_thread_ratio:.2f} |",
        f"| of a world: numbers encoded, agenda and venue settled | {cost.terms:.3f} s |",
        f"| of a world: war table | {cost.war:.3f} s |",
        f"| of a world: policies | {cost.policies:.3f} s |",
        f"| solving a world's policies, a node | {cost.node:.2f} µs |",
        f"| nodes of a world, normal grid, 365 days | {cost.nodes:,.0f} |",
        f"| playing a future, one core | {cost.future:.2f} µs |",
        f"| futures played in a second, one core | {MICRO / cost.future:,.0f} |",
        f"| drawing its random numbers alone ({cost.blocks:.0f} blocks of four) "
        f"| {cost.draws_alone:.2f} µs |",
        f"| playing over drawing, at most {PLAYING_OVER_DRAWING_ALLOWED:g} "
        f"| {cost.future / cost.draws_alone:.1f} |",
        "",
        *raid_lines(raids),
    ]
    return "\n".join(lines)


def raid_lines(raids: RaidCosts) -> list[str]:
    """Write what raids cost, in a table of its own."""
    return [
        "| what | measured | allowed |",
        "|---|---|---|",
        f"| a dense raid: all layers there, 15 % of the stocks launched | {raids.raid:.2f} µs "
        f"| {RAID_ALLOWED:g} |",
        f"| its own draws alone ({raids.blocks:.0f} blocks of four, {raids.binomials:.0f} "
        f"binomials) | {raids.draws:.2f} µs | |",
        f"| raid over draws | {raids.ratio:.1f} | {RAID_OVER_DRAWS_ALLOWED:g} |",
        f"| a campaign of {CAMPAIGN_DAYS} days, both sides raiding | {raids.campaign:.0f} µs | |",
        "",
    ]


def speed_lines(run: Large, gain: Gains) -> list[str]:
    """Write what the largest run takes, how soon a run starts, and what a second thread gains."""
    return [
        "",
        "| what | measured | allowed |",
        "|---|---|---|",
        f"| a million futures over 500 worlds, two threads | {run.seconds:.0f} s "
        f"| {SECONDS_ALLOWED:g} |",
        f"| the most memory that it holds | {run.mebibytes:,.0f} MiB | {MEBIBYTES_ALLOWED:g} |",
        f"| the smallest run, nothing compiled | {run.cold:.0f} s | |",
        f"| the smallest run, the model compiled | {run.cached:.2f} s | |",
        f"| futures of solved worlds: one thread's time over that of two | {gain.playing:.2f} "
        f"| {GAIN_WANTED:g} or more |",
        f"| worlds encoded, solved and played: the same | {gain.whole:.2f} | |",
        "",
    ]


if __name__ == "__main__":
    main()
