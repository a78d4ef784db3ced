"""A browser without a screen, let into the pages of a pack."""

import re
from html import unescape

from starlette.testclient import TestClient

from detente.pages.app import build
from detente.pages.workspace import Workspace

PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"


class Browser:
    """What a person sees and sends, forms alone."""

    def __init__(self, pack):
        self.workspace = Workspace(pack=str(pack))
        guard = build(self.workspace, PORT)
        self.client = TestClient(guard, base_url=BASE, headers={"origin": BASE})
        self.client.get(guard.address, follow_redirects=False)

    def see(self, address):
        """Return the page of an address."""
        return self.client.get(address)

    def send(self, address, **fields):
        """Send a form, with what the page holds out of sight."""
        files = fields.pop("files", None)
        return self.client.post(address, data=fields, files=files)

    def digest(self, address):
        """Return the digest of the pack that a page was made of."""
        return re.search(r'name="digest" value="(\w+)"', self.see(address).text)[1]


def words(answer):
    """Return what a page says, without its markup, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
