#!/bin/sh
# Installs Chromium, which the tests of pages and `make screenshots` drive, through apt where it may.
# Never fails: without a browser those tests are skipped and say why.
set -u
. "$(dirname "$0")/apt.sh"

for program in chromium chromium-browser google-chrome; do
    command -v "$program" >/dev/null 2>&1 && exit 0
done
apt_install chromium || echo "No Chromium here, so the tests of pages are skipped. On Debian: sudo apt-get install chromium" >&2
