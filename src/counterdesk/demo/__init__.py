"""A town to try CounterDesk with: the sample consumer, invented others, and a walk by keys."""
