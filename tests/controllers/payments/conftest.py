from tests.fixtures import course_for_sale, purchase, reviewed  # noqa: F401
