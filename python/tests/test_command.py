"""The same bits as the command's."""

import os
import subprocess

import numpy as np

import mlp_lab

KEYS = {"nets": 5, "steps": 60, "hidden": [6, 6], "optimizer": "adam", "lr": 0.01}
OPTIONS = ["--nets", "5", "--steps", "60", "--hidden", "6,6", "--optimizer", "adam", "--lr", "0.01"]


def command(mlp, *arguments, stdin=None):
    done = subprocess.run([mlp, *arguments, "--figures", "none"], capture_output=True, input=stdin, check=False)
    assert done.returncode == 0, done.stderr.decode()


def same_bits(a, b):
    assert a.columns == b.columns
    for name in a:
        x, y = a[name], b[name]
        assert x.dtype == y.dtype
        if x.dtype == object:
            assert x.tolist() == y.tolist(), name
        else:
            assert x.tobytes() == y.tobytes(), name


def test_a_population_has_the_bits_of_the_command(mlp, tmp_path):
    command(mlp, "population", "moons", *OPTIONS, "--sweep", "wd=0,1e-3", "--out", str(tmp_path / "run"))
    there = mlp_lab.open(tmp_path / "run")
    here = mlp_lab.population("moons", **KEYS, sweep={"wd": [0, 1e-3]})
    for table in ("nets", "series", "stats"):
        same_bits(getattr(here, table), getattr(there, table))


def test_a_run_directory_has_the_bytes_of_the_command(mlp, tmp_path):
    X, y = mlp_lab.dataset("iris")
    here = mlp_lab.population((X, y), **KEYS, out=tmp_path / "here", figures="none")
    data = (tmp_path / "here" / "data.csv").read_bytes()
    command(
        mlp, "population", "-", *OPTIONS, "--header", "--delimiter", ",", "--target", "y",
        "--out", str(tmp_path / "there"), stdin=data,
    )
    names = sorted(os.listdir(tmp_path / "there"))
    for name in names:
        there = tmp_path / "there" / name
        if there.is_file() and name not in (".lock", "manifest.json", "experiment.toml"):
            a, b = (tmp_path / "here" / name).read_bytes(), there.read_bytes()
            # Parquet's metadata name the version and the experiment, which are the same.
            assert a == b, name
    same_bits(here.nets, mlp_lab.open(tmp_path / "there").nets)


def test_a_map_has_the_bits_of_the_command(mlp, tmp_path):
    axes = ["--x", "lr=log:1e-2:1:5", "--y", "hidden=2,4"]
    command(mlp, "map", "moons", *axes, "--steps", "20", "--out", str(tmp_path / "run"))
    here = mlp_lab.map("moons", x=("lr", "log:1e-2:1:5"), y=("hidden", [2, 4]), steps=20)
    there = np.load(tmp_path / "run" / "map.npz")
    opened = mlp_lab.open(tmp_path / "run").map
    for name in here.map.metrics:
        assert here.map[name].tobytes() == there[name].tobytes() == opened[name].tobytes(), name
    assert mlp_lab.open(tmp_path / "run").best == here.best
