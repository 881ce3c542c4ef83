"""Publishing the lists of what was revoked."""

from lms.controllers.certificates import status_lists
from lms.machinery.registry import job


@job(queue="default")
def publish_list(number: str) -> None:
    """Publish one list of revoked certificates."""
    status_lists.publish(int(number))


@job(queue="default", every="* * * * *")
def publish_dirty() -> None:
    """Publish the lists of revoked certificates that have changed."""
    status_lists.publish_dirty()


@job(queue="default", every="30 3 * * *")
def republish_all() -> None:
    """Publish every list of revoked certificates anew, before the last ones end."""
    status_lists.publish_every()
