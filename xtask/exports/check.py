"""Whether other programs compute from exported models what the models compute.

    python check.py FOLDER

FOLDER holds a folder a model: model.onnx, model.safetensors, model.npz, model.json, and expected.npz
with rows in original units and what the model says of them. Differences are in parts of the larger
of 1 and the value (for numbers: the largest value of the column).
"""

import csv
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import safetensors.numpy

try:
    import torch
except ImportError:
    torch = None

BOUND = 1e-6
worst = {}


def difference(found, expected):
    scale = np.maximum(1.0, np.abs(expected).max(axis=0))
    return float((np.abs(found.astype(np.float64) - expected) / scale).max())


def note(reader, case, found, expected):
    assert found.shape == expected.shape, (reader, case, found.shape, expected.shape)
    now = difference(found, expected)
    if now > worst.get(reader, (-1.0, ""))[0]:
        worst[reader] = (now, case)


def check_onnx(case, folder, truth):
    path = folder / "model.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    if "known" in truth:
        check_table(case, folder, truth, session)
        return
    (entry,) = session.get_inputs()
    assert entry.name == "input" and entry.shape == ["batch", truth["rows"].shape[1]], entry
    kind = {"tensor(float)": np.float32, "tensor(double)": np.float64}[entry.type]
    assert model_property(model, "input") == np.dtype(kind).name
    assert kind == np.float64 or not case.startswith("stamps")
    for count in (1, 3, len(truth["rows"])):
        rows, expected = truth["rows"][:count], truth["expected"][:count]
        answers = dict(zip([o.name for o in session.get_outputs()], session.run(None, {"input": rows.astype(kind)})))
        if "spread" in truth:
            note("onnxruntime", case + " (spread)", answers.pop("spread"), truth["spread"][:count])
        if "labels" in answers:
            assert list(answers) == ["labels", "probabilities"]
            note("onnxruntime", case, answers["probabilities"], expected)
            clear = np.abs(expected - 0.5) > 1e-5
            assert (answers["labels"] == (expected > 0.5))[clear].all(), (case, "labels")
            continue
        if "labels" not in truth:
            assert set(answers) == {"prediction"}
            note("onnxruntime", case, answers["prediction"], expected)
            continue
        assert list(answers)[0] == "label" and list(answers)[1] in ("probabilities", "scores")
        note("onnxruntime", case, list(answers.values())[1], expected)
        classes = np.array(json.loads(model_property(model, "classes")))
        threshold = [float(entry.value) for entry in model.metadata_props if entry.key == "threshold"]
        if threshold:
            clear = np.abs(expected[:, 1] - threshold[0]) > 1e-5
        else:
            clear = np.sort(expected, axis=1)[:, -1] - np.sort(expected, axis=1)[:, -2] > 1e-5
        same = classes[truth["labels"][:count]] == answers["label"].astype(str)
        assert same[clear].all(), (case, "labels")


def check_table(case, folder, truth, session):
    """A graph that takes the columns of a table as they stand in it."""
    rows = list(csv.DictReader(open(folder / "table.csv", encoding="utf-8")))

    def column(entry):
        cells = [row[entry.name] for row in rows]
        if entry.type == "tensor(string)":
            return np.array([cells], object).T
        if any("-" in cell[1:] for cell in cells):
            return np.array([cells], "datetime64[D]").T.astype(np.float64)
        return np.array([[float(cell or "nan")] for cell in cells])

    inputs = {entry.name: column(entry) for entry in session.get_inputs()}
    known = truth["known"] == 1
    assert 0 < (~known).sum() < len(rows) or "zero" in case
    if "refuse" in case:
        try:
            session.run(None, inputs)
        except Exception as error:
            assert "column city: the category must be known" in str(error), error
        else:
            raise AssertionError((case, "an unknown category is not refused"))
        inputs = {name: cells[known] for name, cells in inputs.items()}
        label, numbers = session.run(None, inputs)
        rest = known
    else:
        label, numbers = session.run(None, inputs)[:2]
        rest = np.ones(len(rows), bool)
    if "row" in case:
        assert (session.run(["known"], inputs)[0][:, 0] == known).all()
        assert (label[~known] == "").all() and np.isnan(numbers[~known]).all()
        label, numbers, rest = label[known], numbers[known], known
    note("onnxruntime, a table's columns", case, numbers, truth["expected"][rest])
    classes = np.array(["no", "yes"])
    assert (label == classes[truth["labels"][rest]]).all(), (case, "labels")


