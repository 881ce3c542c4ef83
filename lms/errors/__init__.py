"""Every refusal there is: its status, its code for programs, its sentence for people."""

from lms.errors.accounts import *
from lms.errors.assessment import *
from lms.errors.authoring import *
from lms.errors.base import *
from lms.errors.catalogue import *
from lms.errors.certificates import *
from lms.errors.imports import *
from lms.errors.learning import *
from lms.errors.moderation import *
from lms.errors.moving import *
from lms.errors.payments import *
from lms.errors.requests import *
from lms.errors.system import *
