"""Connections that send half a header keep nobody out for long."""

import asyncio
import re
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from detente.pages import connection
from detente.pages.guard import Guard

WITHIN = 1.0
LONGER = 3 * WITHIN
MOST = 4


async def slow(_scope, _receive, send):
    """Answer, but not before a header would have been due."""
    await asyncio.sleep(LONGER)
    length = (b"content-length", b"4")
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": b"slow"})


@pytest.fixture
def served(monkeypatch):
    """Serve on a port of this machine, with room for few connections that are slow to speak."""
    monkeypatch.setattr(connection, "HEADER_WITHIN", WITHIN)
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", MOST)
    with socket.create_server(("127.0.0.1", 0)) as ear:
        guard = Guard(slow, ear.getsockname()[1])
        server = connection.server(guard)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [ear]})
        thread.start()
        yield guard
        server.should_exit = True
        thread.join()


@pytest.fixture
def connect(served):
    """Return a function that opens a connection and sends the first bytes on it."""
    opened = []

    def begin(words):
        ear = socket.create_connection(("127.0.0.1", port_of(served)), timeout=20)
        opened.append(ear)
        ear.sendall(words.encode())
        return ear

    yield begin
    for ear in opened:
        ear.close()


WHOLE = re.compile(rb"content-length: (?P<length>\d+)\r\n.*?\r\n\r\n(?P<body>.*)", re.DOTALL)


def port_of(guard):
    return int(urlsplit(guard.address).port)


def header(guard, more=""):
    return f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port_of(guard)}\r\n{more}"


def whole(ear):
    """Return an answer, however it comes in parts: its header says how long it is."""
    answer = b""
    while not (found := WHOLE.search(answer)) or len(found["body"]) < int(found["length"]):
        came = ear.recv(4096)
        assert came, answer
        answer += came
    return answer


def send_slowly(ear, words):
    for byte in words:
        ear.sendall(bytes([byte]))
        time.sleep(WITHIN / 8)


def test_half_sent_headers_keep_others_out_no_longer_than_a_header_may_take(served, connect):
    silent = [connect(words) for words in ("", "GET / HT", header(served), header(served))]
    refused = connect(header(served) + "\r\n").recv(4096)
    closed = [ear.recv(4096) for ear in silent]
    answered = connect(header(served) + "\r\n").recv(4096)

    assert refused.startswith(b"HTTP/1.1 503")
    assert closed == [b""] * MOST
    assert answered.startswith(b"HTTP/1.1 403")


def test_a_header_that_comes_byte_by_byte_is_due_all_the_same(connect):
    ear = connect("GET / HTTP/1.1\r\nX: ")

    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        send_slowly(ear, b"x" * 200)


def test_half_a_second_header_is_waited_for_no_longer_than_the_first(served, connect):
    ear = connect(header(served) + "\r\n")
    first = whole(ear)
    ear.sendall(header(served).encode())

    assert first.startswith(b"HTTP/1.1 403")
    assert ear.recv(4096) == b""


def test_an_answer_may_take_longer_than_a_header(served, connect):
    known = f"Cookie: {served.cookie}={served.session}\r\nConnection: close\r\n"
    ear = connect(header(served, known) + "\r\n")
    answer = b"".join(iter(lambda: ear.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"slow")
