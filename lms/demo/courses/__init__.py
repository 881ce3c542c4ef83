"""The courses of the demo catalogue, a module a category."""
