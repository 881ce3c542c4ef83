"""An unchanged frontend, which loads the gateway's own script, buys at the stand-in in a browser with the extension."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from lms.sandbox.razorpay_customer import EXTENSION
from tests.browser.frontend import MOST_MILLISECONDS, Chromium, page_server
from tests.browser.get_chromium import find
from tests.sandbox.gateway import order

AS_WRITTEN = "http://localhost:4000"

BUY = """async (options) => {
  const script = document.createElement("script");
  script.src = "https://checkout.razorpay.com/v1/checkout.js";
  const loaded = new Promise((done, failed) => { script.onload = () => done(true); script.onerror = failed; });
  document.body.append(script);
  await loaded;
  window.told = [];
  new Razorpay({ ...options, handler: (answer) => told.push(answer) }).open();
}"""


@pytest.fixture
def shop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The origin of a frontend."""
    with page_server() as origin:
        monkeypatch.setattr(app.wsgi_app, "origins", (origin,))
        yield origin


@pytest.fixture
def extension(api: str, tmp_path: Path) -> Path:
    """The extension as somebody loads it whose server has another port."""
    folder = tmp_path / "extension"
    shutil.copytree(EXTENSION, folder)
    rules = folder / "rules.json"
    assert AS_WRITTEN in rules.read_text()
    rules.write_text(rules.read_text().replace(AS_WRITTEN, api))
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("http://localhost/*", "http://127.0.0.1/*"))
    return folder


@pytest.fixture
def page(chromium: Chromium, extension: Path, tmp_path: Path) -> Iterator[Page]:
    """A window of a browser of its own, which alone has the extension."""
    kind = chromium.browser_type
    context = kind.launch_persistent_context(
        tmp_path / "profile",
        executable_path=find(kind.executable_path),
        ignore_default_args=["--disable-extensions"],
        args=[f"--disable-extensions-except={extension}", f"--load-extension={extension}"],
    )
    page = context.pages[0]
    page.set_default_timeout(MOST_MILLISECONDS)
    yield page
    context.close()


def test_the_gateways_script_is_ours(api: str, shop: str, page: Page) -> None:
    page.goto(f"{shop}/page.html?api={api}")
    order_id = order()
    page.evaluate(BUY, {"key": "rzp_test_sandbox", "order_id": order_id})
    page.get_by_role("button", name="Pay ₹499.00").click()
    page.wait_for_function("told.length === 1")
    assert page.evaluate("told[0].razorpay_order_id") == order_id
