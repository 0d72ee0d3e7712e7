"""Any page of any accepted file becomes one grey image at a sensible resolution, or one sentence."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from pipeline.errors import DocumentError, PageError
from pipeline.options import ReadOptions
from pipeline.pageimage import PageImage
from pipeline.rasterize import HIGHEST_DPI, inspect, rasterize, scan_dpi
from tests.conftest import REAL_PATH
from tests.makers import claiming_tiff, damaged_scan_pdf, drawn_pdf, ink_box, program, scan_pdf, typed

LETTER = (8.5, 11.0)


def image_of(
    path: Path, number: int = 1, options: ReadOptions | None = None, passwords: tuple[str, ...] = ()
) -> PageImage:
    return rasterize(path, inspect(path, passwords), number, path.parent, options or ReadOptions())


def pixels(image: PageImage) -> Image.Image:
    with Image.open(image.path) as opened:
        assert opened.mode == "L"
        assert opened.size == (image.width, image.height)
        return opened.copy()


def half_dark(size: tuple[int, int] = (60, 40)) -> Image.Image:
    """A small page, dark in its upper half."""
    page = Image.new("L", size, 255)
    page.paste(0, (0, 0, size[0], size[1] // 2))
    return page


def greys(image: PageImage) -> tuple[int, int]:
    """The grey at the middle of the upper and of the lower half."""
    page = pixels(image)
    upper, lower = (page.getpixel((page.width // 2, page.height * part // 4)) for part in (1, 3))
    assert isinstance(upper, int)
    assert isinstance(lower, int)
    return upper, lower


# ---- resolution ----


def test_a_pdf_page_is_drawn_at_the_resolution_of_the_scan_in_it(tmp_path: Path) -> None:
    path = scan_pdf(tmp_path / "scan.pdf", [Image.new("L", (1700, 2200), 255)], dpi=200)
    image = image_of(path)
    assert (image.width, image.height, image.dpi) == (1700, 2200, 200)


def test_a_page_without_a_scan_is_drawn_at_300_dpi(tmp_path: Path) -> None:
    image = image_of(drawn_pdf(tmp_path / "drawn.pdf", size=(144, 72)))
    assert (image.width, image.height, image.dpi) == (600, 300, 300)


def test_a_page_declared_tiny_is_drawn_large(tmp_path: Path) -> None:
    path = tmp_path / "tiny.pdf"
    scan_pdf(path, [Image.new("L", (774, 1006), 255)], dpi=300)  # 2.6 x 3.4 inches
    image = image_of(path)
    assert 1650 <= image.height <= 2 * 1006 + 2
    assert image.dpi == pytest.approx(600, rel=0.01)


def test_a_background_of_few_dots_does_not_set_the_resolution(tmp_path: Path) -> None:
    background = (Image.new("L", (8, 8), 230), (0.0, 0.0, 144.0, 72.0))
    image = image_of(drawn_pdf(tmp_path / "background.pdf", size=(144, 72), image=background))
    assert image.dpi == 300


def test_a_logo_does_not_set_the_resolution(tmp_path: Path) -> None:
    logo = (Image.new("L", (20, 20), 0), (0.0, 0.0, 36.0, 36.0))
    image = image_of(drawn_pdf(tmp_path / "logo.pdf", size=(144, 72), image=logo))
    assert image.dpi == 300


def test_the_resolution_of_a_scan_in_strips_is_that_of_its_strips() -> None:
    strips = [(1700, 100, 200.0, 200.0)] * 22
    assert scan_dpi(strips, *LETTER) == 200
    assert scan_dpi(strips[:5], *LETTER) == 300
    assert scan_dpi([(10200, 13200, 1200.0, 1200.0)], *LETTER) == HIGHEST_DPI
    assert scan_dpi([(0, 0, 0.0, 0.0)], *LETTER) == 300
    assert scan_dpi([], *LETTER) == 300


def test_dpi_can_be_set_for_a_pdf(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "drawn.pdf", size=(144, 72))
    image = image_of(path, options=ReadOptions(dpi=100))
    assert (image.width, image.height, image.dpi) == (200, 100, 100)


def test_a_page_over_the_pixel_limit_is_drawn_smaller_and_says_so(tmp_path: Path) -> None:
    limit = ReadOptions(max_pixels=20_000)
    for path in (
        drawn_pdf(tmp_path / "drawn.pdf", size=(144, 72)),
        scan_pdf(tmp_path / "scan.pdf", [half_dark((300, 200))]),
    ):
        image = image_of(path, options=limit)
        assert image.width * image.height <= 20_500  # Poppler rounds up
        assert "20000 pixels" in image.message
    half_dark((300, 200)).save(tmp_path / "scan.png", dpi=(200, 200))
    image = image_of(tmp_path / "scan.png", options=limit)
    assert 19_000 < image.width * image.height <= 20_000
    assert image.dpi == pytest.approx(200 * image.width / 300, rel=0.02)
    assert "20000 pixels" in image.message


# ---- images of every make ----


def test_every_page_of_a_tiff_is_read_whatever_its_depth(tmp_path: Path) -> None:
    page = half_dark()
    deep = Image.fromarray((np.asarray(page, dtype=np.uint16) // 2) * 257 + 100)  # from 100 to 32,739
    assert deep.mode == "I;16"
    path = tmp_path / "pages.tif"
    page.convert("1").save(
        path, save_all=True, append_images=[deep, page.convert("CMYK"), page], dpi=(150, 150)
    )
    assert inspect(path).page_count == 4
    for number, lightest in ((1, 255), (2, 127), (3, 255), (4, 255)):
        image = image_of(path, number)
        upper, lower = greys(image)
        assert upper <= 3, number
        assert lower == pytest.approx(lightest, abs=2), number
    assert image_of(path).dpi == 150


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 60, 20))
    clear.save(tmp_path / "clear.png")
    palette = Image.new("P", (60, 40), 1)
    palette.putpalette([0, 0, 0, 10, 10, 10])
    palette.paste(0, (0, 0, 60, 20))
    palette.save(tmp_path / "palette.png", transparency=1)
    for name in ("clear.png", "palette.png"):
        assert greys(image_of(tmp_path / name)) == (0, 255)


@pytest.mark.parametrize("limit", [100_000, 1000])
@pytest.mark.parametrize("name", ["scan.jpg", "scan.png", "clear.png", "scan.tif"])
def test_a_photograph_taken_sideways_is_set_upright(tmp_path: Path, name: str, limit: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    lying = half_dark((60, 40)).transpose(Image.Transpose.ROTATE_90)
    if name == "clear.png":
        lying = lying.convert("RGBA")
    lying.save(tmp_path / name, exif=exif)
    image = image_of(tmp_path / name, options=ReadOptions(max_pixels=limit))
    assert image.width / image.height == pytest.approx(1.5, rel=0.05)
    upper, lower = greys(image)
    assert upper < 10
    assert lower > 245


@pytest.mark.parametrize("name", ["previews.jpg", "moving.png"])
def test_the_previews_in_a_photograph_are_no_pages(tmp_path: Path, name: str) -> None:
    page = half_dark().convert("RGB")
    make = "MPO" if name == "previews.jpg" else "PNG"
    page.save(
        tmp_path / name, make, save_all=True, append_images=[page.transpose(Image.Transpose.ROTATE_180)]
    )
    assert inspect(tmp_path / name).page_count == 1


def test_a_page_that_claims_to_be_huge_costs_a_sentence_and_no_memory(tmp_path: Path) -> None:
    path = claiming_tiff(tmp_path / "huge.tif", 60_000, 60_000)
    with pytest.raises(DocumentError, match=r"too large to open"):
        inspect(path)


# ---- what cannot be read ----


def test_a_pdf_opens_with_one_of_the_passwords(tmp_path: Path) -> None:
    path = scan_pdf(tmp_path / "locked.pdf", [half_dark()], passwords=("sesame", "boss"))
    with pytest.raises(DocumentError, match=r"encrypted with a password; give one with --password-file\.$"):
        inspect(path)
    with pytest.raises(DocumentError, match=r"none of the passwords given opens it\.$"):
        inspect(path, ("wrong", "-also wrong"))
    assert inspect(path, ("wrong", "sesame")).password == "sesame"
    assert greys(image_of(path, passwords=("wrong", "sesame")))[1] > 245


def test_the_owners_password_opens_a_pdf_too(tmp_path: Path) -> None:
    path = scan_pdf(tmp_path / "locked.pdf", [half_dark()], passwords=("sesame", "boss"))
    assert greys(image_of(path, passwords=("boss",)))[1] > 245


def test_a_pdf_with_an_owner_password_alone_needs_none(tmp_path: Path) -> None:
    path = scan_pdf(tmp_path / "owned.pdf", [half_dark()], passwords=("", "boss"))
    assert inspect(path).password == ""
    assert greys(image_of(path))[1] > 245


def test_what_a_pdf_says_of_itself_is_not_taken_for_what_poppler_says(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "lie.pdf", size=(144, 72))
    lies = "x\nPages: abc\nPage size: 1 x 1 pts\nPage    1 size: 2 x 2 pts\nno colon"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.docinfo["/Producer"] = lies
        pdf.docinfo["/ModDate"] = lies.replace("abc", "77")
        pdf.save(path)
    assert inspect(path).page_count == 1
    image = image_of(path)
    assert (image.width, image.height) == (600, 300)


def test_a_lock_that_nobody_knows_is_no_damage(tmp_path: Path) -> None:
    path = scan_pdf(tmp_path / "locked.pdf", [half_dark()], passwords=("sesame", "boss"))
    path.write_bytes(path.read_bytes().replace(b"/Standard", b"/Sandwich"))
    with pytest.raises(DocumentError, match="encrypted in a way that Poppler does not know"):
        inspect(path)


def test_a_file_that_is_no_scan_is_told_by_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    with pytest.raises(DocumentError, match="No such file"):
        inspect(path)
    path.write_bytes(b"")
    with pytest.raises(DocumentError, match="empty"):
        inspect(path)
    path.write_bytes(b"only words")
    with pytest.raises(DocumentError, match="neither PDF"):
        inspect(path)
    path.write_bytes(b"%PDF-1.7\nand no more")
    with pytest.raises(DocumentError, match="damaged"):
        inspect(path)
    drawn_pdf(path, contents=())
    with pytest.raises(DocumentError, match=r"without pages|damaged"):
        inspect(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    with pytest.raises(DocumentError, match="damaged or of an unknown make"):
        inspect(path)


def test_a_pdf_cut_in_its_second_half_keeps_the_pages_that_are_left_or_says_that_it_is_damaged(
    tmp_path: Path,
) -> None:
    path = scan_pdf(tmp_path / "cut.pdf", [typed(), typed()])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    try:
        found = inspect(path)
    except DocumentError as error:
        assert "damaged" in str(error)
    else:
        assert 1 <= found.page_count <= 2


def test_a_page_that_is_not_in_the_file_is_told_by_a_sentence(tmp_path: Path) -> None:
    half_dark().save(tmp_path / "scan.tif")
    for path in (scan_pdf(tmp_path / "scan.pdf", [half_dark()]), tmp_path / "scan.tif"):
        with pytest.raises(PageError) as told:
            image_of(path, 2)
        assert not str(told.value).endswith(".")  # the caller ends the sentence


@pytest.mark.parametrize("name", ["cut.jpg", "cut.png", "cut.tif"])
def test_an_image_cut_short_is_told_by_a_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    typed().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if name != "cut.tif" else whole[:8] + whole[200:])
    with pytest.raises((PageError, DocumentError)) as told:
        image_of(path)
    assert isinstance(told.value, DocumentError) == str(told.value).endswith(".")
    assert str(tmp_path) not in str(told.value)


def test_damage_that_poppler_finds_while_drawing_is_not_kept_quiet(tmp_path: Path) -> None:
    image = image_of(damaged_scan_pdf(tmp_path / "rubbish.pdf", typed()))
    assert "damage" in image.damage
    sound = image_of(drawn_pdf(tmp_path / "sound.pdf"))
    assert sound.damage == ""
    assert ink_box(pixels(sound))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 99", "cannot be drawn"),
        ("kill -KILL $$", "cannot be drawn"),
        ('printf "P5\\n600 300\\n255\\nrubbish" > "$image.pgm"', "cut short"),
        ('printf "P5" > "$image.pgm"', "unusable"),
        (': > "$image.pgm"', "unusable"),
    ],
)
def test_half_an_image_is_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    path = drawn_pdf(tmp_path / "drawn.pdf", size=(144, 72))
    program(
        tmp_path / "programs",
        "pdftoppm",
        f'for each; do case "$each" in *_rasterize) image=$each; esac; done\n[ "$image" ] || exit 0\n{script}',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}/programs:{REAL_PATH}")
    with pytest.raises(PageError, match=said) as told:
        image_of(path)
    assert str(tmp_path) not in str(told.value)


def test_a_page_that_the_file_counts_and_does_not_hold_is_no_empty_page(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "count.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    whole = path.read_bytes()
    assert b"/Count 1" in whole
    path.write_bytes(whole.replace(b"/Count 1", b"/Count 3"))
    assert inspect(path).page_count == 3
    assert image_of(path, 1).width > 0
    with pytest.raises(PageError, match="not in the file"):
        image_of(path, 2)


@pytest.mark.parametrize("size", [(1.44e6, 1.44e6), (1.4e6, 1)])
def test_a_page_too_large_to_be_legible_is_no_empty_page(tmp_path: Path, size: tuple[float, float]) -> None:
    with pytest.raises(PageError, match="too large"):
        image_of(drawn_pdf(tmp_path / "huge.pdf", size=size))


def test_a_scan_finer_than_any_engine_needs_is_drawn_smaller_and_says_so(tmp_path: Path) -> None:
    image = image_of(scan_pdf(tmp_path / "fine.pdf", [typed(size=(2897, 1449))], dpi=2897))
    assert image.width < 2897
    assert image.message == f"rendered smaller, at {image.dpi:.0f} dpi where the scan has 2897"
    usual = image_of(scan_pdf(tmp_path / "usual.pdf", [typed(size=(3000, 2000))], dpi=600))
    assert (usual.message, usual.dpi) == ("", 600)


@pytest.mark.parametrize("name", ["large.jpg", "large.png", "large.tif"])
def test_an_image_of_too_many_pixels_is_made_smaller_and_says_so(tmp_path: Path, name: str) -> None:
    typed(size=(3200, 2000)).save(tmp_path / name, dpi=(400, 400))
    image = image_of(tmp_path / name, options=ReadOptions(max_pixels=1_000_000))
    assert 900_000 < image.width * image.height <= 1_000_000
    assert image.message.startswith("made smaller by 0.39")
    assert image.dpi == pytest.approx(400 * image.width / 3200, rel=0.01)


def test_an_image_header_that_claims_more_than_fits_memory_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="too large to open"):
        inspect(claiming_tiff(tmp_path / "claims.tif", 40_000, 30_000))
    assert inspect(claiming_tiff(tmp_path / "large.tif", 30_000, 30_000)).page_count == 1
