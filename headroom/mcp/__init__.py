"""The MCP server: `headroom_compress`, `headroom_retrieve` and `headroom_stats` for any MCP client.

A door: `tools` says what can be called and calls the engine, `server` speaks the protocol with the official SDK over
stdio or streamable HTTP. `clients` writes the server into the configuration of agents. Needs the extra `mcp`; importing
this package does not.
"""
