#!/usr/bin/env python3
"""Rebuilds the embedded data sets from a scikit-learn wheel: `build.py scikit_learn-*.whl`.

Only the layout changes: one header line, features in order, then the target (class names spelt
out), gzip without a time stamp. No figure is touched, apart from the target of `diabetes`, whose
whole numbers lose their exponent.
"""

import gzip
import io
import pathlib
import sys
import zipfile

IRIS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
WINE = [
    "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids",
    "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue",
    "od280/od315_of_diluted_wines", "proline",
]
CANCER = [
    "mean radius", "mean texture", "mean perimeter", "mean area", "mean smoothness",
    "mean compactness", "mean concavity", "mean concave points", "mean symmetry",
    "mean fractal dimension", "radius error", "texture error", "perimeter error", "area error",
    "smoothness error", "compactness error", "concavity error", "concave points error",
    "symmetry error", "fractal dimension error", "worst radius", "worst texture",
    "worst perimeter", "worst area", "worst smoothness", "worst compactness", "worst concavity",
    "worst concave points", "worst symmetry", "worst fractal dimension",
]
DIGITS = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
DIABETES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]


def main(wheel):
    archive = zipfile.ZipFile(wheel)

    def lines(name):
        raw = archive.read(f"sklearn/datasets/data/{name}")
        if name.endswith(".gz"):
            raw = gzip.decompress(raw)
        return raw.decode("ascii").split("\n")

    def classes(name, file, features, target):
        head, *rows = [line for line in lines(file) if line]
        names = head.split(",")[2:]
        cells = [row.split(",") for row in rows]
        write(name, features + [target], [row[:-1] + [names[int(row[-1])]] for row in cells])

    classes("iris", "iris.csv", IRIS, "species")
    classes("wine", "wine_data.csv", WINE, "class")
    classes("breast-cancer", "breast_cancer.csv", CANCER, "diagnosis")
    write("digits", DIGITS + ["digit"], [line.split(",") for line in lines("digits.csv.gz") if line])
    inputs = [line.split() for line in lines("diabetes_data_raw.csv.gz") if line]
    targets = [line for line in lines("diabetes_target.csv.gz") if line]
    rows = [row + [format(float(target), "g")] for row, target in zip(inputs, targets, strict=True)]
    write("diabetes", DIABETES + ["progression"], rows)


def write(name, header, rows):
    assert all(len(row) == len(header) for row in rows), name
    text = "\n".join(",".join(row) for row in [header, *rows]) + "\n"
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0, filename="") as stream:
        stream.write(text.encode("ascii"))
    folder = pathlib.Path(__file__).parent
    (folder / f"{name}.csv.gz").write_bytes(packed.getvalue())
    print(f"{name}: {len(rows)} rows, {len(header)} columns, {len(packed.getvalue())} bytes")


main(sys.argv[1])
