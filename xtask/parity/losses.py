"""`losses.json`: value and gradient with respect to the outputs (logits) of every loss."""

import numpy as np
import torch
from sklearn.metrics import mean_pinball_loss
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

SAMPLES = 7


def _batch(seed, outputs, scale=1.5):
    return (scale * np.random.default_rng(seed).normal(size=(SAMPLES, outputs))).round(3)


OUTPUTS = _batch(21, 2)
VALUES = _batch(22, 2)
FAR = OUTPUTS * 40  # where exp overflows or cancels if a loss is computed carelessly
COUNTS = np.array([[0, 3], [1, 0], [7, 2], [2, 2], [0, 1], [4, 0], [1, 12]], dtype=float)
LOGITS = _batch(23, 4)
CLASSES = np.array([0, 2, 1, 3, 2, 2, 0])
BINARY = np.array([[1], [0], [1], [1], [0], [1], [0]], dtype=float)
MULTILABEL = np.array([[1, 0], [0, 0], [1, 1], [1, 0], [0, 1], [1, 1], [0, 0]], dtype=float)
SOFT = np.array([[0.9, 0.1], [0.2, 0.0], [1.0, 0.5], [0.7, 0.3], [0.0, 1.0], [0.6, 0.4], [0.25, 0.75]])
WEIGHTS = np.array([1.0, 0.5, 2.0, 0.0, 1.5, 1.0, 3.0])
CLASS_WEIGHTS = np.array([0.5, 1.0, 2.0, 0.25])


def log_cosh(y, t):
    """|d| + ln(1 + exp(-2 |d|)) - ln 2, which neither overflows nor cancels for large d."""
    d = (y - t).abs()
    return d + torch.log1p(torch.exp(-2 * d)) - np.log(2)


def quantile(y, t, level):
    """Pinball: level (t - y) where the output is too low, (1 - level) (y - t) where it is too high."""
    return torch.where(t >= y, level * (t - y), (1 - level) * (y - t))


def hinge(y, t, power=1):
    """max(0, 1 - s y)^power with s = -1 or 1 for the classes 0 and 1."""
    return torch.clamp(1 - (2 * t - 1) * y, min=0) ** power


def crammer_singer(logits, classes, power=1):
    """max(0, 1 - (right score - best wrong score))^power, one per sample."""
    right = logits.gather(1, classes[:, None])[:, 0]
    wrong = logits.scatter(1, classes[:, None], -torch.inf).max(dim=1).values
    return torch.clamp(1 - (right - wrong), min=0) ** power


def _case(name, peer, settings, outputs, targets, loss, **more):
    """`loss(outputs, targets)` is the scalar that training would make small."""
    y = torch.tensor(outputs, dtype=torch.float64, requires_grad=True)
    value = loss(y, torch.tensor(targets))
    value.backward()
    return {
        "name": name,
        "peer": peer,
        "settings": settings,
        "outputs": outputs,
        "targets": targets,
        **more,
        "value": value.item(),
        "gradient": y.grad,
    }


def _weighted_mean(terms):
    """sum of weight x loss / sum of weights: a sample of weight 2 counts as two samples."""
    weights = torch.tensor(WEIGHTS)
    per_sample = terms.mean(dim=1) if terms.dim() == 2 else terms
    return (weights * per_sample).sum() / weights.sum()


