"""Timing shared by the peers: one warm-up, then the best of several runs; a result is one JSON line."""

import json
import time


def best_of(work, runs):
    work()
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def report(workload, way, rate, unit, **more):
    print(json.dumps({"workload": workload, "way": way, "rate": rate, "unit": unit, **more}), flush=True)
