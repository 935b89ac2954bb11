#!/bin/sh
# Install Debian packages that are missing: debian.sh COMMAND:PACKAGE ...
# or the parts of Python that Debian packs apart: debian.sh --python python3
# Where this is not Debian, or not root and without sudo, say what is missing and stop.
set -eu

install() {
    echo "installing from Debian: $*"
    root=""
    [ "$(id -u)" = 0 ] || root=sudo
    if ! command -v apt-get >/dev/null || { [ -n "$root" ] && ! command -v sudo >/dev/null; }; then
        echo "please install these first: $*" >&2
        exit 1
    fi
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if [ "$1" = --python ]; then
    "$2" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Trainer needs Python 3.11 or newer" >&2; exit 1; }
    "$2" -c 'import ensurepip, venv' 2>/dev/null || install python3-venv
    exit 0
fi

missing=""
for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
# shellcheck disable=SC2086
[ -z "$missing" ] || install $missing
