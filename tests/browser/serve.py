"""`solara ...` or `leefwereld ...`, with every attempt to reach another machine refused and told on standard error.

Worker processes begin by importing this file too, so that they are under the same rule.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys

REFUSED = "refused to reach"
IDLE = "TESTS_END_IDLE_THREADS_AFTER"  # seconds after which threads of the page server end that have nothing to do: usually ten


def is_loopback(host: object) -> bool:
    """Whether a name or number is of this machine; no name at all means the own one."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


def refuse(event: str, args: tuple) -> None:
    """Let nothing out: no look-up of a name, no connection."""
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and args[0].family in (socket.AF_INET, socket.AF_INET6):
        host = args[1][0]
    else:
        return
    if not is_loopback(host):
        print(f"{REFUSED} {host!r}", file=sys.stderr, flush=True)
        raise ConnectionRefusedError(f"{REFUSED} {host!r}")


sys.addaudithook(refuse)
if __name__ == "__main__":
    if sys.argv[1] == "leefwereld":
        from viz.command import main
    else:
        from solara.__main__ import main
    if IDLE in os.environ:
        from anyio._backends._asyncio import WorkerThread

        WorkerThread.MAX_IDLE_TIME = int(os.environ[IDLE])  # pyright: ignore[reportAttributeAccessIssue] - declared as ten
    sys.argv = sys.argv[1:]
    sys.exit(main())
