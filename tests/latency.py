"""python -m tests.latency: how long after a model's first words they stand on the page.

A scripted server is the model, Chromium the reader of the page; both use this machine's clock. Not a test: it prints.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tests.llm_server import ModelServer, Reply, pieces

ROOT = Path(__file__).resolve().parent.parent
PORT = 7993
ROUNDS = 12
WORDS = "The Syrian authorities closed Aleppo airport on Saturday [1]. Moscow has promised further military help [1]."
SEEN = """() => {
  window.seen = null;
  new MutationObserver(() => {
    if (window.seen === null && document.querySelector('.pending')) window.seen = Date.now() / 1000;
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


def main() -> int:
    """Ask the same question again and again, and print milliseconds."""
    server = ModelServer()
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {"DATELINE_LLM": server.name, "DATELINE_STORE": f"{folder}/mine"}
        command = [sys.executable, "app.py", "--port", str(PORT)]
        page = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
        assert page.stdout
        while "is at" not in page.stdout.readline():
            pass
        try:
            waits = _measure(server)
        finally:
            page.terminate()
            server.close()
    print(f"first words on the page after the model's: median {median(waits):.0f} ms, most {max(waits):.0f} ms")
    return 0


def _measure(server: ModelServer) -> list[float]:
    with sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{PORT}")
        page.wait_for_selector("#question textarea")
        page.evaluate(SEEN)
        waits = [_round(page, server) for _ in range(ROUNDS)]
        chromium.close()
    return waits[2:]  # the first load models


def _round(page: Any, server: ModelServer) -> float:
    server.says(Reply(pieces=pieces(WORDS, 6), pause=0.03))
    page.evaluate("window.seen = null")
    page.fill("#question textarea", "Who closed Aleppo airport?")
    page.keyboard.press("Enter")
    page.wait_for_function("window.seen !== null", timeout=60_000)
    seen = page.evaluate("window.seen")
    time.sleep(2.0)  # until it is answered
    return 1_000 * (seen - server.first_words)


if __name__ == "__main__":
    sys.exit(main())
