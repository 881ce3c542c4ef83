from tests.fixtures import course_for_sale, purchase  # noqa: F401
