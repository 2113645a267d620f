"""Headroom: the context layer for AI agents."""
