"""The routing engine: plain Python, whole seconds, metres, grams and millilitres; knows no database."""
