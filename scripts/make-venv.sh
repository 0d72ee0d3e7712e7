#!/bin/sh
# make-venv.sh PYTHON FOLDER: makes the virtual environment, installing Debian's python3-venv where that is what lacks.
set -u
python=$1
folder=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "declass needs Python 3.11 or newer, and '$python' is not. Name another: make PYTHON=python3.12 ..." >&2
    exit 3
}
"$python" -c 'import venv, ensurepip' 2>/dev/null || {
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        echo "Installing python3-venv with apt"
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv; } >/dev/null 2>&1
    fi
    "$python" -c 'import venv, ensurepip' 2>/dev/null || {
        echo "'$python' cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2
        exit 3
    }
}
"$python" -m venv "$folder" || { rm -rf "$folder"; exit 3; }
