"""Runs by keywords, dictionaries, files and texts."""

import numpy as np
import pytest

import mlp_lab
from mlp_lab import SettingError


def test_a_training_has_a_network_and_its_curve():
    done = mlp_lab.train("moons", hidden=[8, 8], lr=0.5, steps=50)
    assert done.kind == "train" and not done.interrupted
    assert done.network.architecture == "2-8-8-1"
    assert done.outcome["status"] == "completed" and done.outcome["steps"] == 50
    assert done.series["train_loss"].dtype == np.float64
    assert done.series["step"][-1] == 50
    assert done.nets.shape[0] == 1 and done.stats is None and done.map is None


def test_keys_are_those_of_the_command_line_and_of_files():
    short = mlp_lab.train("moons", hidden="8,8", lr=0.5, wd=1e-3, steps=20, optimizer="adam")
    full = mlp_lab.train(
        "moons",
        network={"hidden": [8, 8]},
        training={"learning_rate": 0.5, "weight_decay": 1e-3, "steps": 20, "optimizer": "adam"},
    )
    dotted = mlp_lab.train(
        **{
            "data.name": "moons",
            "network.hidden": (8, 8),
            "training.learning_rate": np.float64(0.5),
            "training.weight_decay": 1e-3,
            "training.steps": np.int64(20),
            "training.optimizer": "adam",
            "seed": None,
        }
    )
    assert short.experiment == full.experiment == dotted.experiment
    assert short.nets["train_loss"].tobytes() == dotted.nets["train_loss"].tobytes()


def test_a_key_for_one_layer():
    done = mlp_lab.train("moons", hidden=[4], steps=5, **{"learning_rate.0": 0.25})
    assert "learning_rate = [0.25, 0.1]" in done.experiment
    same = mlp_lab.train("moons", hidden=[4], steps=5, training={"lr": {"0": 0.25}})
    assert same.experiment == done.experiment


def test_an_experiment_is_a_dictionary_a_text_or_a_file(tmp_path):
    text = 'kind = "population"\ndata.name = "moons"\ntraining.steps = 20\npopulation.nets = 2\n[population.sweep]\nweight_decay = [0, 0.1]\n'
    nested = {
        "kind": "population",
        "data": {"name": "moons"},
        "training": {"steps": 20},
        "population": {"nets": 2, "sweep": {"weight_decay": [0, 0.1]}},
    }
    path = tmp_path / "experiment.toml"
    path.write_text(text)
    runs = [mlp_lab.run(one) for one in (text, nested, path, str(path))]
    assert len({run.experiment for run in runs}) == 1
    assert runs[0].counts["networks"] == 4
    again = mlp_lab.run(runs[0].experiment)
    assert again.nets["test_loss"].tobytes() == runs[0].nets["test_loss"].tobytes()
    more = mlp_lab.run(text, nets=3)
    assert more.counts["networks"] == 6


@pytest.mark.parametrize(
    ("keys", "key", "told"),
    [
        ({"learnig_rate": 1}, "learnig_rate", 'did you mean "learning_rate"'),
        ({"lr": -1}, "learning_rate", "must be 0 or more, not -1"),
        ({"lr": float("nan")}, "learning_rate", "must be a finite number"),
        ({"lr": object()}, "learning_rate", "not of type object"),
        ({"activation": "tahn"}, "activation", 'did you mean "tanh"'),
        ({"nets": 5}, "nets", "belongs to population experiments"),
        ({"lr": 1, "learning_rate": 2}, "learning_rate", "is given twice"),
        ({"steps": 1, "epochs": 2}, "steps", "give one of them"),
        ({"sweep": {"lr": [1, 2]}}, "sweep", "belongs to population"),
        ({"sweep": 3}, "sweep", "must be a dictionary"),
        ({"preset": "fractl"}, None, "did you mean"),
    ],
)
def test_a_setting_that_cannot_be_is_named(keys, key, told):
    with pytest.raises(mlp_lab.Error, match=".") as raised:
        mlp_lab.train("moons", **keys)
    assert told in str(raised.value)
    if key is not None:
        assert isinstance(raised.value, SettingError) and isinstance(raised.value, ValueError)
        assert key in raised.value.key


def test_errors_of_files_and_texts_name_the_line():
    with pytest.raises(SettingError, match="experiment.toml:2") as raised:
        mlp_lab.run('kind = "train"\ntraining.learnig_rate = 1\n')
    assert raised.value.key == "learnig_rate"
    with pytest.raises(SettingError, match="needs one: train, population or map"):
        mlp_lab.run({"data": {"name": "moons"}})
    with pytest.raises(SettingError, match="must be train, population or map"):
        mlp_lab.run({"kind": "trian"})
    with pytest.raises(mlp_lab.StorageError, match="no-such-file.toml"):
        mlp_lab.run("no-such-file.toml")
    with pytest.raises(mlp_lab.Error, match="no-such-set"):
        mlp_lab.train("no-such-set")


def test_a_map_has_named_axes():
    done = mlp_lab.map("moons", x=("lr", "log:1e-2:1:4"), y=("hidden", [2, 4]), seeds=2, steps=10)
    field = done.map
    assert field.dims("test_loss")[-2:] == ("y", "x")
    assert field["test_loss"].shape[-2:] == (2, 4)
    assert set(done.best) >= {"metric", "value", "x", "y", "net"}
    xarray = pytest.importorskip("xarray")
    dataset = done.map.to_xarray()
    assert isinstance(dataset, xarray.Dataset)
    assert dataset.sizes["learning_rate"] == 4 and dataset.sizes["hidden"] == 2
    np.testing.assert_allclose(dataset.learning_rate.values, np.logspace(-2, 0, 4))
    assert dataset.hidden.values.tolist() == ["2", "4"]
    same = mlp_lab.map("moons", x="lr=log:1e-2:1:4", y={"hidden": [2, 4]}, seeds=2, steps=10)
    assert same.map["test_loss"].tobytes() == field["test_loss"].tobytes()


def test_a_map_over_steps():
    done = mlp_lab.map("moons", x=("lr", "log:1e-2:1:3"), y="step", steps=20)
    assert done.map.dims("test_loss") == ("y", "x")
    field = done.map.to_xarray()["test_loss"]
    assert field.shape == done.map["test_loss"].shape and field.dims == ("step", "learning_rate")
    assert field.step.values.tolist()[-1] == 20


def test_settings_of_the_machine_change_no_bit():
    one = mlp_lab.population("moons", nets=4, steps=30, threads=1)
    two = mlp_lab.population("moons", nets=4, steps=30, threads=2)
    assert one.nets["train_loss"].tobytes() == two.nets["train_loss"].tobytes()
    with pytest.raises((ValueError, OverflowError, TypeError)):
        mlp_lab.train("moons", threads=0)


def test_what_there_is():
    names = [one["name"] for one in mlp_lab.datasets()]
    assert {"moons", "iris", "digits"} <= set(names)
    X, y = mlp_lab.dataset("iris")
    assert X.shape == (150, 4) and y.shape == (150,)
    X, y = mlp_lab.dataset("moons", samples=50, noise=0.0, data_seed=3)
    assert X.shape == (50, 2) and set(y.tolist()) == {0, 1}
    paths = {one["path"] for one in mlp_lab.keys()}
    assert "training.learning_rate" in paths
    assert mlp_lab.ENGINE
