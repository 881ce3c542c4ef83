"""Who works here."""

from typing import Any

from bson import ObjectId
from flask import Response

from lms.admin.formats import age, badge, yes_no
from lms.admin.guard import actor
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS
from lms.controllers import dossiers, people
from lms.controllers import staff as controller
from lms.models.base import Filter
from lms.models.finding import having
from lms.models.users import NAME, STAFF, users
from lms.schemas.people import AppointmentIn, DecisionIn
