"""What a worker does: inspect a file, read a page, finish a document. Each takes one job and returns one outcome."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import monotonic

import cv2
import msgspec

from pipeline import ocr, rasterize, textlayer
from pipeline.copies import WrongPasswordError, mended, unlocked
from pipeline.decisions import Decision
from pipeline.diffs import unified_diff
from pipeline.errors import DocumentError, PageCrashError, PageError, PageTimeoutError
from pipeline.evidence import NO_EVIDENCE, Evidence
from pipeline.looks import Seen
from pipeline.options import ReadOptions, TextOptions
from pipeline.pageimage import PageImage
from pipeline.pool import Watchdog
from pipeline.programs import own_folder
from pipeline.record import (
    SCHEMA_VERSION,
    Document,
    DocumentOutcome,
    Page,
    PageOutcome,
    PageStatus,
    dump,
)
from pipeline.report import document_page
from pipeline.sources import PDF
from pipeline.store import Done, Store
from pipeline.strips import upright_picture
from pipeline.textstages import (
    Corrections,
    clean_pages,
    count_decisions,
    count_edits,
    edit_document,
    load_corrections,
)

_GRACE = 10.0  # seconds that the limits inside a worker have before the worker itself is ended
_TEXT_SECONDS, _TEXT_SECONDS_A_PAGE = 120.0, 2.0  # that the text stages may take, far beyond what they need
_MODEST_PIXELS = 4_000_000  # a letter page at 200 dpi
_PICTURE_WIDTH = 1275  # pixels: a letter page at 150 dpi, legible in the report
_PICTURE_QUALITIES = 45, 33, 22  # of JPEG; the first makes about 100 kB of a typed page
_PICTURE_BYTES = 170_000  # above it the next quality is tried: grain of film costs most and says nothing


class InspectJob(msgspec.Struct, frozen=True):
    """Look at one file."""

    path: Path
    passwords: tuple[str, ...]
    timeout: float
    folder: Path  # for a copy without encryption


class PageJob(msgspec.Struct, frozen=True):
    """Read one page. `keep` is where its image shall stay, if anywhere."""

    path: Path
    inspection: rasterize.Inspection
    number: int
    key: str
    options: ReadOptions
    timeout: float
    output: Path
    keep: Path | None = None
    rasterize_only: bool = False

    def smaller(self) -> "PageJob":
        """The same on an image that every machine has memory for."""
        pixels = min(self.options.max_pixels, _MODEST_PIXELS)
        return msgspec.structs.replace(self, options=msgspec.structs.replace(self.options, max_pixels=pixels))


class DocumentJob(msgspec.Struct, frozen=True):
    """Bring one document whose pages are read through the text stages. `keys` hold each page's reading."""

    outcome: DocumentOutcome
    keys: tuple[str, ...]
    key: str
    corrections: Path
    digest: str
    options: TextOptions
    output: Path
    evidence: Evidence = NO_EVIDENCE
    decisions: tuple[Decision, ...] = ()


def inspect_file(job: InspectJob) -> rasterize.Inspection | str:
    """What the file is, or a sentence that says why it cannot be read."""
    try:
        with Watchdog(job.timeout + _GRACE):
            return rasterize.inspect(job.path, job.passwords, job.timeout, job.folder)
    except DocumentError as error:
        return str(error)


def read_page(job: PageJob) -> PageOutcome:
    """Rasterize and read one page into the store."""
    store = Store(job.output)
    began = monotonic()

    def outcome(status: PageStatus, message: str = "") -> PageOutcome:
        return PageOutcome(job.number, status, round(monotonic() - began, 3), message=message)

    try:
        with Watchdog(job.timeout + _GRACE), own_folder(store.temporary) as folder:
            job = _readable(job, store)
            image = rasterize.rasterize(
                job.path,
                job.inspection,
                job.number,
                folder,
                job.options,
                job.timeout,
                store.temporary,
            )
            if job.keep:
                _keep(image.path, job.keep, store)
            if job.rasterize_only:
                return outcome("ok", image.message)
            layer, ask = _layer(job, image), job.options.text_layer != "always"
            left = job.timeout - (monotonic() - began)
            chosen = job.options
            page = ocr.read_page(
                image, job.number, chosen.lang, left, chosen.effort, layer, ask, skip=chosen.skip
            )
            store.write(store.picture(job.key), _picture(image.path))
            store.write(store.page_file(job.key), dump(page))  # last: it says that the page is done
            return outcome(page.status, page.message)
    except PageCrashError:
        raise  # the pool knows whether to try again
    except cv2.error as error:
        if error.code == cv2.Error.STS_NO_MEM:
            raise MemoryError from None
        raise
    except PageTimeoutError as error:
        return outcome("timed_out", f"{error}; --page-timeout gives more time.")
    except PageError as error:
        return outcome("failed", f"{error}.")
    except OSError as error:
        return outcome("failed", f"its result could not be written ({error.strerror}).")


