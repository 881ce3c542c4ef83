from tests.fixtures import reviewed  # noqa: F401
