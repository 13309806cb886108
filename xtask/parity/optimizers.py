"""`optimizers.json`: trajectories of every optimizer of PyTorch for dense parameters, and of those it lacks."""

from torch.optim.lr_scheduler import StepLR

from . import clipping, peers, problems
from .batches import PLANS
from .lbfgs import cases as lbfgs_cases
from .muon_cases import cases as muon_cases
from .trajectory import record

DECAY = 0.02
# Adam's decay is coupled, the others' named here is not: p = p (1 - lr decay).
DECOUPLED = {"adamw", "lion", "adafactor"}

# For each optimizer: the settings that every variant shares, and further settings as cases of their own.
TABLE = {
    "sgd": (
        {"lr": 0.2},
        {
            "momentum": {"momentum": 0.9, "lr": 0.05},
            "dampening": {"momentum": 0.9, "dampening": 0.3, "lr": 0.05},
            "nesterov": {"momentum": 0.9, "nesterov": True, "lr": 0.05},
            "momentum-decay": {"momentum": 0.9, "lr": 0.05, "weight_decay": DECAY},
            "dampening-decay": {"momentum": 0.9, "dampening": 0.3, "lr": 0.05, "weight_decay": DECAY},
            "nesterov-decay": {"momentum": 0.9, "nesterov": True, "lr": 0.05, "weight_decay": DECAY},
        },
    ),
    "adagrad": (
        {"lr": 0.1},
        {
            "rate-decay": {"lr_decay": 0.02},
            "accumulator": {"initial_accumulator_value": 0.1, "eps": 1e-6},
            "rate-decay-and-decay": {"lr_decay": 0.02, "weight_decay": DECAY},
        },
    ),
    "adadelta": ({"lr": 1.0}, {"smoothing": {"rho": 0.95, "eps": 1e-4}, "slow": {"lr": 0.5}}),
    "adafactor": ({"lr": 0.02}, {"clip": {"d": 1.5, "beta2_decay": -0.6}, "epsilon": {"eps": (1e-8, 1e-2)}}),
    "rmsprop": (
        {"lr": 0.01},
        {
            "momentum": {"momentum": 0.9, "lr": 0.002},
            "centered": {"centered": True},
            "centered-momentum": {"centered": True, "momentum": 0.9, "lr": 0.002},
            "smoothing": {"alpha": 0.9, "eps": 1e-4},
            "momentum-decay": {"momentum": 0.9, "lr": 0.002, "weight_decay": DECAY},
        },
    ),
    "adam": (
        {"lr": 0.02},
        {
            "betas": {"betas": (0.8, 0.99), "eps": 1e-4},
            "amsgrad": {"amsgrad": True, "betas": (0.9, 0.95)},
            "amsgrad-decay": {"amsgrad": True, "betas": (0.9, 0.95), "weight_decay": DECAY},
        },
    ),
    "adamw": (
        {"lr": 0.02},
        {"betas": {"betas": (0.8, 0.99), "eps": 1e-4}, "amsgrad": {"amsgrad": True, "betas": (0.9, 0.95)}},
    ),
    "nadam": (
        {"lr": 0.02},
        {
            "betas": {"betas": (0.8, 0.99), "eps": 1e-4},
            "momentum-decay": {"momentum_decay": 0.02},
            "decoupled": {"weight_decay": DECAY, "decoupled_weight_decay": True},
        },
    ),
    "radam": (
        {"lr": 0.02},
        {
            "betas": {"betas": (0.8, 0.99), "eps": 1e-4},
            "decoupled": {"weight_decay": DECAY, "decoupled_weight_decay": True},
        },
    ),
    "adamax": ({"lr": 0.02}, {"betas": {"betas": (0.8, 0.99), "eps": 1e-4}}),
    "asgd": ({"lr": 0.2}, {"averaging": {"t0": 20, "lambd": 0.01, "alpha": 0.6}}),
    "rprop": ({"lr": 0.01}, {"etas": {"etas": (0.6, 1.1), "step_sizes": (1e-4, 0.1)}}),
    "irprop+": ({"lr": 0.01}, {"etas": {"eta_minus": 0.6, "eta_plus": 1.1, "step_min": 1e-4, "step_max": 0.1}}),
    "lion": ({"lr": 0.005}, {"betas": {"betas": (0.95, 0.98)}}),
}
# These compare the signs of gradients of successive steps, which asks for full batches.
FULL_BATCH = {"rprop", "irprop+"}
# These have no weight decay.
NO_DECAY = {"rprop", "irprop+"}


