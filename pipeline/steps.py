"""The steps of reading that a user may leave out, by the names that a page's views give them."""

from typing import Literal, get_args

ReadStep = Literal[
    "unframe",  # black frames of film cut off
    "invert",  # light letters on dark made dark on light
    "turn",  # the page, or a block of it, set upright
    "perforations",  # the dots of punched words painted over
    "scale",  # letters brought to the height that is read best, on the page or in an area of it
    "deskew",  # lines made level
    "grain",  # marks of film between letters taken out
    "areas",  # parts of the page read in views of their own
    "uncovered",  # ink that no word covers read again
    "margins",  # what stands beside the body parted from its lines
    "second-looks",  # doubtful words read again
]
READ_STEPS: tuple[ReadStep, ...] = get_args(ReadStep)
