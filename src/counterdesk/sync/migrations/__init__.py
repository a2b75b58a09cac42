"""The centre's schema, step by step."""
