"""Exit codes and the errors that carry them: every message is a sentence that names the file and the way out."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What `declass` returns to the shell; a stable interface."""

    OK = 0
    USAGE = 2
    MISSING_PROGRAM = 3
    BAD_CONFIGURATION = 4
    PARTLY_FAILED = 5
    NOTHING_USABLE = 6
    INTERRUPTED = 130


class DeclassError(Exception):
    """An error that the user can act upon; stops the run with `exit_code`."""

    exit_code = ExitCode.USAGE


class UsageError(DeclassError):
    """A path or an option that cannot be meant."""


class MissingProgramError(DeclassError):
    """A program or its data is not installed."""

    exit_code = ExitCode.MISSING_PROGRAM


class ConfigurationError(DeclassError):
    """A corrections file or an option's value is wrong."""

    exit_code = ExitCode.BAD_CONFIGURATION


class ClusterError(DeclassError):
    """The Dask cluster named cannot do the run, or was lost."""

    exit_code = ExitCode.BAD_CONFIGURATION


class NothingUsableError(DeclassError):
    """There was nothing to transcribe."""

    exit_code = ExitCode.NOTHING_USABLE


class DocumentError(Exception):
    """One document cannot be read; costs that document alone."""


class PageError(Exception):
    """One page cannot be read; costs that page alone."""


class PageTimeoutError(PageError):
    """One page took longer than it may."""


class PageCrashError(PageError):
    """A program crashed on one page, ran out of memory or gave back rubbish; a smaller image may do."""
