"""Tables of the two local files, their constraints and one-row properties."""
