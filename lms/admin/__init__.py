"""The pages of staff at `/admin`: Flask-Admin, with our own sign-in, permissions, forms and look."""

from flask import Blueprint, Flask
from flask_admin import Admin

from lms.admin import formats, guard, pages
from lms.admin.accounts.applications import ApplicationsView
from lms.admin.accounts.otp_deliveries import DeliveriesView
from lms.admin.accounts.own_sign_in import AccountView
from lms.admin.accounts.sign_in import SignInView
from lms.admin.accounts.staff import StaffListView
from lms.admin.accounts.users import UsersView
from lms.admin.analytics.dashboard import DashboardView
from lms.admin.assessment.assessments import AssessmentsView
from lms.admin.assessment.attempts import AttemptsView, OpenAttemptsView
from lms.admin.assessment.grades import OverridesView, RegradesView
from lms.admin.assessment.submissions import SubmissionsView, SubmissionsWaitingView
from lms.admin.catalogue.categories import CategoriesView
from lms.admin.catalogue.courses import CoursesView
from lms.admin.catalogue.tags import TagsView
from lms.admin.certificates.certificates import CertificatesToDecideView, CertificatesView
from lms.admin.cookie import ASSETS, PREFIX
from lms.admin.imports.imports import ImportsView
from lms.admin.moderation.deleted import DeletedView
from lms.admin.moderation.reviews import ReportsView, ReviewsView
from lms.admin.moderation.waiting_courses import ChangedCoursesView, WaitingCoursesView
from lms.admin.payments.coupons import CouponsView
from lms.admin.payments.invoices import InvoicesView
from lms.admin.payments.orders import DisputesView, HeldOrdersView, LedgerView, OrdersView, RefundsView
from lms.admin.payments.strays import StrayPaymentsView
from lms.admin.system.audit_log import AuditView
from lms.admin.system.jobs import FailedJobsView, OutboxView
from lms.admin.system.machinery import CachesView, MigrationsView, QueuesView, ScheduleView
from lms.extensions import current_settings
from lms.http import rendering

VIEWS = (
    SignInView,
    AccountView,
    WaitingCoursesView,
    ChangedCoursesView,
    ReportsView,
    CoursesView,
    CategoriesView,
    TagsView,
    ReviewsView,
    DeletedView,
    AssessmentsView,
    OpenAttemptsView,
    AttemptsView,
    SubmissionsWaitingView,
    SubmissionsView,
    RegradesView,
    OverridesView,
    CertificatesView,
    CertificatesToDecideView,
    UsersView,
    ApplicationsView,
    DeliveriesView,
    ImportsView,
    OrdersView,
    HeldOrdersView,
    InvoicesView,
    StrayPaymentsView,
    DisputesView,
    RefundsView,
    CouponsView,
    LedgerView,
    QueuesView,
    FailedJobsView,
    OutboxView,
    ScheduleView,
    MigrationsView,
    CachesView,
    StaffListView,
    AuditView,
)
"""In the order of the navigation, after the dashboard."""


def init_app(app: Flask) -> None:
    """Views belong to one Admin and an Admin to one application, so both are made here."""
    app.register_blueprint(Blueprint("staff_assets", __name__, static_folder="static", static_url_path=ASSETS))
    guard.init_app(app)
    admin = Admin(app, name="Staff", url=PREFIX, index_view=DashboardView())
    for view in VIEWS:
        admin.add_view(view())
    app.jinja_env.filters |= formats.TEMPLATE_FILTERS
    app.jinja_env.globals |= {
        "present_staff": guard.staff,
        "take_notices": guard.take_notices,
        "current_settings": current_settings,
        "staff_menu": admin.menu,
    }
    rendering.render_below(app, PREFIX, pages.refused)