def case(name, optimizer, given, network="classes", plan=None, **more):
    """One trajectory. `more` goes to `peers.build`, `schedule` (with its settings), `clip` to `record`."""
    plan = plan or ("full" if optimizer in FULL_BATCH else "in_order")
    settings = peers.our_settings(optimizer, given)
    schedule, schedule_settings = more.pop("schedule", (None, {}))
    clip, clip_settings = more.pop("clip", (None, {}))
    if settings.get("weight_decay"):
        settings["decay_bias"] = more.setdefault("decay_bias", True)
    if more.get("rates"):
        settings["learning_rate"] = more["rates"]
    if more.get("decays"):
        settings["weight_decay"] = more["decays"]
    settings |= schedule_settings | clip_settings
    try:
        fixture, _, training = record(
            network, plan, peers.build(optimizer, given, **more), schedule=schedule, on_gradient=clip
        )
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    result = {
        "name": name,
        "peer": peers.call(optimizer, given),
        "settings": settings,
        "network": network,
        "batches": plan,
    } | fixture
    if optimizer == "asgd":
        state = training.optimizers[0].state
        result["averaged"] = [value for p in training.model.parameters() for value in state[p]["ax"].flatten().tolist()]
    return result


def halving(every, gamma):
    """The step schedule, and its settings."""
    settings = {"schedule": "step", "schedule.every": every, "schedule.factor": gamma}

    def schedule(training):
        scheduler = StepLR(training.optimizers[0], step_size=every, gamma=gamma)
        return scheduler.step

    return schedule, settings


def of(optimizer):
    """All variants of one optimizer."""
    base, variants = TABLE[optimizer]
    yield case(optimizer, optimizer, base)
    for name, more in variants.items():
        decay = {"decay_bias": False} if "weight_decay" in more else {}
        yield case(f"{optimizer}-{name}", optimizer, base | more, **decay)
    yield case(f"{optimizer}-schedule", optimizer, base, schedule=halving(60, 0.5))
    yield case(f"{optimizer}-regression", optimizer, base, "regression")
    if optimizer in FULL_BATCH:
        yield case(f"{optimizer}-mini-batch", optimizer, base, plan="in_order")
    if optimizer not in NO_DECAY:
        decay = base | {"weight_decay": 1.0 if optimizer in DECOUPLED else DECAY}
        yield case(f"{optimizer}-decay-weights", optimizer, decay, decay_bias=False)
        yield case(f"{optimizer}-decay-all", optimizer, decay)


def across():
    """What applies to any optimizer, on the two that most people use."""
    for optimizer, given in {
        "sgd": {"lr": 0.05, "momentum": 0.9},
        "adam": {"lr": 0.02},
    }.items():
        yield case(f"{optimizer}-binary", optimizer, given, "binary")
        yield case(f"{optimizer}-full-batch", optimizer, given, plan="full")
        yield case(f"{optimizer}-shuffled", optimizer, given, plan="shuffled")
        rates = [given["lr"] * factor for factor in (1.0, 0.5, 2.0)]
        yield case(f"{optimizer}-rate-a-layer", optimizer, given, "deep", rates=rates)
        yield case(
            f"{optimizer}-rate-and-decay-a-layer",
            optimizer,
            given | {"weight_decay": DECAY},
            "deep",
            rates=rates,
            decays=[0.0, DECAY, 0.05],
            decay_bias=False,
        )
        value, norm = 0.02, 0.1
        yield case(
            f"{optimizer}-clip-value", optimizer, given, clip=(clipping.by_value(value), {"clip_value": value})
        )
        yield case(f"{optimizer}-clip-norm", optimizer, given, clip=(clipping.by_norm(norm), {"clip_norm": norm}))
        yield case(
            f"{optimizer}-clip-norm-decay",
            optimizer,
            given | {"weight_decay": DECAY},
            decay_bias=False,
            clip=(clipping.by_norm(norm), {"clip_norm": norm}),
        )


def document():
    cases = [one for optimizer in TABLE for one in of(optimizer)]
    cases += [*across(), *lbfgs_cases(), *muon_cases()]
    return {"networks": problems.describe(cases), "batches": PLANS, "cases": cases}
