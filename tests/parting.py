"""Invented documents, and the parts and header fields that are found in them."""

from collections.abc import Sequence

from pipeline.edits import settle
from pipeline.headerlists import load_headers
from pipeline.headers import find_parts
from pipeline.markings import load_markings
from pipeline.pagebreaks import pages_of
from pipeline.record import Page, Part
from pipeline.strip import strip_pages
from tests.shipped import CORRECTIONS

PATTERNS = load_headers(CORRECTIONS)
MARKINGS = load_markings(CORRECTIONS)

CABLE = """CONFIDENTIAL
PAGE 01   STATE 123456
ORIGIN EUR-12
INFO OCT-01 ISO-00 /013 R
DRAFTED BY EUR/XY:ABMILLER:KL
APPROVED BY EUR:CDTAYLOR
S/S:EFBAKER L/EUR:GHCOOK (SUBS)
          ------------------078229 180018Z /21
O R 172343Z NOV 79
FM SECSTATE WASHDC
TO AMEMBASSY MOSCOW IMMEDIATE
AMEMBASSY LA PAZ 1234
INFO USMISSION NATO
AMCONSUL LENINGRAD PRIORITY 77
C O N F I D E N T I A L STATE 123456
EXDIS
E.O. 12065: GDS 11/17/85 (TAYLOR, C.D.)
TAGS: PEPR, UR, OVIP (BAKER, E.F.)
SUBJECT: DELIVERY OF FURNITURE TO
THE NEW ANNEX
REFS: (A) MOSCOW 12345; (B) STATE
99887 (NOTAL)
1. (C) THE FURNITURE WILL COME BY SEA AND NOT BY RAIL AS FIRST TOLD.
2. PLEASE TELL THE PORT AUTHORITIES THAT THE SHIP HAS BEEN DELAYED.
VANCE
CONFIDENTIAL
NNNN
"""

MEMORANDUM = """CONFIDENTIAL

INFORMATION MEMORANDUM

TO:       The Secretary
THROUGH:  P - Mr. Alder
FROM:     EUR - Jane Birch
DATE:     October 14, 1986
SUBJECT:  What the Embassy Reports about
          Its New Annex

In its telegram the embassy says that the annex can be used from the spring on. It writes under
TAGS: ABLD, UR
SUBJECT: NEW ANNEX
that the roof is still open and that the painters have not come yet.

Drafted: EUR/XY:KElm
Cleared: EUR:LFir
A/BO:MOak

CONFIDENTIAL
"""


DRAFT = """OUTGOING TELEGRAM
DEPARTMENT OF STATE
RELEASED IN FULL

CONFIDENTIAL

AF/X:PELM:PEK
10/19/94 647-0000 SECC 5216
THE SECRETARY

AF:QFIR AF/X:RASH
EUR:SBEECH

PRIORITY OSLO, BERN PRIORITY, ROME PRIORITY +
ROUTINE NAIROBI

E.O. 1235b: DECL: OADR

TAGS: PREL, KE

SUBJECT: FRIENDS OF THE NEW ANNEX

REF: STATE 26193b

1. CONFIDENTIAL - ENTIRE TEXT.

2. POSTS SHOULD DELIVER THE FOLLOWING LETTER AT THE EARLIEST OPPORTUNITY.

DEAR MR. MINISTER:

CONFIDENTIAL
\f
CONFIDENTIAL

2

THE ANNEX IS NEW AND IT STANDS WHERE THE OLD ONE STOOD BEFORE.

SINCERELY,

5. MINIMIZE CONSIDERED.

CONFIDENTIAL
"""


def parts(text: str) -> tuple[Part, ...]:
    pages, _ = pages_of(text, MARKINGS)
    return parts_of(pages)


def parts_of(pages: Sequence[Page]) -> tuple[Part, ...]:
    found = find_parts(pages, settle(strip_pages(pages, MARKINGS)), PATTERNS)
    texts = {page.number: page.text for page in pages}
    for part in found:
        for one in part.fields:
            assert texts[one.page][one.start : one.end] == one.text
    return found


def values(part: Part, kind: str) -> list[str]:
    return [one.value for one in part.fields if one.kind == kind]


def texts(part: Part, kind: str) -> list[str]:
    return [one.text for one in part.fields if one.kind == kind]
