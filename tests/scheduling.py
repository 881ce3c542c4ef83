"""Which tests are slow, and which share something that takes long to start and so belong to one parallel worker."""

from typing import Any

import pytest

SHARED = {
    "chaos": ("tests/chaos/",),
    "demo data": (
        "tests/browser/",
        "tests/sandbox/test_razorpay_checkout.py",
        "tests/sandbox/test_checkout_extension.py",
        "tests/demo/",
        "tests/admin/analytics/",
        "tests/models/test_documents.py",
        "tests/moving/export/test_round_trip.py",
        "tests/moving/export/test_their_models.py",
    ),
}
"""What one stage, one browser and one set of demo data serve; every other module is a group of its own."""

SLOW = (
    "tests/routes/system/test_fuzzing.py",
    "tests/chaos/",
    "tests/browser/",
    "tests/routes/system/",
    "tests/system/",
    "tests/embedded/",
    "tests/machinery/test_worker.py",
    "tests/migrations_scripts/",
    "tests/demo/",
    "tests/moving/",
    "tests/admin/",
    "tests/http/test_door.py",
    "tests/routes/accounts/test_doors.py",
    "tests/routes/payments/",
    "tests/controllers/payments/",
    "tests/controllers/analytics/",
    "tests/controllers/certificates/",
    "tests/controllers/assessment/test_regrades.py",
    "tests/controllers/authoring/test_unused_media.py",
    "tests/controllers/catalogue/test_counters.py",
    "tests/jobs/payments/",
    "tests/services/authoring/test_videos.py",
    "tests/services/authoring/test_playing.py",
    "tests/services/authoring/test_cloudinary.py",
    "tests/services/payments/",
    "tests/services/certificates/test_certificate_pdf.py",
    "tests/services/certificates/test_node.py",
    "tests/services/system/test_paper.py",
    "tests/services/system/test_page_store.py",
    "tests/models/test_documents.py",
    "tests/routes/catalogue/test_search_in_every_script.py",
    "tests/sandbox/",
    "tests/cli/",
    "tests/studynotion/",
    "tests/routes/assessment/",
    "tests/routes/imports/",
    "tests/controllers/imports/",
    "tests/services/imports/",
    "tests/controllers/accounts/test_merging.py",
    "tests/controllers/authoring/test_merging.py",
    "tests/controllers/learning/test_merging.py",
    "tests/routes/authoring/test_media",
    "tests/http/test_what_comes_in.py::test_the_document_says_how_short_is_too_short",
    "tests/test_errors.py::test_text_that_takes_its_length_squared",
)
"""What the daily loop leaves out: whole processes, killed parts, a browser, gigabytes, migrations and demo data; staff
pages, the gateway's money, quizzes and assignments, which are many steps each; schools that move in, the pages of other
frontends, accounts made one, schools with a past, damaged films, drawn paper. The whole suite begins with these, in
this order: the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests, and let the longest begin first, so that all workers end at about one time."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(test: str) -> int:
    return next((rank for rank, place in enumerate(SLOW) if test.startswith(place)), len(SLOW))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Groups of tests in the order in which they were collected, each to one worker."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    config.option.loadscopereorder = False
    return Groups(config, log)


def group(test: str) -> str:
    module = test.partition("::")[0]
    return next((name for name, places in SHARED.items() if module.startswith(places)), module)
