"""Demo data for development: a catalogue with people who teach, learn and review."""
