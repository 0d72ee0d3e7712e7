"""A PDF that does nothing: an opened PDF goes in, and its scripts, actions, attachments and ways out of it are taken from it.

What pages show stays, and so do links and bookmarks to its own pages. Hidden things may hold what a redaction took away, too.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

_HARMLESS = "/GoTo"  # the one action that stays within the document
# Keys of dictionaries of any kind: actions upon events, embedded files, XML forms, private data of programs.
_ACTING = ("/AA", "/AF", "/EmbeddedFiles", "/JavaScript", "/JS", "/XFA", "/PieceInfo", "/Collection", "/URI")
_ACTIONS = ("/A", "/OpenAction", "/PA", "/Next")
_HOLDING = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}  # annotations
_DEEPEST = 50  # direct objects within each other; a document of more is no honest one


def disarm(pdf: "pikepdf.Pdf") -> None:
    """Take everything that acts out of `pdf`."""
    for thing in pdf.objects:
        _visit(thing, _DEEPEST)


def _visit(thing: Any, deepest: int) -> None:
    import pikepdf  # noqa: PLC0415

    if isinstance(thing, pikepdf.Stream):
        if "/F" in thing:
            del thing["/F"]  # data in a file elsewhere
        _visit_keys(thing.stream_dict, deepest)
    elif isinstance(thing, pikepdf.Dictionary):
        _visit_keys(thing, deepest)
    elif isinstance(thing, pikepdf.Array):
        for one in thing:
            if isinstance(one, pikepdf.Object) and not one.is_indirect and deepest:
                _visit(one, deepest - 1)


def _visit_keys(thing: "pikepdf.Object", deepest: int) -> None:
    import pikepdf  # noqa: PLC0415

    for key in list(thing.keys()):
        value = thing[key]
        if key in _ACTING or (key in _ACTIONS and _acts(value)):
            del thing[key]
            continue
        if key == "/Annots" and isinstance(value, pikepdf.Array):
            value = thing[key] = pikepdf.Array([one for one in value if not _holds(one)])
        if isinstance(value, pikepdf.Object) and not value.is_indirect and deepest:
            _visit(value, deepest - 1)


def _acts(action: Any) -> bool:
    """Whether a value under a key of actions is an action that leads out of the document; a destination is none."""
    import pikepdf  # noqa: PLC0415

    if isinstance(action, pikepdf.Array):
        return any(isinstance(one, pikepdf.Dictionary) and "/S" in one and _acts(one) for one in action)
    return isinstance(action, pikepdf.Dictionary) and "/S" in action and str(action["/S"]) != _HARMLESS


def _holds(annotation: Any) -> bool:
    import pikepdf  # noqa: PLC0415

    return isinstance(annotation, pikepdf.Dictionary) and str(annotation.get("/Subtype")) in _HOLDING
