"""What every command of a terminal has in common: a mistake is one line, a closed pipe is no error, Ctrl-C is quiet."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable

from index.errors import DatelineError

INTERRUPTED = 130


def run(command: Callable[[], int]) -> int:
    """Run a command and return its exit status: its own, 1 after a mistake that is told, 130 after Ctrl-C.

    What the disk or the database refuses is told like Dateline's own errors; a fault of Dateline's is not hidden.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        status = command()
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not flush into the closed pipe at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except DatelineError as error:
        return _tell(str(error))
    except sqlite3.Error as error:
        return _tell(f"The store cannot be read or written ({error}); is there room, and may this user write there?")
    except OSError as error:
        about = error.filename or "A file"
        return _tell(
            f"{about} cannot be used ({error.strerror or error}); check its path and who may read or write it."
        )
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept.", file=sys.stderr)
        return INTERRUPTED


def _tell(message: str) -> int:
    print(f"Error: {message}", file=sys.stderr)
    return 1
