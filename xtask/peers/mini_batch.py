"""P4: digits, 64-64-32-10 ReLU, Adam 1e-3, batch 32, 50 epochs, one thread. P7: the same data, plain SGD, batch 1, 2 epochs."""

import os
import sys
import warnings

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402
import torch  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402

from timing import best_of, report  # noqa: E402

torch.set_num_threads(1)
warnings.simplefilter("ignore")


def data():
    x, y = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.25, stratify=y, random_state=0)
    mean, std = train_x.mean(0), train_x.std(0)
    std[std == 0] = 1
    return ((train_x - mean) / std).astype(np.float32), ((test_x - mean) / std).astype(np.float32), train_y, test_y


def scikit_learn(parts):
    train_x, test_x, train_y, test_y = parts
    model = MLPClassifier((64, 32), alpha=0.0, batch_size=32, max_iter=50, tol=0.0, n_iter_no_change=51, random_state=0)
    seconds = best_of(lambda: model.fit(train_x, train_y), 3)
    report("P4", "scikit-learn", 1 / seconds, "trainings/s", seconds=seconds, accuracy=model.score(test_x, test_y))

    def online():
        MLPClassifier(
            (64, 32), alpha=0.0, batch_size=1, max_iter=2, solver="sgd", learning_rate_init=0.01, momentum=0.0,
            nesterovs_momentum=False, tol=0.0, n_iter_no_change=3, random_state=0,
        ).fit(train_x, train_y)

    seconds = best_of(online, 2)
    report("P7", "scikit-learn", 2 * len(train_x) / seconds, "steps/s")


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    )


def torch_ways(parts):
    train_x, test_x, train_y, test_y = (torch.from_numpy(a) for a in parts)
    loss = torch.nn.CrossEntropyLoss()
    samples = len(train_x)
    models = {}

    def epochs(count, batch, optimizer_of):
        model = network()
        optimizer = optimizer_of(model)
        for _ in range(count):
            order = torch.randperm(samples)
            for begin in range(0, samples, batch):
                rows = order[begin:begin + batch]
                optimizer.zero_grad()
                loss(model(train_x[rows]), train_y[rows]).backward()
                optimizer.step()
        models["last"] = model

    adams = {
        "torch": lambda m: torch.optim.Adam(m.parameters(), 1e-3),
        "torch, fused Adam": lambda m: torch.optim.Adam(m.parameters(), 1e-3, fused=True),
    }
    for way, optimizer_of in adams.items():
        seconds = best_of(lambda: epochs(50, 32, optimizer_of), 2)
        with torch.no_grad():
            accuracy = (models["last"](test_x).argmax(1) == test_y).float().mean().item()
        report("P4", way, 1 / seconds, "trainings/s", seconds=seconds, accuracy=accuracy)
    seconds = best_of(lambda: epochs(1, 1, lambda m: torch.optim.SGD(m.parameters(), 0.01)), 2)
    report("P7", "torch", samples / seconds, "steps/s")


if __name__ == "__main__":
    scikit_learn(data())
    torch_ways(data())
    sys.exit(0)
