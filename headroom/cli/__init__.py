"""The command line: a door on the engine."""
