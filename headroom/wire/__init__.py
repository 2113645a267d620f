"""Provider formats: one file per shape, `parse` and `render` are inverses."""
