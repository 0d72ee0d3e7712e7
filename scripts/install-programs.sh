#!/bin/sh
# Installs the programs that declass calls (Tesseract with English and orientation data, Poppler)
# through apt where it may; otherwise prints the command that will. Does nothing when all is there.
set -u
. "$(dirname "$0")/apt.sh"

missing() {
    for program in tesseract pdftoppm pdfinfo pdfimages pdftotext; do
        command -v "$program" >/dev/null 2>&1 || echo "$program"
    done
    if command -v tesseract >/dev/null 2>&1; then
        languages=$(tesseract --list-langs 2>/dev/null)
        for data in eng osd; do
            echo "$languages" | grep -qx "$data" || echo "tesseract-data-$data"
        done
    fi
}

lacking=$(missing)
[ -n "$lacking" ] || exit 0

packages="tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd poppler-utils"
if apt_install $packages; then
    lacking=$(missing)
    [ -n "$lacking" ] || exit 0
fi

cat >&2 <<EOT
Missing programs or data: $(echo $lacking)
Install them with the command for this system, then run make again:
  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install $packages
  Fedora, RHEL:    sudo dnf install tesseract tesseract-langpack-eng tesseract-osd poppler-utils
  macOS:           brew install tesseract poppler
EOT
exit 3
