"""Facts up, reference data down: the only room that writes ref.db."""
