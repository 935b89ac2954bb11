#!/bin/sh
# Resolve the dependencies into requirements/*.txt, for every platform, with hashes: lock.sh PATH-OF-UV
set -eu
compile() {
    output=$1
    shift
    "$uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        pyproject.toml --extra postgres "$@" --output-file "requirements/$output"
}
uv=$1
compile run.txt
compile build.txt --group assets
compile dev.txt --group dev --group bench