def model_property(model, key):
    return next(entry.value for entry in model.metadata_props if entry.key == key)


ACTIVATIONS = json.loads((Path(sys.argv[1]) / "activations.json").read_text())


def sigmoid(z):
    return np.where(z < 0, np.exp(np.minimum(z, 0)), 1) / (1 + np.exp(-np.abs(z)))


def expression(name, program):
    kind, _, setting = name.partition(":")
    return ACTIVATIONS[kind][program].replace("$", setting)


def activation(name, z):
    return eval(expression(name, 0), {"np": np, "z": z, "sigmoid": sigmoid, "erf": np.vectorize(math.erf)})


INPUTS = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x2": lambda x, y: x * x,
    "y2": lambda x, y: y * y,
    "xy": lambda x, y: x * y,
    "sinx": lambda x, y: np.sin(x),
    "siny": lambda x, y: np.sin(y),
}


def normalized(layer, index, tensors, z):
    kind, *settings = layer.get("normalization", "none").split(":")
    if kind == "none":
        return z
    epsilon = float(settings[0]) if settings else 1e-5
    if kind.startswith("batch"):
        mean, variance = (tensors[f"norms.{index}.running_{name}"].astype(np.float64) for name in ("mean", "var"))
    else:
        mean, variance = z.mean(axis=1, keepdims=True), z.var(axis=1, keepdims=True)
    z = (z - mean) / np.sqrt(variance + epsilon)
    return z if kind.endswith("plain") else z * tensors[f"norms.{index}.weight"] + tensors[f"norms.{index}.bias"]


def scaled(about, rows):
    x = rows
    if about["expansion"]:
        x = np.stack([INPUTS[name](*rows.T) for name in about["features"]], axis=1)
    if about.get("imputation"):
        x = np.where(np.isnan(x), about["imputation"]["fill"], x)
    scaling = about["feature_scaling"]
    return (x - scaling["offset"]) / scaling["factor"]


def by_hand(about, tensors, rows):
    """The forward pass in NumPy, from tensors by name and the metadata."""
    x = scaled(about, rows)
    if about["precision"] == "f32":
        x = x.astype(np.float32).astype(np.float64)
    seen = x
    for index, layer in enumerate(about["layers"]):
        x = seen if layer.get("shortcuts") else x
        z = layer["scale"] * (x @ tensors[f"layers.{index}.weight"].astype(np.float64).T)
        if layer["bias"]:
            z = z + tensors[f"layers.{index}.bias"]
        y = activation(layer["activation"], normalized(layer, index, tensors, z))
        x = y + x if layer.get("skip") else y
        seen = np.hstack([seen, x])
    return answer(about, x)


