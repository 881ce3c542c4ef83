"""Which tests are slow, and which share something that takes long to start and so belong to one parallel worker."""

import pytest

SHARED = {
    "chaos": ("tests/chaos/",),
    "demo data": (
        "tests/browser/",
        "tests/sandbox/test_razorpay_checkout.py",
        "tests/demo/",
        "tests/admin/analytics/",
    ),
}
"""What one stage, one browser and one set of demo data serve; every other module is a group of its own."""

SLOW = (
    "tests/chaos/",
    "tests/system/",
    "tests/browser/",
    "tests/sandbox/test_razorpay_checkout.py",
    "tests/demo/",
    "tests/admin/analytics/",
    "tests/embedded/",
    "tests/machinery/test_worker.py",
    "tests/routes/system/test_freshness.py",
    "tests/routes/system/test_permissions.py",
    "tests/routes/system/test_fresh_pages.py",
    "tests/admin/test_permissions.py",
    "tests/controllers/analytics/test_rollups.py",
    "tests/services/authoring/test_videos.py",
    "tests/services/payments/test_invoice_pdf.py",
    "tests/routes/payments/test_webhooks.py::TestTheOrderOfEvents",
    "tests/test_errors.py::test_text_that_takes_its_length_squared",
)
"""Whole processes, killed parts, a browser, gigabytes, demo data, schools with a past, damaged films, drawn paper, and
the tables of every caller at every address."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark and group the tests, and let the longest groups begin first, so that all workers end at about one time."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


def _group(item: pytest.Item) -> str:
    module = item.nodeid.partition("::")[0]
    return next((name for name, places in SHARED.items() if module.startswith(places)), module)
