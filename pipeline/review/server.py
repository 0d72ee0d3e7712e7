"""The review's server: an output folder in, an address for the browser out, until it is stopped."""

import contextlib
import secrets
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from pipeline.decisions import check_reviewer, decisions_folder, default_reviewer
from pipeline.errors import UsageError
from pipeline.review.app import make_app
from pipeline.review.desk import Desk
from pipeline.review.guard import Guard


def serve(
    output: Path, corrections: Path, reviewer: str, port: int, *, browse: bool, say: Callable[[str], None]
) -> None:
    """Serve the review of `output` on 127.0.0.1 until ctrl-C; then make the text that still waits.

    Raises DeclassError where the folder was never transcribed, the decisions are damaged or the port is taken.
    """
    reviewer = check_reviewer(reviewer or default_reviewer())
    if not (output / "run.json").is_file():
        raise UsageError(f"{output} is no output folder of declass: it holds no run.json. Transcribe first.")
    if corrections.resolve() == (Path(__file__).parent.parent / "corrections").resolve():
        raise UsageError(
            f"The corrections in {corrections} came with declass and would go with its next update, decisions "
            f"and all. Copy that folder beside your scans and run this where it lies."
        )
    desk = Desk(output, corrections, reviewer)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen()  # a browser that is quicker than we are waits
        except OSError as error:
            raise UsageError(
                f"Port {port} cannot be used ({error.strerror}); name another with --port."
            ) from None
        say(f"Reading {output} ...")
        desk.open()
        port = listening.getsockname()[1]
        token = secrets.token_urlsafe(24)
        app = Guard(make_app(desk), port, token)
        address = f"http://127.0.0.1:{port}/?token={token}"
        say(f"Reviewing as {reviewer}. Open this address; ctrl-C ends the review:\n{address}")
        if browse:
            webbrowser.open(address)
        config = uvicorn.Config(
            app, log_level="error", access_log=False, server_header=False, timeout_graceful_shutdown=3
        )
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
        if desk.refresher.told().waiting:
            say("Making the clean text of what was decided ...")
        told = desk.close()
    say(_kept(desk))
    if told.waiting:
        say(f"The text of {told.waiting} documents waits for the next run: {told.trouble}")


def _kept(desk: Desk) -> str:
    """What a reviewer who leaves wants to hear: how much of what was decided is kept, and where."""
    known = desk.known()
    kept = sum(one.reviewer == desk.reviewer and one.id in known.standing for one in known.lines)
    path = decisions_folder(desk.corrections) / f"{desk.reviewer}.jsonl"
    if not kept:
        return f"No decisions by {desk.reviewer} stand; {path} is where they would be."
    return f"{kept} decision{'' if kept == 1 else 's'} by {desk.reviewer} {'is' if kept == 1 else 'are'} kept in {path}."
