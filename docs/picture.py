"""Takes the picture in the README: the verification page of the demonstration.

With a demonstration running (`registry demo --manifest manifest.json`) and Debian's Chromium:
`python docs/picture.py manifest.json docs/verification.png`.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

manifest, picture = map(Path, sys.argv[1:])
described = json.loads(manifest.read_text())
shown = next(one for one in described["certificates"] if one["status"] == "valid")
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 900, "height": 960}, locale="en-GB")
    page.goto(f"{described['url']}/v/{shown['code']}")
    page.screenshot(path=picture)
    browser.close()
