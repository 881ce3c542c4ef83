"""The first page of staff: how the school is doing."""

from lms.admin.pages import StaffView, page
from lms.admin.roles import EVERYONE


class DashboardView(StaffView):
    slug, title, group, allow = "dashboard", "Dashboard", "Overview", EVERYONE
    at = "/admin"

    @page("/")
    def index(self) -> str:
        return self.show("staff/dashboard.html")
