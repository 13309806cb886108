#!/usr/bin/env bash
# Builds the Python package in a quick profile and tests it, in a virtual environment of its own. Everything comes from the registries by name.
# What the laboratory's own tests have compiled serves here, too.
set -euo pipefail
cd "$(dirname "$0")"
target=$(realpath -m ../target)
folder=$target/python
python=${PYTHON:-python3}
mkdir -p "$folder"
[ -x "$folder/venv/bin/python" ] || "$python" -m venv "$folder/venv"
pip() { "$folder/venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
pip install maturin==1.16.0 numpy pandas polars pyarrow xarray tqdm pytest==9.2.0
export CARGO_TARGET_DIR=$target CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
cargo fmt --check
# shellcheck disable=SC1091
source "$folder/venv/bin/activate"
maturin develop --quiet --locked --profile dev

# The same bits as the command's, where it is built.
if [ -z "${MLP:-}" ] && [ -x ../target/debug/mlp ]; then
  MLP=$(realpath ../target/debug/mlp)
  export MLP
fi
# The newest scikit-learn, then the oldest that is supported.
pip install scikit-learn
python -m pytest --quiet -p no:cacheprovider
if python -c 'import sys; sys.exit(sys.version_info >= (3, 14))'; then
  pip install scikit-learn==1.6.1
  python -m pytest --quiet -p no:cacheprovider tests/test_sklearn.py
fi
