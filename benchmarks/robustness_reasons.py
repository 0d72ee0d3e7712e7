"""Why OCRmyPDF brings more pages or words out of a file of the robustness corpus, where somebody looked; by file name."""

_JBIG2 = (
    "Poppler's JBIG2 decoder gives up on its picture (the complaint is in the table) and draws the page white, so declass calls it "
    "failed and not empty; OCRmyPDF draws it with PDFium, which decodes it. It is a test picture of that format without a word on it."
)
REASONS: dict[str, str] = {
    "pdfjs-bitmap-halftone-skip-grid-template1.pdf": _JBIG2,
    "pdfjs-bitmap-halftone-skip-grid-template3.pdf": _JBIG2,
    "pdfjs-bitmap-symbol-context-reuse.pdf": _JBIG2,
    "pdfjs-bitmap-symbol-symhuffuncompressed-texthuff.pdf": _JBIG2,
    "pdfjs-issue17871_bottom_right.pdf": _JBIG2,
    "pdfjs-ccitt_EndOfBlock_false.pdf": "three pictures of 81 x 26 dots; what either tool reads there is noise.",
    "pdfjs-issue13372.pdf": "a dithered photograph of balloons without a word on it; OCRmyPDF's words are noise, which declass leaves out.",
}