def regression():
    none = {"reduction": "none"}
    terms = {
        "squared-error": ("torch.nn.functional.mse_loss", {}, lambda y, t: functional.mse_loss(y, t, **none)),
        "absolute-error": ("torch.nn.functional.l1_loss", {}, lambda y, t: functional.l1_loss(y, t, **none)),
        "huber": (
            "torch.nn.functional.huber_loss(delta=1.0)",
            {"loss.delta": 1.0},
            lambda y, t: functional.huber_loss(y, t, **none),
        ),
        "huber-0.3": (
            "torch.nn.functional.huber_loss(delta=0.3)",
            {"loss.delta": 0.3},
            lambda y, t: functional.huber_loss(y, t, delta=0.3, **none),
        ),
        "log-cosh": ("parity.losses.log_cosh", {}, log_cosh),
        "quantile-0.5": ("parity.losses.quantile", {"loss.quantile": 0.5}, lambda y, t: quantile(y, t, 0.5)),
        "quantile-0.1": ("parity.losses.quantile", {"loss.quantile": 0.1}, lambda y, t: quantile(y, t, 0.1)),
        "quantile-0.9": ("parity.losses.quantile", {"loss.quantile": 0.9}, lambda y, t: quantile(y, t, 0.9)),
    }
    for name, (peer, more, term) in terms.items():
        settings = {"loss": name.rsplit("-0.", 1)[0]} | more
        yield _case(name, peer, settings, OUTPUTS, VALUES, lambda y, t: term(y, t).mean())
        yield _case(f"{name}-far", peer, settings, FAR, VALUES, lambda y, t: term(y, t).mean())
        weighted = {"sample_weights": WEIGHTS}
        loss = lambda y, t: _weighted_mean(term(y, t))  # noqa: E731
        yield _case(f"{name}-sample-weights", peer, settings, OUTPUTS, VALUES, loss, **weighted)
    for level in (0.1, 0.5, 0.9):
        ours = quantile(torch.tensor(OUTPUTS), torch.tensor(VALUES), level).mean().item()
        assert np.isclose(ours, mean_pinball_loss(VALUES, OUTPUTS, alpha=level), rtol=1e-14)


def ties():
    """Outputs that hit the target exactly: which derivative is taken at the kink."""
    exact = VALUES.copy()
    exact[0] += 1.0
    for name, peer, loss in [
        ("absolute-error", "torch.nn.functional.l1_loss", functional.l1_loss),
        ("huber", "torch.nn.functional.huber_loss", functional.huber_loss),
        ("log-cosh", "parity.losses.log_cosh", lambda y, t: log_cosh(y, t).mean()),
    ]:
        yield _case(f"{name}-at-target", peer, {"loss": name}, exact, VALUES, loss)


def poisson():
    for name, outputs, options in [
        ("poisson", OUTPUTS, {"log_input": True, "full": False}),
        ("poisson-full", OUTPUTS, {"log_input": True, "full": True}),
        ("poisson-rate", np.abs(OUTPUTS), {"log_input": False, "full": False}),
    ]:
        listed = ", ".join(f"{key}={value}" for key, value in options.items())
        settings = {"loss": "poisson", "loss.log_input": options["log_input"], "loss.full": options["full"]}
        loss = lambda y, t: functional.poisson_nll_loss(y, t, **options)  # noqa: E731
        yield _case(name, f"torch.nn.functional.poisson_nll_loss({listed})", settings, outputs, COUNTS, loss)
    loss = lambda y, t: _weighted_mean(functional.poisson_nll_loss(y, t, reduction="none"))  # noqa: E731
    settings = {"loss": "poisson", "loss.log_input": True, "loss.full": False}
    peer = "torch.nn.functional.poisson_nll_loss(log_input=True, full=False)"
    yield _case("poisson-sample-weights", peer, settings, OUTPUTS, COUNTS, loss, sample_weights=WEIGHTS)


def margins():
    one = OUTPUTS[:, :1]
    for power, name in [(1, "hinge"), (2, "squared-hinge")]:
        settings = {"loss": name}
        peer = "parity.losses.hinge"
        yield _case(name, peer, settings, one, BINARY, lambda y, t: hinge(y, t, power).mean())
        loss = lambda y, t: _weighted_mean(hinge(y, t, power))  # noqa: E731
        yield _case(f"{name}-sample-weights", peer, settings, one, BINARY, loss, sample_weights=WEIGHTS)
        peer = "parity.losses.crammer_singer"
        loss = lambda y, t: crammer_singer(y, t, power).mean()  # noqa: E731
        yield _case(f"{name}-classes", peer, settings, LOGITS, CLASSES, loss)
        peer = f"torch.nn.functional.multi_margin_loss(p={power})"
        settings = settings | {"loss.form": "all-pairs"}
        loss = lambda y, t: functional.multi_margin_loss(y, t, p=power)  # noqa: E731
        yield _case(f"{name}-all-pairs", peer, settings, LOGITS, CLASSES, loss)


