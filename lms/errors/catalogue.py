"""Refusals about courses, categories and tags as everyone sees them."""

from lms.errors.base import Refusal


class CourseNotFound(Refusal):
    status, code, message = 404, "course_not_found", "There is no such course."


class CategoryNotFound(Refusal):
    status, code, message = 404, "category_not_found", "There is no such category."


class TagNotFound(Refusal):
    status, code, message = 404, "tag_not_found", "There is no such tag."


class CategoryExists(Refusal):
    status, code, message = 409, "category_exists", "There is already a category with this name."


class CategoryInUse(Refusal):
    status, code, message = 409, "category_in_use", "Courses are in this category. Move them to another first."


class TagExists(Refusal):
    status, code, message = 409, "tag_exists", "There is already such a tag. Merge the two instead."


class TagInUse(Refusal):
    status, code, message = 409, "tag_in_use", "Courses carry this tag. Merge it into another instead."
