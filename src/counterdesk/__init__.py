"""CounterDesk: the till of a utility's service centre."""

__version__ = "0.1.0"
