"""The reasons for which something is not here as it was there."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from lms.models.system.moves import Loss as StoredLoss

Weight = Literal["lost", "changed", "merged", "noticed"]

MOST_NAMED = 20
"""Of one reason in one document; the others are counted."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`weight` says whether something is lost, was changed, went into another document, or is only worth knowing.

    What `asks` is to be decided on before the school opens; the sentence says how.
    """

    weight: Weight
    sentence: str
    asks: bool = False


REASONS: dict[str, Reason] = {
    # users
    "merged_account": Reason(
        "merged",
        "Another account has the same address (without regard to case and blanks). The one with more courses and "
        "progress, then the one used last, is kept with its password; the courses, progress and reviews of the other "
        "go to it.",
    ),
    "address_unusable": Reason(
        "lost",
        "The address is none. The account is here without it, and nobody can sign in to it: correct it there and run "
        "this again.",
    ),
    "password_unusable": Reason(
        "lost", "What is stored is no bcrypt hash. The account has no password: its owner uses “Forgot password”."
    ),
    "admin_not_taken_over": Reason(
        "changed",
        "It says it is an Admin, which their sign-up lets anybody say. It is a student here, or an instructor where it "
        "has courses. Name those who are: --admin <address>; or say --no-admin.",
        asks=True,
    ),
    "made_instructor": Reason("changed", "A student who has courses of their own is an instructor here."),
    "account_type_unknown": Reason("changed", "The account type is none of the three. It is a student here."),
    "name_changed": Reason(
        "changed", "Names stand in our mails, so they hold no addresses or markup, and something: that was taken out."
    ),
    "suspended": Reason("noticed", "The account is not active, so it is suspended here."),
    "image_not_taken": Reason("lost", "The picture has no https address. The person's initials are drawn instead."),
    "profile_unknown": Reason("lost", "The profile it names is not there. It has an empty one."),
    # profiles
    "profile_orphaned": Reason("lost", "No account names it, so nobody knows whose it is."),
    "profile_shared": Reason("lost", "Another account names it, too, and has it; this one has an empty one."),
    "profile_of_merged": Reason("merged", "Its account was merged into another, which keeps its own profile."),
    "contact_number_unusable": Reason("lost", "The contact number has too few or too many digits to be one."),
    "date_of_birth_unusable": Reason("lost", "The date of birth is no date between 1900 and today."),
    # categories
    "merged_category": Reason(
        "merged", "Another category has the same name without regard to case; its courses go there."
    ),
    "name_missing": Reason("changed", "It has no name, so it is given one."),
    # courses
    "instructor_unknown": Reason(
        "changed",
        "Its author's account is gone. It belongs to a “Former member”, and is archived where somebody attends it, "
        "else a draft. Give it to somebody: flask course hand-over.",
    ),
    "category_unknown": Reason("lost", "The category it names is not there, and no other lists it. Choose one."),
    "price_unusable": Reason("lost", "The price is none. The course is a draft until it has one."),
    "price_raised": Reason("changed", "It costs less than a rupee; 1 rupee is the least here, so it costs that."),
    "price_lowered": Reason("changed", "It costs more than can be charged here, which is 10,000,000 rupees."),
    "thumbnail_unusable": Reason("lost", "The picture has no https address."),
    "unpublished": Reason(
        "changed",
        "It lacks something that courses on sale have here, so it is a draft; its learners keep it. "
        "--keep-published leaves it on sale as it is; --unpublish says that drafts are right.",
        asks=True,
    ),
    "too_large_to_approve": Reason(
        "changed",
        "The texts of its lessons are more than can be approved together, which is 15 MB, so it is a draft; its "
        "learners keep it. Shorten them, or make two of it.",
    ),
    "kept_published": Reason(
        "noticed", "It lacks something that courses on sale have here, and stays on sale as asked."
    ),
    "status_unknown": Reason("changed", "The status is neither Draft nor Published. It is a draft."),
    "tags_dropped": Reason("lost", "Of its tags only the first 15, of at most 40 characters, are kept."),
    "section_unknown": Reason("lost", "It names sections that are not there."),
    "section_named_twice": Reason("changed", "It names a section twice, and has it once."),
    "section_shared": Reason(
        "lost", "It names a section that belongs to another course, which was made earlier and has it."
    ),
    "learner_unknown": Reason("lost", "Its list of learners names accounts that are gone."),
    "enrolled_twice": Reason("merged", "Its list of learners names somebody more than once; they attend it once."),
    "enrolled_in_one_list": Reason(
        "noticed", "Only one of the two lists, the course's and the learner's, says that they attend. They do here."
    ),
    "own_course": Reason("changed", "Its list of learners names its author, who attends no course of their own."),
    "course_unknown": Reason("lost", "It names a course that is not there."),
    # sections and lessons
    "section_orphaned": Reason("lost", "No course names it."),
    "lesson_unknown": Reason("lost", "It names lessons that are not there, or not in this course."),
    "lesson_named_twice": Reason("changed", "It names a lesson twice, and has it once."),
    "lesson_shared": Reason("lost", "It names a lesson that belongs to another section, which has it."),
    "lesson_orphaned": Reason("lost", "No section names it, or the one that does is in no course."),
    "video_unusable": Reason("lost", "The address of its video is no https address. The lesson has no video."),
    "video_embedded": Reason("changed", "Its video is on YouTube or Vimeo. The lesson is an embedded page here."),
    "duration_unknown": Reason(
        "noticed",
        "Nothing says how long its video is, so it has no length until `flask import videos` asked the store. Until "
        "then its learners say themselves when they have watched it.",
    ),
    # progress
    "merged_progress": Reason(
        "merged", "A learner has more than one document of progress in a course; they are one here."
    ),
    "progress_of_nobody": Reason("lost", "Its learner's account is gone, or nothing says whose it is."),
    "progress_of_no_course": Reason("lost", "Its course is gone."),
    "progress_without_enrolment": Reason("lost", "Neither list says that its learner attends the course."),
    # reviews
    "merged_review": Reason("merged", "A learner has reviewed a course more than once; the newest is kept."),
    "author_unknown": Reason("changed", "Its author's account is gone. It is by a “Former member”."),
    "review_hidden": Reason("changed", "Its author never attended the course. It is hidden; staff can show it."),
    "rating_clamped": Reason("changed", "The rating is outside 1 to 5, and became the nearest."),
    "rating_rounded": Reason("changed", "The rating is no whole number; it was rounded, halves up."),
    "rating_unusable": Reason("lost", "The rating is no number."),
    # everything
    "text_cut": Reason("lost", "A text is longer than there is room for here; its end is gone."),
    "text_split": Reason("changed", "What will be learnt came as one long text; it was split at its sentences."),
    "text_of_another_type": Reason("lost", "A text is a list or an object, and was left out."),
    "field_not_taken": Reason("lost", "It has fields that have no counterpart here."),
    "id_unusable": Reason("lost", "Its _id is no ObjectId, so nothing here could point at it."),
    "changed_here": Reason(
        "noticed", "It was changed there after it was changed here. What is here was left as it is."
    ),
    "taken_here": Reason(
        "lost",
        "Something that was made here has its place: its id, the only review of a course, the name of a category.",
    ),
    "not_accepted": Reason("lost", "MongoDB did not take what it would become here. Please report it."),
    "unreadable": Reason("lost", "It could not be read. The log says why."),
}


@dataclass(frozen=True, slots=True)
class Loss:
    """One reason, and the first of what it is about: ids, names of fields, never what somebody wrote."""

    code: str
    about: tuple[Any, ...] = ()
    count: int = 1

    def stored(self) -> StoredLoss:
        return {"code": self.code, "count": self.count, "about": list(self.about)}


class Losses:
    """Gathers the losses of one document, each reason once."""

    def __init__(self) -> None:
        self._about: dict[str, list[Any]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, code: str, *about: Any) -> None:
        assert code in REASONS, code
        named = self._about.setdefault(code, [])
        named.extend(about[: MOST_NAMED - len(named)])
        self._counts[code] += max(1, len(about))

    def add_all(self, code: str, about: Iterable[Any]) -> None:
        if found := list(about):
            self.add(code, *found)

    def all(self) -> tuple[Loss, ...]:
        return tuple(Loss(code, tuple(named), self._counts[code]) for code, named in sorted(self._about.items()))
