"""The machine that a benchmark runs on: processor, memory of this process, and progress lines."""

from __future__ import annotations

import platform
import sys
from contextlib import suppress
from pathlib import Path


def memory_now() -> float:
    """Return this process's memory in MB; on Linux this resets the peak."""
    if sys.platform == "linux":
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        return _linux_mb("VmRSS")
    import psutil

    return psutil.Process().memory_info().rss / 1e6


def memory_peak() -> float:
    """Return this process's peak memory in MB.

    Linux: VmHWM, because ru_maxrss begins with what the parent had when it started this process.
    """
    if sys.platform == "linux":
        return _linux_mb("VmHWM")
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on macOS


def _linux_mb(name: str) -> float:
    for row in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if row.startswith(f"{name}:"):
            return int(row.split()[1]) * 1024 / 1e6
    return 0.0


def cpu_name() -> str:
    """Return the name of the processor, if the system gives it."""
    try:
        for row in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if row.startswith("model name"):
                return row.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def say(line: str) -> None:
    """Print a progress line on stderr."""
    print(line, file=sys.stderr, flush=True)