def _readable(job: PageJob, store: Store) -> PageJob:
    """The same job on a copy that Poppler can read, where its file is encrypted or damaged and such a copy can be made."""
    if job.inspection.mended:
        return msgspec.structs.replace(job, path=mended(job.path, store.temporary) or job.path)
    try:
        path, password = unlocked(job.path, job.inspection.password, store.temporary)
    except WrongPasswordError:
        raise PageError("its file is no longer opened by the password that opened it") from None
    inspection = msgspec.structs.replace(job.inspection, password=password)
    return msgspec.structs.replace(job, path=path, inspection=inspection)


def _layer(job: PageJob, image: PageImage) -> tuple[Seen, ...]:
    """The words of the page's text layer, where they may be asked for: of a scan's it is known who wrote them."""
    wanted = job.options.text_layer
    if job.inspection.media_type != PDF or wanted == "never" or (wanted == "auto" and image.scanned):
        return ()
    return textlayer.layer_words(job.path, job.number, job.inspection.password, image)


def finish_document(job: DocumentJob) -> Done:
    """Carry out the text stages on one document and write all its outputs; returns what was made of what."""
    store = Store(job.output)
    with Watchdog(_TEXT_SECONDS + _TEXT_SECONDS_A_PAGE * len(job.keys)):
        return _finish(job, store)


def _finish(job: DocumentJob, store: Store) -> Done:
    document = assemble(job.outcome, job.keys, store)
    corrections = _corrections(job.corrections, job.digest)
    document = edit_document(document, corrections, job.options, job.evidence, job.decisions)
    output = job.outcome.output
    raw = "\f".join(page.text for page in document.pages)
    clean = "\f".join(clean_pages(document))
    files: dict[Path, str] = {}
    pictured = set()
    for page, key in zip(document.pages, job.keys, strict=True):
        # One at a time, for a long document's pictures take more memory than all else.
        picture = upright_picture(store.picture(key), page) if key else None
        if picture:
            place = store.report_picture(output, page.number)
            files[place] = _digest(store.write(place, picture))
            pictured.add(page.number)
    counts, decided = count_edits(document), count_decisions(document)
    outcome = msgspec.structs.replace(job.outcome, edits=counts, decisions=decided)
    contents: dict[str, str | bytes] = {
        "text": clean,
        "raw": raw,
        "records": dump(document),
        "diffs": unified_diff(raw, clean, output),
        "edits": b"".join(dump(edit) for edit in document.edits),
        "report/documents": document_page(document, outcome, pictured),
    }
    for kind, content in contents.items():
        place = store.place(kind, output)
        files[place] = _digest(store.write(place, content))
    for left in set(store.report_pictures(output)) - set(files):
        left.unlink(missing_ok=True)  # of a page that an earlier run was asked for
    done = Done(job.key, job.outcome, job.keys, job.options, counts, decided, job.evidence)
    store.set_done(output, done, files)
    return done


def assemble(outcome: DocumentOutcome, keys: Sequence[str], store: Store) -> Document:
    """The document as read, from the readings kept under `keys`; pages that were not read stand there empty.

    Raises DocumentError where a reading that was there has gone.
    """
    pages = []
    for page, key in zip(outcome.pages, keys, strict=True):
        read = store.read_page(key) if key else None
        if key and not read:
            raise DocumentError(
                f"the reading of page {page.number} was lost in between; run the same command again."
            )
        pages.append(read or Page(page.number, page.status, message=page.message))
    return Document(
        SCHEMA_VERSION,
        outcome.source,
        outcome.sha256,
        outcome.status,
        outcome.media_type,
        message=outcome.message,
        pages=tuple(pages),
    )


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


@cache
def _corrections(folder: Path, _digest: str) -> Corrections:
    return load_corrections(folder)


def _keep(image: Path, target: Path, store: Store) -> None:
    _, png = cv2.imencode(".png", _pixels(image), [cv2.IMWRITE_PNG_COMPRESSION, 2])
    store.write(target, png.tobytes())


def _picture(image: Path) -> bytes:
    page = _pixels(image)
    scale = min(_PICTURE_WIDTH / page.shape[1], 1.0)
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else page
    jpeg = b""
    for quality in _PICTURE_QUALITIES:
        jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(jpeg) <= _PICTURE_BYTES:
            break
    return jpeg


def _pixels(image: Path) -> cv2.typing.MatLike:
    page = cv2.imread(str(image), cv2.IMREAD_GRAYSCALE)
    if page is None:
        raise PageError("the image of this page cannot be read back")
    return page
