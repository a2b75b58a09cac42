"""Words and arithmetic of the trade: plain Python, no database, no window."""
