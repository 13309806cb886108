"""`schedules.json`: learning-rate schedules, stepped after every update, as rates and as trajectories."""

from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    OneCycleLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)

from . import peers, problems
from .batches import PLANS
from .trajectory import record

LAST = 200
# The rates are kept at these steps (1 is the first update).
RATE_STEPS = sorted({*range(1, 26), *range(30, LAST + 1, 10), 39, 41, 42, 59, 61, 62, 79, 81, 99, 101, 121, 122, 199})
# What every schedule is tried on: the optimizer, its settings, the network, the batch plan. The rate is the schedule's
# base or peak.
WAYS = {
    "momentum": ("sgd", {"lr": 0.1, "momentum": 0.9}, "classes", "in_order"),
    "adam": ("adam", {"lr": 0.02}, "binary", "full"),
}


def _warm_up(optimizer, steps, then):
    """`steps` updates that rise from a tenth of the rate, then another schedule from its start."""
    rise = LinearLR(optimizer, start_factor=0.1, end_factor=1.0, total_iters=steps)
    return SequentialLR(optimizer, [rise, then], milestones=[steps])


def _inverse(optimizer, power):
    return LambdaLR(optimizer, lambda step: 1 / (step + 1) ** power)


def _one_cycle(optimizer, **more):
    peak = optimizer.param_groups[0]["lr"]
    return OneCycleLR(optimizer, max_lr=peak, total_steps=LAST, **more)


NO_CYCLE = {"cycle_momentum": False}
# Name: (our settings, how the peer writes it, the scheduler of an optimizer).
SCHEDULES = {
    "constant": ({"schedule": "constant"}, "no scheduler", None),
    "step": (
        {"schedule": "step", "every": 30, "factor": 0.5},
        "StepLR(step_size=30, gamma=0.5)",
        lambda o: StepLR(o, 30, 0.5),
    ),
    "exponential": (
        {"schedule": "exponential", "factor": 0.98},
        "ExponentialLR(gamma=0.98)",
        lambda o: ExponentialLR(o, 0.98),
    ),
    "inverse-scaling": (
        {"schedule": "inverse-scaling", "power": 0.5},
        "LambdaLR(lambda s: 1 / (s + 1) ** 0.5)",
        lambda o: _inverse(o, 0.5),
    ),
    "linear": (
        {"schedule": "linear", "from": 1.0, "to": 0.1, "steps": 120},
        "LinearLR(start_factor=1.0, end_factor=0.1, total_iters=120)",
        lambda o: LinearLR(o, 1.0, 0.1, 120),
    ),
    "linear-to-zero": (
        {"schedule": "linear", "from": 1.0, "to": 0.0, "steps": LAST},
        f"LinearLR(start_factor=1.0, end_factor=0.0, total_iters={LAST})",
        lambda o: LinearLR(o, 1.0, 0.0, LAST),
    ),
    "cosine": (
        {"schedule": "cosine", "steps": LAST, "minimum": 0.0},
        f"CosineAnnealingLR(T_max={LAST})",
        lambda o: CosineAnnealingLR(o, LAST),
    ),
    "cosine-minimum": (
        {"schedule": "cosine", "steps": LAST, "minimum": 0.003},
        f"CosineAnnealingLR(T_max={LAST}, eta_min=0.003)",
        lambda o: CosineAnnealingLR(o, LAST, 0.003),
    ),
    "cosine-warm-up": (
        {"schedule": "cosine", "steps": LAST - 20, "minimum": 0.0, "warm_up": 20, "warm_up_from": 0.1},
        f"SequentialLR([LinearLR(0.1, 1.0, 20), CosineAnnealingLR({LAST - 20})], [20])",
        lambda o: _warm_up(o, 20, CosineAnnealingLR(o, LAST - 20)),
    ),
    "cosine-restarts": (
        {"schedule": "cosine", "steps": 40, "minimum": 0.0, "restarts": True, "stretch": 1},
        "CosineAnnealingWarmRestarts(T_0=40)",
        lambda o: CosineAnnealingWarmRestarts(o, 40),
    ),
    "cosine-restarts-stretched": (
        {"schedule": "cosine", "steps": 20, "minimum": 0.001, "restarts": True, "stretch": 2},
        "CosineAnnealingWarmRestarts(T_0=20, T_mult=2, eta_min=0.001)",
        lambda o: CosineAnnealingWarmRestarts(o, 20, 2, 0.001),
    ),
    "cosine-restarts-warm-up": (
        {
            "schedule": "cosine",
            "steps": 40,
            "minimum": 0.0,
            "restarts": True,
            "stretch": 1,
            "warm_up": 20,
            "warm_up_from": 0.1,
        },
        "SequentialLR([LinearLR(0.1, 1.0, 20), CosineAnnealingWarmRestarts(40)], [20])",
        lambda o: _warm_up(o, 20, CosineAnnealingWarmRestarts(o, 40)),
    ),
    "one-cycle": (
        {
            "schedule": "one-cycle",
            "steps": LAST,
            "rise": 0.3,
            "start_divisor": 25.0,
            "final_divisor": 1e4,
            "shape": "cosine",
            "three_phase": False,
            "cycle_momentum": False,
        },
        f"OneCycleLR(max_lr=lr, total_steps={LAST}, cycle_momentum=False)",
        lambda o: _one_cycle(o, **NO_CYCLE),
    ),
    "one-cycle-linear": (
        {
            "schedule": "one-cycle",
            "steps": LAST,
            "rise": 0.2,
            "start_divisor": 10.0,
            "final_divisor": 100.0,
            "shape": "linear",
            "three_phase": False,
            "cycle_momentum": False,
        },
        f"OneCycleLR(max_lr=lr, total_steps={LAST}, pct_start=0.2, anneal_strategy='linear', div_factor=10, "
        "final_div_factor=100, cycle_momentum=False)",
        lambda o: _one_cycle(o, pct_start=0.2, anneal_strategy="linear", div_factor=10, final_div_factor=100, **NO_CYCLE),
    ),
    "one-cycle-three-phase": (
        {
            "schedule": "one-cycle",
            "steps": LAST,
            "rise": 0.3,
            "start_divisor": 25.0,
            "final_divisor": 1e4,
            "shape": "cosine",
            "three_phase": True,
            "cycle_momentum": False,
        },
        f"OneCycleLR(max_lr=lr, total_steps={LAST}, three_phase=True, cycle_momentum=False)",
        lambda o: _one_cycle(o, three_phase=True, **NO_CYCLE),
    ),
    "one-cycle-momentum": (
        {
            "schedule": "one-cycle",
            "steps": LAST,
            "rise": 0.3,
            "start_divisor": 25.0,
            "final_divisor": 1e4,
            "shape": "cosine",
            "three_phase": False,
            "cycle_momentum": True,
            "base_momentum": 0.85,
            "max_momentum": 0.95,
        },
        f"OneCycleLR(max_lr=lr, total_steps={LAST}); the momentum (Adam's beta1) cycles too",
        lambda o: _one_cycle(o),
    ),
}
# Fed with the loss of all samples after each update. Small patience and large threshold, so that it acts in 200 steps.
PLATEAUS = {
    "plateau": {"factor": 0.8, "patience": 4, "threshold": 0.3, "threshold_mode": "rel", "cooldown": 0, "min_lr": 0.0},
    "plateau-cooldown": {
        "factor": 0.3,
        "patience": 3,
        "threshold": 0.003,
        "threshold_mode": "abs",
        "cooldown": 10,
        "min_lr": 0.002,
    },
}
PLATEAU_KEYS = {"threshold_mode": "threshold_form", "min_lr": "minimum"}


