#!/usr/bin/env bash
# Runs once, as root, when Gradescope builds the image: an environment of its own for the grader.
set -euo pipefail

source=/autograder/source
home=/opt/coursekit       # outside /autograder, which students' code may not enter
torch_index=""            # where CPU builds of torch are; empty: wherever pip looks

usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  for name in python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null && usable "$name"; then echo "$name"; return; fi
  done
}

if [ ! -x "$home/bin/python" ]; then
  python=$(find_python)
  if [ -z "$python" ]; then
    apt-get update -qq
    apt-get install -y -qq python3.11 python3.11-venv || apt-get install -y -qq python3-venv
    python=$(find_python)
  fi
  if [ -z "$python" ]; then
    echo "No Python 3.11 or later on this image: choose Ubuntu 22.04 or later." >&2
    exit 1
  fi
  "$python" -m venv "$home"
  # Torch first, by itself: its build must be chosen before anything else asks for torch.
  "$home/bin/python" -m pip install --quiet --no-cache-dir torch ${torch_index:+--index-url "$torch_index"}
  wheel=$(echo "$source"/rnn_coursekit-*.whl)
  "$home/bin/python" -m pip install --quiet --no-cache-dir "${wheel}[grade,students,corpora]"
fi

chmod -R go= "$source"
"$home/bin/python" -m coursekit.cli doctor || echo "Student code will run as a user without rights, behind the walls named yes above."
