"""The first page of staff: how the school is doing."""

from typing import Any

from bson import ObjectId
from flask import Response, request, stream_with_context

from lms.admin import guard
from lms.admin.analytics import charts
from lms.admin.pages import StaffView, page
from lms.admin.roles import EVERYONE, USERS
from lms.controllers.analytics import reports as analytics
from lms.controllers.analytics.dashboard import Board
from lms.controllers.analytics.reports import Range
from lms.errors import CourseNotFound, Forbidden, InvalidRequest, UnknownPath
from lms.extensions import current_settings
from lms.http import arguments
from lms.models.analytics.rollups import rollups
from lms.schemas.analytics.reports import AnalyticsQuery

RANGES = (("day", "30 days"), ("week", "12 weeks"), ("month", "12 months"))


class DashboardView(StaffView):
    slug, title, group, allow = "dashboard", "Dashboard", "Overview", EVERYONE
    at = "/admin"

    @page("/")
    def index(self) -> Any:
        try:
            asked = _asked()
        except InvalidRequest as refusal:
            guard.visit().refusal = refusal
            return self._shown(Board(analytics.chosen(AnalyticsQuery()))), refusal.status
        return self._shown(Board(asked, _course_id()))

    def _shown(self, board: Board) -> str:
        money = _sees_money()
        return self.show(
            "staff/dashboard.html",
            board=board,
            figures=[charts.figure(board, each) for each in charts.FIGURES if money or each.slug != charts.MONEY],
            completion=charts.completion(board),
            top=charts.top_courses(board, money),
            stops=charts.stops(board),
            codes=charts.codes(board),
            queues=charts.queues(board),
            names=charts.names(board.asked),
            ranges=RANGES,
            chosen=board.asked.facts,
            counted_until=rollups.counted_until(),
            timezone=current_settings().school_zone.key,
        )

    @page("/charts/<string:slug>.csv")
    def csv(self, slug: str) -> Response:
        """The table of one chart, sent as it is made."""
        money = _sees_money()
        if slug == charts.MONEY and not money:
            raise Forbidden
        asked = _asked()
        panel = charts.panel(Board(asked, _course_id()), slug, money)
        if panel is None:
            raise UnknownPath
        name = f"{slug}-{asked.periods[0].first}-{asked.last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(stream_with_context(panel.lines()), mimetype="text/csv", headers=headers)


def _asked() -> Range:
    return analytics.chosen(arguments.query(AnalyticsQuery))


def _course_id() -> ObjectId | None:
    given = request.args.get("course")
    if not given:
        return None
    if not ObjectId.is_valid(given):
        raise CourseNotFound
    return ObjectId(given)


def _sees_money() -> bool:
    """Revenue is for those who see orders."""
    known = guard.staff()
    return known is not None and known.role in USERS
