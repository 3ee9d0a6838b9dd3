"""The complete command `leefwereld`: the commands of `experiments.cli.main`, the app, and the export of offline pages.

Heavy imports stay inside the commands.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.cli.groups import renamed
from experiments.cli.main import app, extra_commands, main
from experiments.cli.options import EPILOG, Json, one_of, option, whole
from experiments.shared.own_model import check_model

Port = Annotated[int, option(metavar="N", says="Port, 0-65535; 0: any free port (default: 8765).", reads=whole(0, 65_535))]
Host = Annotated[
    str, option(metavar="ADDRESS", says="Address to serve: 127.0.0.1 this computer only (default), 0.0.0.0 the network, with a token.")
]
Lang = Annotated[str | None, option(metavar="nl|en", says="First language of the page (default: the browser's).", reads=one_of("nl", "en"))]
Public = Annotated[
    str | None, option(metavar="URL", says="Where a web server hands on to this one, such as https://host/prefix; with a token.")
]


@app.command(
    "app",
    epilog=EPILOG
    + "  leefwereld app\n  leefwereld app --host 0.0.0.0 --no-browser\n  leefwereld app --lang en --port 8800\n"
    + "  leefwereld app --public-url https://www.example.org/class --no-browser\n  leefwereld app --screenshots pictures",
)
def show(
    port: Port = 8765,
    host: Host = "127.0.0.1",
    browser: Annotated[bool, option("--browser/--no-browser", says="Open the page in a browser (default: yes).")] = True,
    lang: Lang = None,
    public_url: Public = None,
    screenshots: Annotated[
        Path | None, option(metavar="DIR", says="Only make the pictures for the documentation, with this computer's Chromium.")
    ] = None,
) -> None:
    """Open the app: the same neighbourhood under two to four regimes side by side, in the browser. Works without internet."""
    check_model()
    if screenshots is not None:
        from viz.benchmarks.pictures import take

        take(screenshots, lang or "nl")
        return
    from viz.server.host import serve

    serve(host, port, lang or "", browser, public_url=public_url or "")


@app.command(
    "export", epilog=EPILOG + "  leefwereld export to-take-along\n  leefwereld export workshop --scenario kolping --scenario hanzeland"
)
def export_pages(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the pages.", show_default=False)],
    scenario: Annotated[list[str] | None, option("--scenario", metavar="NAME", says="Only this scenario; may be repeated.")] = None,
    seed: Annotated[int, option(metavar="N", says="Random seed (default: 1).", reads=whole(0, 2**53))] = 1,
    weeks: Annotated[
        int | None, option(metavar="N", says="Weeks, 1-1040 (default: as the scenario says, or 260).", reads=whole(1, 1_040))
    ] = None,
    json: Json = False,
) -> None:
    """Write a page for each scenario that works without server or internet, and an index page."""
    check_model()
    from experiments.shared.progress import shown
    from viz.export.folder import as_json, library, pack, told

    chosen = scenario or library.names()
    with shown("scenarios", len(chosen)) as tell:
        done = pack(folder, chosen if scenario else (), seed, weeks, lambda n, of: tell(n, of, 0))
    print(as_json(done) if json else told(done, folder))


renamed(app, "pack", export_pages)


def _bench(**given: Any) -> None:
    check_model()
    from viz.benchmarks.app import bench

    bench(**given)


extra_commands["bench"] = _bench

if __name__ == "__main__":
    sys.exit(main())
