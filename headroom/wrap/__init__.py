"""Agents that need no code of ours: started with the proxy in between, or pointed to it by their configuration.

* `agents`: the agents that are known, and how each is told where its provider is.
* `runner`: starts one, with a proxy and the forwarder, and leaves nothing behind.
* `forwarder`: stands between agent and proxy, and goes straight to the provider when the proxy is gone.
* `edits`, `journal`: one setting in a file of somebody else's, and its exact undoing.
* `checks`: what `headroom doctor` looks at.

Above stands the command line; below, `config`. Nothing here compresses anything.
"""
