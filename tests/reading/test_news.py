"""News from feeds and folders: what is new, what is double; and what a bad feed costs."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from detente import DetenteError, load
from detente.cli import main
from detente.reading import fetching, news
from detente.reading.fetching import fetch, is_public
from detente.reading.news import gather

FEED = Path(__file__).parents[2] / "examples" / "news-1962.xml"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Invented</title><entry>
<title>Invented: tankers over the sea</title><id>1</id><updated>2026-02-01T00:00:00Z</updated>
<content type="html">&lt;p&gt;Tankers were seen; search and rescue units moved.&lt;/p&gt;
&lt;script&gt;alert(1)&lt;/script&gt;</content></entry></feed>"""
ITEM = "<rss version='2.0'><channel><title>x</title><item><title>{}</title></item></channel></rss>"
BOMB = "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>" + ITEM.format("&b;")


def test_articles_of_a_feed_are_new_once_and_doubles_are_grouped(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["read", "--feed", str(FEED), "-p", "cuba-1962", "--json", "-o"]

    assert main([*asked, "first.toml"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main([*asked, "second.toml"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert [one["date"] for one in first["documents"]] == ["1962-10-21", *["1962-10-22"] * 2]
    assert first["groups"] == [
        ["fleets-are-careful-officer-says-invented", "ships-said-to-slow-down-invented"]
    ]
    draft = (tmp_path / "first.toml").read_text().partition("[documents")[2]
    assert "accept = true" not in draft
    assert 'title = "Harvest festival opens (invented)"' in draft
    assert draft.count('publisher = "The Invented Gazette (an example)"') == 3
    assert (second["documents"], second["known"], second["draft"]) == ([], 3, None)
    assert not (tmp_path / "second.toml").exists()


def test_what_a_sentence_may_bear_on_is_proposed_and_a_script_is_no_text(tmp_path):
    feed = tmp_path / "atom.xml"
    feed.write_text(ATOM)
    found = gather([str(feed)], tmp_path / "articles", crisis=load("oman-2026"))
    [read] = found.documents
    bears = {one for several in found.proposals.values() for one in several}

    assert {"sign tankers", "sign search_and_rescue"} <= bears
    assert "alert" not in read.text
    assert not (tmp_path / "articles").exists()


def test_an_article_after_the_packs_day_is_named(tmp_path):
    feed = tmp_path / "atom.xml"
    feed.write_text(ATOM.replace("2026-02-01", "2026-03-01"))
    found = gather([str(feed)], tmp_path, crisis=load("oman-2026"))

    assert found.late == ("invented-tankers-over-the-sea",)


def test_of_a_folder_a_broken_file_costs_only_its_message(tmp_path):
    (tmp_path / "one.txt").write_text("Talks go on, says an invented paper.")
    (tmp_path / "two.txt").write_bytes(b"\xff\xfe\x00broken")
    found = gather([str(tmp_path)], tmp_path / "articles")

    assert [one.key for one in found.documents] == ["one"]
    assert [fault.where for fault in found.faults] == [str(tmp_path / "two.txt")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "neither RSS nor Atom|no element"),
        (b"<rss><channel><item><title>cut", "no element found"),
        (b"<html><p>no feed</p></html>", "no feed that can be read"),
        (BOMB.encode(), "declares entities"),
        (b"\x00\x01" * 500, "no feed that can be read"),
        (b"x" * (fetching.MOST_BYTES + 1), "too long"),
    ],
    ids=["empty", "cut", "html", "entities", "binary", "huge"],
)
def test_a_bad_feed_is_refused_in_words_and_the_next_one_is_read(tmp_path, content, says):
    bad = tmp_path / "bad.xml"
    bad.write_bytes(content)

    with pytest.raises(DetenteError, match=says):
        gather([str(bad)], tmp_path / "articles")
    assert len(gather([str(bad), str(FEED)], tmp_path / "articles").documents) == 3


def test_a_parser_that_hangs_is_stopped(tmp_path, monkeypatch):
    slow = tmp_path / "slow.py"
    slow.write_text("import time; time.sleep(30)")
    monkeypatch.setattr(news, "PARSER", slow)
    monkeypatch.setattr(news, "PATIENCE", 1)

    with pytest.raises(DetenteError, match="took more than 1 s"):
        gather([str(FEED)], tmp_path)


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        *((host, False) for host in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1")),
        *((host, False) for host in ("192.168.0.1", "fe80::1%eth0", "fd00::1", "224.0.0.1")),
        *((host, False) for host in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")),
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
    ],
)
def test_machines_of_private_networks_are_known(host, is_one):
    assert is_public(host) is is_one


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        what = self.path.strip("/")
        if what.startswith("hop"):
            self.send_response(302)
            self.send_header("Location", f"/hop{int(what[3:]) - 1}" if what != "hop1" else "/feed")
            self.end_headers()
            return
        self.send_response(404 if what == "gone" else 200)
        self.end_headers()
        try:
            for _ in range(100 if what == "drip" else 1):
                self.wfile.write(b"x" if what == "drip" else b"<rss/>" if what == "feed" else b"")
                self.wfile.flush()
                time.sleep(0.1 if what == "drip" else 0)
            if what == "huge":
                self.wfile.write(b"x" * (fetching.MOST_BYTES + 1))
        except OSError:
            return

    def log_message(self, *_):
        return


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("hop4", "redirects more than 3 times"),
        ("huge", "larger than 5 MiB"),
        ("drip", "took more than"),
        ("gone", "answers 404"),
    ],
)
def test_a_server_that_misbehaves_costs_its_own_message(monkeypatch, path, says):
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    monkeypatch.setattr(fetching, "PATIENCE", 1.5)
    with serving() as address:
        begun = time.monotonic()
        with pytest.raises(DetenteError, match=says):
            fetch(f"{address}/{path}")

        assert time.monotonic() - begun < 8
        assert fetch(f"{address}/hop3") == b"<rss/>"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://127.0.0.1:1/feed", "is a machine of a private network"),
        ("http://[::1]/feed", "is a machine of a private network"),
        ("http://localhost/feed", "is a machine of a private network"),
        ("ftp://example.org/feed", "neither http nor https"),
        ("file:///etc/passwd", "neither http nor https"),
        ("http://", "neither http nor https"),
        ("http://host:port/", "no address"),
    ],
)
def test_what_is_never_asked(address, says):
    with pytest.raises(DetenteError, match=says):
        fetch(address)


def test_a_redirect_to_a_private_machine_is_refused(monkeypatch):
    answers = iter([True, False])
    monkeypatch.setattr(fetching, "is_public", lambda _: next(answers))
    with serving() as address, pytest.raises(DetenteError, match="private network"):
        fetch(f"{address}/hop1")


def test_options_that_exclude_each_other_are_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert main(["read", "--feed", str(FEED), "one.txt"]) == 2
    assert main(["read", "--accept", "draft.toml", "--feed", str(FEED)]) == 2
    assert main(["read", "--feed", str(FEED), "-o", "cards.jsonl"]) == 2
    assert list(tmp_path.iterdir()) == []
    assert "not together" in capsys.readouterr().err
