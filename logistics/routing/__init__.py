"""The routing engine: plain Python in whole seconds, metres, grams and millilitres."""
