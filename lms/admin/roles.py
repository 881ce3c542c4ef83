"""Who may see what: each page and each action states one of these."""

from lms.models.accounts.users import StaffRole

Roles = frozenset[StaffRole]

ADMINS: Roles = frozenset({"admin"})
CONTENT: Roles = frozenset({"admin", "moderator"})
USERS: Roles = frozenset({"admin", "support"})
EVERYONE: Roles = frozenset({"admin", "moderator", "support"})
VISITORS: Roles = frozenset()
"""Also those who have not signed in."""
