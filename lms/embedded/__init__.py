"""A newcomer's machine: real servers and every process of the application, for development and tests only."""
