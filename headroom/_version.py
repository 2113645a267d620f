"""The version, alone in its file: read by the build and by `headroom --version` without importing anything else."""

__version__ = "0.1.0"
