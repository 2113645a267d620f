"""Compressors, one file per kind of content. The router picks; see `_api` for what a compressor is."""
