"""What happens beside requests: every module below declares jobs, and all of them are known to every process."""

import importlib
import pkgutil


def init_app(_: object) -> None:
    """Have every job declared."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
