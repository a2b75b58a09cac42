"""The centre's own side: setting it up, its counters and people, what is imported, its service."""
