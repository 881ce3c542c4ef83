"""The demo data in a database of its own, made once by each parallel worker, to be looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

from lms import migrations
from lms.demo import seeding
from lms.extensions import mongo
from lms.services.system import page_store


@contextmanager
def shown() -> Iterator[None]:
    """The application on the demo data; what a test changes in it, the next one finds."""
    assert mongo.cx is not None
    assert mongo.db is not None
    own = mongo.db
    mongo.db = mongo.cx[f"{own.name}_demo"]
    try:
        if not mongo.db.list_collection_names():
            migrations.upgrade(lambda name: None)
            seeding.run(1, once=False)
        page_store.purge_all()
        yield
    finally:
        mongo.db = own