def _momentum(optimizer):
    group = optimizer.param_groups[0]
    return group["betas"][0] if "betas" in group else group["momentum"]


def _prefixed(settings):
    return {key if key == "schedule" else f"schedule.{key}": value for key, value in settings.items()}


def _case(schedule, way, settings, peer, advance):
    optimizer, given, network, plan = WAYS[way]
    momenta = []

    def start(training):
        # Called for the first run and for the nudged one, which must find the list empty.
        momenta.clear()
        inner = advance(training)

        def step():
            momenta.append(_momentum(training.optimizers[0]))
            inner()

        return step

    fixture, rates, _ = record(network, plan, peers.build(optimizer, given), schedule=start)
    result = {
        "name": f"{schedule}-{way}",
        "peer": f"{peers.call(optimizer, given)}, {peer}",
        "settings": peers.our_settings(optimizer, given) | _prefixed(settings),
        "network": network,
        "batches": plan,
    }
    if way == "momentum" or "plateau" in schedule:
        result["rates"] = {step: rates[step - 1] for step in RATE_STEPS}
    if settings.get("cycle_momentum"):
        result["momenta"] = {step: momenta[step - 1] for step in RATE_STEPS}
    return result | fixture


def _stepping(make):
    if make is None:
        return lambda training: lambda: None
    return lambda training: make(training.optimizers[0]).step


def _plateau(settings):
    def schedule(training):
        scheduler = ReduceLROnPlateau(training.optimizers[0], **settings)
        return lambda: scheduler.step(training.problem.loss_of(training.model).item())

    return schedule


def document():
    cases = []
    for name, (settings, peer, make) in SCHEDULES.items():
        cases += [_case(name, way, settings, peer, _stepping(make)) for way in WAYS]
    for name, theirs in PLATEAUS.items():
        ours = {"schedule": "plateau"} | {PLATEAU_KEYS.get(key, key): value for key, value in theirs.items()}
        peer = f"ReduceLROnPlateau({', '.join(f'{k}={v!r}' for k, v in theirs.items())})"
        cases += [_case(name, way, ours, peer, _plateau(theirs)) for way in WAYS]
    return {"networks": problems.describe(cases), "batches": PLANS, "cases": cases}
