"""Refusals about writing a course: its outline, its files, its way to staff and back."""

from lms.errors.base import Refusal


class ForeignOutline(Refusal):
    code, message = "outline_mismatch", "The order must name exactly the sections and lessons the course has."


class NotAnImage(Refusal):
    status, code, message = 415, "not_an_image", "The file is not a JPEG, PNG, WebP, GIF, HEIC or AVIF picture."


class NotAVideo(Refusal):
    status, code, message = 415, "not_a_video", "The file is not an MP4, MOV, WebM or MKV video."


class UnplayableVideo(Refusal):
    status, code = 415, "unplayable_video"
    message = "Browsers do not all play this video. Export it as an MP4 with H.264 (8 bits, 4:2:0) and AAC sound."


class TruncatedVideo(Refusal):
    status, code = 415, "truncated_video"
    message = "The video is cut off: its end is missing. Copy or export it again and wait until that is done."


class UnsupportedFile(Refusal):
    status, code = 415, "unsupported_file"
    message = "Files of this kind are not taken. Put them into a ZIP."


class FileMismatch(Refusal):
    status, code, message = 415, "file_mismatch", "The file is not what its name says."


class InstructorNotApproved(Refusal):
    status, code = 403, "instructor_not_approved"
    message = "We have not approved you as an instructor yet. Your course stays a draft until then."


class OtherKind(Refusal):
    status, code, message = 409, "other_kind", "A lesson of this kind has nothing like that."


class PrerequisiteNotFound(Refusal):
    status, code, message = 404, "prerequisite_not_found", "The course has no such lesson or section."


class EmbedRefused(Refusal):
    status, code, message = 403, "embed_refused", "Send the https address of a page that may be embedded."


class VideoAddressRefused(Refusal):
    status, code = 403, "video_address_refused"
    message = "This is no https address of a video, nor of a page that may be embedded."


class VideoGone(Refusal):
    status, code, message = 404, "video_gone", "The media store has no such video."


class VideoUnreachable(Refusal):
    status, code, message = 502, "video_unreachable", "The video cannot be fetched from where it is."


class OpensAfterItself(Refusal):
    status, code = 409, "opens_after_itself"
    message = "Nobody could ever open this: what it opens after waits for it."


class SectionNotFound(Refusal):
    status, code, message = 404, "section_not_found", "There is no such section."


class LessonNotFound(Refusal):
    status, code, message = 404, "lesson_not_found", "There is no such lesson."


class CourseIncomplete(Refusal):
    status, code, message = 409, "course_incomplete", "The course cannot be sold like this yet."


class CourseNotDraft(Refusal):
    status, code, message = 409, "course_not_draft", "Only a draft can be submitted."


class CourseNotPublic(Refusal):
    status, code, message = 409, "course_not_public", "The course is neither published nor in review."


class CourseHasStudents(Refusal):
    status, code, message = 409, "course_has_students", "Learners attend this course and keep it. Unpublish it instead."


class CourseNotDeleted(Refusal):
    status, code, message = 409, "course_not_deleted", "The course is not deleted."


class UploadMissing(Refusal):
    status, code, message = 409, "upload_missing", "Nothing has arrived at the media store under this id yet."


class AuthorGone(Refusal):
    status, code = 409, "author_gone"
    message = "The author of this course is suspended or has left. Hand the course over to somebody else first."


class NotAnAuthor(Refusal):
    status, code, message = 409, "not_an_author", "Nobody who may teach here has this e-mail address."


class CannotCoAuthor(Refusal):
    status, code = 409, "cannot_co_author"
    message = "Nobody who may teach has this e-mail address: a co-author is an active, approved instructor."


class AlreadyAuthor(Refusal):
    status, code, message = 409, "already_author", "This person is an author of the course already."


class TooManyAuthors(Refusal):
    status, code, message = 409, "too_many_authors", "A course has at most 20 co-authors."


class NotCoAuthor(Refusal):
    status, code, message = 409, "not_co_author", "This person is no co-author of the course."


class UploadArrived(Refusal):
    status, code, message = 409, "upload_arrived", "This file has arrived already. Use its publicId."


class UploadGivenUp(Refusal):
    status, code, message = 409, "upload_given_up", "This upload was given up. Ask for a place without a publicId."


class NotYourUpload(Refusal):
    status, code, message = 403, "not_your_upload", "Use a file that you uploaded."
