"""From an endpoint as declared to what goes over the wire, and back."""