def binary_cross_entropy():
    bce = functional.binary_cross_entropy_with_logits
    peer = "torch.nn.functional.binary_cross_entropy_with_logits"
    settings = {"loss": "binary-cross-entropy"}
    one = OUTPUTS[:, :1]
    yield _case("binary", peer, settings, one, BINARY, bce)
    yield _case("binary-far", peer, settings, FAR[:, :1], BINARY, bce)
    yield _case("multilabel", peer, settings, OUTPUTS, MULTILABEL, bce)
    yield _case("binary-soft-targets", peer, settings, OUTPUTS, SOFT, bce)
    loss = lambda y, t: _weighted_mean(bce(y, t, reduction="none"))  # noqa: E731
    yield _case("binary-sample-weights", peer, settings, one, BINARY, loss, sample_weights=WEIGHTS)
    smoothing = 0.1
    loss = lambda y, t: bce(y, t * (1 - smoothing) + smoothing / 2)  # noqa: E731
    smooth = settings | {"label_smoothing": smoothing}
    yield _case("binary-label-smoothing", f"{peer}, targets moved to t (1 - e) + e / 2", smooth, one, BINARY, loss)
    positive = torch.tensor([2.5, 0.4], dtype=torch.float64)
    loss = lambda y, t: bce(y, t, pos_weight=positive)  # noqa: E731
    weighted = settings | {"positive_weight": positive}
    yield _case("multilabel-positive-weight", f"{peer}(pos_weight=[2.5, 0.4])", weighted, OUTPUTS, MULTILABEL, loss)
    pair = torch.tensor([0.5, 2.0])
    of_class = pair[torch.tensor(BINARY).long()]
    loss = lambda y, t: (of_class * bce(y, t, reduction="none")).sum() / of_class.sum()  # noqa: E731
    weighted = settings | {"class_weights": pair, "reduction": "weighted-mean"}
    yield _case("binary-class-weights", f"{peer}, sum of w loss / sum of w", weighted, one, BINARY, loss)


def softmax_cross_entropy():
    entropy = functional.cross_entropy
    peer = "torch.nn.functional.cross_entropy"
    plain = {"loss": "softmax-cross-entropy"}
    balanced = compute_class_weight("balanced", classes=np.arange(4), y=CLASSES)
    yield _case("softmax", peer, plain, LOGITS, CLASSES, entropy)
    yield _case("softmax-far", peer, plain, LOGITS * 400, CLASSES, entropy)
    for name, given, settings in [
        ("softmax-label-smoothing", {"label_smoothing": 0.1}, {"label_smoothing": 0.1}),
        ("softmax-class-weights", {"weight": CLASS_WEIGHTS}, {"class_weights": CLASS_WEIGHTS}),
        ("softmax-balanced", {"weight": balanced}, {"class_weights": "balanced", "class_weights.values": balanced}),
        (
            "softmax-class-weights-label-smoothing",
            {"weight": CLASS_WEIGHTS, "label_smoothing": 0.2},
            {"class_weights": CLASS_WEIGHTS, "label_smoothing": 0.2},
        ),
    ]:
        listed = ", ".join(f"{key}={np.asarray(value).tolist()}" for key, value in given.items())
        keywords = given | ({"weight": torch.tensor(given["weight"])} if "weight" in given else {})
        loss = lambda y, t: entropy(y, t, **keywords)  # noqa: E731
        yield _case(name, f"{peer}({listed})", plain | settings, LOGITS, CLASSES, loss)
    loss = lambda y, t: _weighted_mean(entropy(y, t, reduction="none"))  # noqa: E731
    yield _case("softmax-sample-weights", peer, plain, LOGITS, CLASSES, loss, sample_weights=WEIGHTS)

    def both(y, t):
        weights = torch.tensor(WEIGHTS) * torch.tensor(CLASS_WEIGHTS)[t]
        return (weights * entropy(y, t, reduction="none")).sum() / weights.sum()

    settings = plain | {"class_weights": CLASS_WEIGHTS}
    name = "softmax-sample-and-class-weights"
    yield _case(name, f"{peer}, weights multiplied", settings, LOGITS, CLASSES, both, sample_weights=WEIGHTS)
    targets = np.random.default_rng(24).dirichlet(np.ones(4), SAMPLES).round(3)
    targets[:, 0] = (1 - targets[:, 1:].sum(axis=1)).round(3)
    yield _case("softmax-soft-targets", f"{peer} with probabilities", plain, LOGITS, targets, entropy)


def document():
    families = [regression, ties, poisson, margins, binary_cross_entropy, softmax_cross_entropy]
    return {"cases": [case for family in families for case in family()]}
