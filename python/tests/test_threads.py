"""Interruptions, progress, threads and processes."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import mlp_lab

# Long enough to be interrupted on any machine.
LONG = {"nets": 1_000_000, "steps": 100, "record": "last"}


def interrupt():
    signal.raise_signal(signal.SIGINT) if os.name == "nt" else os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_returns_what_is_done():
    sent = []

    def watch(done, total, unit):
        if done >= 40 and not sent:
            sent.append(done)
            interrupt()

    with pytest.warns(mlp_lab.InterruptedWarning):
        done = mlp_lab.population("moons", **LONG, progress=watch)
    assert done.interrupted
    finished = done.nets.shape[0]
    assert 0 < finished < LONG["nets"]
    # What is there is what a shorter run has.
    first = int(done.nets["net"][0])
    again = mlp_lab.replay(done, first, record="last")
    assert again.nets["train_loss"][0] == done.nets["train_loss"][0]


def test_a_training_that_is_interrupted_has_a_network():
    timer = threading.Timer(0.5, interrupt)
    timer.start()
    with pytest.warns(mlp_lab.InterruptedWarning):
        done = mlp_lab.train("moons", steps=500_000_000, record="last")
    timer.join()
    assert done.interrupted and 0 < done.network.steps < 500_000_000


def test_an_interrupted_run_is_resumed_with_the_same_bytes(tmp_path):
    keys = {"nets": 400, "steps": 400, "record": "last", "threads": 1}
    timer = threading.Timer(0.3, interrupt)
    timer.start()
    with pytest.warns(mlp_lab.InterruptedWarning, match="resume"):
        cut = mlp_lab.population("moons", out=tmp_path / "a", **{**keys, "steps": 40_000})
    timer.join()
    assert cut.interrupted
    mlp_lab.population("moons", out=tmp_path / "b", **keys)
    resumed = mlp_lab.resume(tmp_path / "b")
    assert not resumed.interrupted


def test_a_handler_of_the_user_is_heard():
    class Stop(Exception):
        pass

    def handler(number, frame):
        raise Stop

    before = signal.signal(signal.SIGINT, handler)
    try:
        timer = threading.Timer(0.3, interrupt)
        timer.start()
        with pytest.raises(Stop):
            mlp_lab.population("moons", **LONG)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)


def test_progress_is_told():
    heard = []
    mlp_lab.population("moons", nets=3000, steps=100, progress=lambda *told: heard.append(told))
    done, total, unit = heard[-1]
    assert (done, total, unit) == (3000, 3000, "networks")
    assert all(0 <= done <= total for done, total, _ in heard)
    heard.clear()
    mlp_lab.train("moons", steps=50, progress=lambda *told: heard.append(told))
    assert heard[-1] == (50, 50, "steps")

    def fails(done, total, unit):
        raise RuntimeError("not now")

    with pytest.raises(RuntimeError, match="not now"):
        mlp_lab.population("moons", nets=100, steps=100, progress=fails)


def test_a_bar_of_tqdm(capsys):
    pytest.importorskip("tqdm")
    mlp_lab.train("moons", steps=50, progress=True)


def test_other_threads_go_on_and_runs_are_independent():
    results = {}

    def work(seed):
        results[seed] = mlp_lab.train("moons", steps=2000, seed=seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    count = 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        count += 1
        time.sleep(0.001)
    for seed in range(4):
        alone = mlp_lab.train("moons", steps=2000, seed=seed)
        assert alone.nets["train_loss"].tobytes() == results[seed].nets["train_loss"].tobytes()


def in_a_process(text):
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(text)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_beside_a_run_is_refused_and_any_other_works():
    told = in_a_process(
        """
        import os, threading, time, warnings
        warnings.simplefilter("ignore")
        import mlp_lab

        def fork():
            child = os.fork()
            if child == 0:
                try:
                    mlp_lab.train("moons", steps=10)
                except mlp_lab.ForkError as error:
                    os._exit(7 if "spawn" in str(error) else 8)
                os._exit(0)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

        mlp_lab.train("moons", steps=10)
        before = fork()
        stop = lambda done, total, unit: ready.set()
        ready = threading.Event()
        thread = threading.Thread(
            target=lambda: mlp_lab.population("moons", nets=10**6, steps=1000, progress=stop), daemon=True
        )
        thread.start()
        ready.wait(60)
        print(before, fork(), flush=True)
        os._exit(0)
        """
    )
    assert told == "0 7"


def test_importing_needs_numpy_alone():
    told = in_a_process(
        """
        import sys
        class Refuse:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in {"pandas", "polars", "pyarrow", "sklearn", "xarray", "tqdm", "scipy", "torch"}:
                    raise ImportError(name)
        sys.meta_path.insert(0, Refuse())
        import mlp_lab
        done = mlp_lab.population("moons", nets=2, steps=10)
        print(done.nets["test_loss"].shape)
        """
    )
    assert told == "(2,)"
