"""Parses a feed from standard input, in a separate process that can be stopped.

It is started as a file and imports nothing of this package, so that a hostile feed can only harm
this process.
"""

import io
import json
import sys

MOST_MEMORY = 2 << 30
"""Limit on the parser's memory, on systems that support it [bytes]."""
MOST_ENTRIES = 500
"""Upper limit on the entries that are read, from the first."""


def main() -> None:
    """Print the title and entries of a feed as JSON: title, day, text or HTML."""
    import feedparser  # noqa: PLC0415  whoever imports this module needs no parser

    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # Pass a file object: feedparser would fetch text that looks like an address.
    parsed = feedparser.parse(io.BytesIO(sys.stdin.buffer.read()))
    entries = []
    for one in parsed.entries[:MOST_ENTRIES]:
        contents = [each.get("value", "") for each in one.get("content", [])]
        day = one.get("published_parsed") or one.get("updated_parsed")
        entries.append(
            {
                "title": str(one.get("title", "")),
                "day": "" if day is None else f"{day[0]:04}-{day[1]:02}-{day[2]:02}",
                "html": max([*contents, one.get("summary", "")], key=len),
            }
        )
    fault = parsed.get("bozo_exception")
    found = {
        "title": str(parsed.feed.get("title", "")),
        "entries": entries,
        "fault": "" if fault is None else str(fault),
        "version": parsed.get("version", ""),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
