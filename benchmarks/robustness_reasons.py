"""Why OCRmyPDF brings more pages or words out of a file of the robustness corpus, where somebody looked; by file name."""

REASONS: dict[str, str] = {}