def answer(about, y):
    if about["classes"] is None:
        y = np.exp(y) if about["loss"] == "poisson" else y
        y = y * about["target_scaling"]["factor"] + about["target_scaling"]["offset"]
        inverse = {"log": np.exp, "log1p": np.expm1}.get(about["target_scaling"].get("transform"))
        return inverse(y) if inverse else y
    if "hinge" in about["loss"]:
        return np.hstack([-y, y]) if y.shape[1] == 1 else y
    if y.shape[1] == 1:
        p = activation("sigmoid", y)
        return np.hstack([activation("sigmoid", -y), p])
    e = np.exp(y - y.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def check_arrays(case, folder, truth):
    file = folder / "model.safetensors"
    with safetensors.safe_open(file, framework="np") as opened:
        about = json.loads(opened.metadata()["mlp"])
    tensors = safetensors.numpy.load_file(file)
    arrays = np.load(folder / "model.npz")
    document = json.loads((folder / "model.json").read_text())
    kind = {"f32": np.float32, "f64": np.float64}[about["precision"]]
    for name, tensor in tensors.items():
        assert tensor.dtype == kind and arrays[name].dtype == kind
        assert (arrays[name] == tensor).all(), (case, name)
        assert (np.array(document["parameters"][name], dtype=np.float64) == tensor).all(), (case, name)
    assert set(document["parameters"]) == set(tensors)
    assert list(arrays["features"]) == about["features"] == document["features"]
    if about["classes"] is not None:
        assert list(arrays["classes"]) == about["classes"] == document["classes"]
    assert (arrays["feature_offset"] == about["feature_scaling"]["offset"]).all()
    note("safetensors and NumPy", case, by_hand(about, tensors, truth["rows"]), truth["expected"])
    note("NPZ and NumPy", case, by_hand(json.loads(str(arrays["mlp"])), arrays, truth["rows"]), truth["expected"])
    note("JSON and NumPy", case, by_hand(document, {name: np.array(rows) for name, rows in document["parameters"].items()}, truth["rows"]), truth["expected"])
    return about


def check_torch(case, folder, truth, about):
    """load_state_dict into layers as PyTorch's users write them."""
    import safetensors.torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers, self.norms, self.phi, width = torch.nn.ModuleList(), torch.nn.ModuleDict(), [], about["inputs"]
            seen = width
            for index, layer in enumerate(about["layers"]):
                width = seen if layer.get("shortcuts") else width
                self.layers.append(torch.nn.Linear(width, layer["outputs"], bias=layer["bias"]))
                self.phi.append(expression(layer["activation"], 1))
                width = layer["outputs"]
                seen += width
                kind, *settings = layer.get("normalization", "none").split(":")
                if kind != "none":
                    affine, epsilon = not kind.endswith("plain"), float(settings[0]) if settings else 1e-5
                    if kind.startswith("batch"):
                        norm = torch.nn.BatchNorm1d(width, eps=epsilon, affine=affine)
                    else:
                        norm = torch.nn.LayerNorm(width, eps=epsilon, elementwise_affine=affine)
                    self.norms[str(index)] = norm

        def forward(self, x):
            seen = x
            for index, (layer, phi) in enumerate(zip(self.layers, self.phi)):
                x = seen if about["layers"][index].get("shortcuts") else x
                z = layer(x)
                if str(index) in self.norms:
                    z = self.norms[str(index)](z)
                y = eval(phi, {"torch": torch, "z": z})
                x = y + x if about["layers"][index].get("skip") else y
                seen = torch.cat([seen, x], dim=1)
            return x

    kind = {"f32": torch.float32, "f64": torch.float64}[about["precision"]]
    network = Network().to(kind).eval()
    network.load_state_dict(safetensors.torch.load_file(folder / "model.safetensors"), strict=True)
    x = scaled(about, truth["rows"])
    with torch.no_grad():
        y = network(torch.tensor(x, dtype=kind)).numpy().astype(np.float64)
    note("PyTorch load_state_dict", case, answer(about, y), truth["expected"])


def main():
    folders = sorted(folder for folder in Path(sys.argv[1]).iterdir() if folder.is_dir())
    for folder in folders:
        truth = dict(np.load(folder / "expected.npz"))
        check_onnx(folder.name, folder, truth)
        if not (folder / "model.npz").exists():
            continue
        about = check_arrays(folder.name, folder, truth)
        if torch is not None:
            check_torch(folder.name, folder, truth, about)
    versions = f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}, numpy {np.__version__}, torch {torch.__version__ if torch else 'not installed'}"
    print(f"{len(folders)} models; {versions}")
    for reader, (largest, case) in worst.items():
        print(f"{reader:<26} largest difference {largest:.1e} ({case})")
    late = [reader for reader, (largest, _) in worst.items() if not largest <= BOUND]
    if late:
        sys.exit(f"beyond {BOUND:g}: {', '.join(late)}")


main()
