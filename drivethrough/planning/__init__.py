"""Planning of a drive-through's queue: plain Python in whole seconds of the business day."""
