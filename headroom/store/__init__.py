"""CCR (compress, cache, retrieve): where originals, the ledger of chosen bytes and events are kept."""
