"""What a file is that is no table."""


class Unreadable(Exception):
    """The message says why, for whoever uploaded it."""
