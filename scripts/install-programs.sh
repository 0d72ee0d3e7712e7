#!/bin/sh
# Installs the programs that declass calls (Tesseract with English and orientation data, Poppler)
# through apt where it may; otherwise prints the command that will. Does nothing when all is there.
set -u

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
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    as_root="no"
fi

if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != no ]; then
    echo "Installing programs with apt:" $packages
    log=$(mktemp)
    if $as_root apt-get update >"$log" 2>&1 &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages >>"$log" 2>&1; then
        rm -f "$log"
    else
        tail -n 20 "$log" >&2
        rm -f "$log"
    fi
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
