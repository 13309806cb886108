"""P5: 784-512-256-10 ReLU, softmax cross-entropy, SGD momentum 0.9, batch 128, 12,800 random samples, f32, two threads."""

import warnings

import numpy as np
import torch

from timing import best_of, report

SAMPLES, BATCH = 12_800, 128
warnings.simplefilter("ignore")
torch.set_num_threads(2)


def torch_ways(x, y):
    train_x, train_y = torch.from_numpy(x), torch.from_numpy(y)
    loss = torch.nn.CrossEntropyLoss()
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Linear(512, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10)
    )

    def epoch(forward, optimizer):
        for begin in range(0, SAMPLES, BATCH):
            optimizer.zero_grad()
            loss(forward(train_x[begin:begin + BATCH]), train_y[begin:begin + BATCH]).backward()
            optimizer.step()

    for name, forward, fused in [
        ("torch", model, False),
        ("torch, fused SGD", model, True),
        ("torch.compile, fused SGD", torch.compile(model), True),
    ]:
        optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, fused=fused)
        seconds = best_of(lambda: epoch(forward, optimizer), 4)
        report("P5", name, SAMPLES / seconds, "samples/s")


def scikit_learn(x, y):
    from sklearn.neural_network import MLPClassifier

    def epoch():
        MLPClassifier(
            (512, 256), solver="sgd", alpha=0.0, batch_size=BATCH, learning_rate_init=0.01, momentum=0.9,
            nesterovs_momentum=False, max_iter=1, shuffle=False,
        ).fit(x, y)

    report("P5", "scikit-learn", SAMPLES / best_of(epoch, 2), "samples/s")


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((SAMPLES, 784)).astype(np.float32)
    labels = rng.integers(0, 10, SAMPLES)
    torch_ways(inputs, labels)
    scikit_learn(inputs, labels)
