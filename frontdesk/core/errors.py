"""The errors that a user is told of. Everything else is a bug of ours and goes to the log."""


class DeskError(Exception):
    """Something that is said to the user in one Chinese sentence; nothing typed is lost by it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SurroundingsError(DeskError):
    """What the surroundings did: disk full, file read-only, file locked, printer gone.

    The message says what happened, that nothing was lost, and what to do.
    """


class FileBusyError(SurroundingsError):
    """Another program, or a long job of our own, has the file for the moment; the same call may succeed shortly after."""


class RefusedError(DeskError):
    """A rule, a role or a check of what was typed says no.

    `field` names the field at fault, so that the form can put the cursor there;
    `rule` is the id in the specification (`R-ORDER-18`).
    """

    def __init__(self, message: str, *, field: str = "", rule: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.rule = rule


class NotAllowedError(RefusedError):
    """The role of whoever is signed in does not reach that far (`roles.md`)."""


class StoppedError(DeskError):
    """The user stopped a long job; it left nothing half done."""

    def __init__(self, message: str = "已停止，没有留下半成品。") -> None:
        super().__init__(message)
