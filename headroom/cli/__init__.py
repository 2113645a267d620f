"""The command line: a door on the engine. `app` holds the tree and the exit codes, one file per command the rest."""
