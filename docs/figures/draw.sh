#!/bin/sh
# Draws the pictures of docs/figures.md again, with the `mlp` on the path; a minute or two. Where Python has Pillow, they get a palette, a third of the size.
set -e
pictures=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"
look="--width 640px --dpi 96 --figures png --quiet"
mlp train moons --lr 0.5 --out moons $look
mlp train xor --hidden 3 --lr 1 --out xor $look
mlp train diabetes --hidden 8 --epochs 100 --out diabetes $look
mlp train wine --hidden 8 --epochs 30 --out wine $look
mlp train wine --folds 5 --epochs 60 --metrics f1 --out folds $look
mlp population moons --nets 30 --hidden 8 --lr 1 --steps 400 --sweep weight_decay=0,1e-3,1e-2 --out decay $look
mlp population moons --nets 12 --hidden 8 --lr 1 --steps 300 --sweep activation=tanh,relu --sweep weight_decay=0,1e-3,1e-2 --out two $look
mlp population moons --draws 150 --steps 200 --sweep lr=log:1e-2:1e2 --sweep hidden=2,4,8,16 --out draws $look
mlp population moons --draws 150 --steps 200 --hidden 8 --sweep lr=log:1e-2:1e2 --sweep weight_decay=log:1e-5:1e-1 --out plane $look
mlp population xor --activation relu --init truncated-normal:0.1 --nets 60 --sweep hidden=2,4,6,8 --lr 0.5 --steps 2000 --record last \
    --diagnostics patterns --out solved $look
mlp map moons --x lr=log:1e-1:1e2:16 --y hidden=2,4,8,16 --seeds 4 --steps 200 --out map $look

take() { cp "$1/$2.png" "$pictures/${3:-$2}.png"; }
for name in boundary learning-curve norms roc hidden-units landscape trajectory; do take moons/figures $name; done
take xor/figures network
take diabetes/figures predicted-true
for name in confusion-matrix class-scores; do take wine/figures $name; done
for name in folds calibration; do take folds/figures $name; done
for name in learning-curves-by parts-by boundaries-by norms-against norm-distribution-by; do take decay/figures $name-weight-decay $name-KEY; done
for name in norms-over-steps scatter-loss; do take decay/figures $name; done
take decay/analysis b2-against-W2 Y-against-X
take two/figures parallel
take plane/figures plane-of-learning-rate-and-weight-decay plane-of-KEY-and-KEY
take draws/analysis norms-by-learning-rate norms-by-KEY
for name in success classes; do take solved/analysis $name; done
mlp importance wine --out why --quiet
take why importance
take map/figures map-test-loss map-METRIC
take map/figures map-test-loss-luck map-METRIC-luck

if python3 -c 'import PIL' 2>/dev/null; then
    python3 - "$pictures"/*.png <<'END'
import sys
from PIL import Image
for path in sys.argv[1:]:
    picture = Image.open(path).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
END
fi
