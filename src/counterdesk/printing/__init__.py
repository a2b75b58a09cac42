"""A document in, PDF or ESC/POS out, and the worker of the print queue."""
