"""A whole local stack in one process tree. Plain Python: nothing here needs Django to be set up."""
