"""Results as columns, networks, replays, and run directories."""

import pickle

import numpy as np
import pytest

import mlp_lab


def test_numbers_are_views(moons):
    nets = moons.nets
    assert list(nets)[:3] == nets.columns[:3] and nets.shape[0] == 6
    loss = nets["test_loss"]
    assert not loss.flags.owndata and not loss.flags.writeable
    assert nets["test_loss"] is loss
    assert set(nets["status"]) == {"completed"}
    with pytest.raises(KeyError, match="did you mean"):
        nets["test_los"]
    assert "test_loss" in nets._repr_html_() and "6 rows" in repr(nets)


def test_pandas_has_the_same_memory(moons):
    pandas = pytest.importorskip("pandas")
    frame = moons.nets.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and list(frame.columns) == moons.nets.columns
    assert np.shares_memory(frame["test_loss"].to_numpy(), moons.nets["test_loss"])
    assert frame.groupby("weight_decay")["test_loss"].count().tolist() == [3, 3]


def address(array):
    return array.__array_interface__["data"][0]


def test_polars_and_arrow_have_the_same_memory(moons):
    polars = pytest.importorskip("polars")
    frame = moons.nets.to_polars()
    assert frame.columns == moons.nets.columns
    assert address(frame["test_loss"].to_numpy(allow_copy=False)) == address(moons.nets["test_loss"])
    assert frame.filter(polars.col("weight_decay") > 0).height == 3
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table(moons.series)
    assert table.num_rows == moons.series.shape[0]
    assert table["train_loss"].chunk(0).buffers()[1].address == address(moons.series["train_loss"])
    for name in moons.series:
        there = table[name].to_pylist()
        here = moons.series[name].tolist()
        assert all(a == b or a is None and b != b for a, b in zip(there, here)), name


def test_memory_outlives_the_results():
    loss = mlp_lab.population("moons", nets=3, steps=10).nets["test_loss"]
    copy = loss.copy()
    mlp_lab.population("moons", nets=5, steps=10)
    assert (loss == copy).all()


def test_statistics(moons):
    assert moons.stats.shape[0] > 0 and "step" in moons.stats


def test_a_network_is_a_function_with_parameters(tmp_path):
    done = mlp_lab.train("moons", hidden=[5], steps=30)
    network = done.network
    X, y = mlp_lab.dataset("moons")
    parameters = network.parameters
    assert {name: array.shape for name, array in parameters.items()} == {
        "layers.0.weight": (5, 2),
        "layers.0.bias": (5,),
        "layers.1.weight": (1, 5),
        "layers.1.bias": (1,),
    }
    assert parameters["layers.0.weight"].dtype == np.float32
    assert network.predict(X).shape == y.shape and mlp_lab.predict(done, X).shape == y.shape
    copy = pickle.loads(pickle.dumps(network))
    assert copy.predict_proba(X).tobytes() == network.predict_proba(X).tobytes()
    for name in ("model.safetensors", "model.json"):
        network.save(tmp_path / name)
        assert mlp_lab.Network.load(tmp_path / name).predict_proba(X).tobytes() == network.predict_proba(X).tobytes()
        assert (mlp_lab.predict(tmp_path / name, X) == network.predict(X)).all()
    network.save(tmp_path / "model.onnx")
    with pytest.raises(mlp_lab.SettingError, match="safetensors"):
        network.save(tmp_path / "model.xyz")
    assert "2-5-1" in repr(network) and network.steps == 30


def test_torch_takes_the_parameters():
    torch = pytest.importorskip("torch")
    state = mlp_lab.train("moons", hidden=[5], steps=3).network.to_torch_state_dict()
    assert isinstance(state["layers.0.weight"], torch.Tensor)


def test_a_network_of_a_population_is_replayed(moons):
    again = moons.replay(4)
    assert again.kind == "train"
    last = {name: again.nets[name][0] for name in ("train_loss", "test_loss", "weight_norm", "seed")}
    assert all(moons.nets[name][4] == value for name, value in last.items())
    assert again.kept_steps == list(range(41))
    X, _ = mlp_lab.dataset("moons")
    assert again.network_at(40).predict_proba(X).tobytes() == again.network.predict_proba(X).tobytes()
    assert again.network_at(0).steps == 0
    with pytest.raises(KeyError, match="kept are 41 steps from 0 to 40"):
        again.network_at(41)
    with pytest.raises(mlp_lab.SettingError, match="0 to 5"):
        mlp_lab.replay(moons, 6)
    sparse = mlp_lab.replay(moons, 0, record="every:20")
    assert sparse.kept_steps == [0, 20, 40]


def test_a_replay_of_passed_data_has_them():
    X, y = mlp_lab.dataset("iris")
    runs = mlp_lab.population((X, y), nets=2, steps=10)
    assert runs.replay(1).nets["test_loss"][0] == runs.nets["test_loss"][1]


def test_a_run_directory_is_opened_verified_and_replayed(tmp_path):
    folder = tmp_path / "run"
    X, y = mlp_lab.dataset("iris")
    kept = mlp_lab.population((X, y), nets=3, steps=20, out=folder)
    assert kept.folder == folder and (folder / "nets.parquet").is_file() and (folder / "data.csv").is_file()
    memory = mlp_lab.population((X, y), nets=3, steps=20)
    opened = mlp_lab.open(folder)
    for name in ("nets", "series", "stats"):
        for column in getattr(memory, name):
            a, b = getattr(memory, name)[column], getattr(opened, name)[column]
            assert a.tolist() == b.tolist() or np.array_equal(a, b, equal_nan=True), (name, column)
    found = mlp_lab.verify(folder, nets=2)
    assert found and found.passed and len(found.nets) == 2
    assert opened.replay(2).nets["test_loss"][0] == opened.nets["test_loss"][2]
    with pytest.raises(mlp_lab.StorageError):
        mlp_lab.population((X, y), nets=4, steps=20, out=folder)
    with pytest.raises(mlp_lab.StorageError):
        mlp_lab.open(tmp_path)
    table = folder / "nets.parquet"
    table.write_bytes(table.read_bytes()[:-9] + b"123456789")
    assert not mlp_lab.verify(folder, nets=1)


def test_a_training_in_a_directory_continues(tmp_path):
    first = mlp_lab.train("moons", steps=20, out=tmp_path / "a")
    more = mlp_lab.train(continue_=tmp_path / "a", steps=50)
    whole = mlp_lab.train("moons", steps=50)
    assert first.network.steps == 20
    assert more.nets["train_loss"][0] == whole.nets["train_loss"][0]
    assert mlp_lab.predict(tmp_path / "a", mlp_lab.dataset("moons")[0]).shape == (256,)


def test_an_analysis_has_tables(moons):
    found = mlp_lab.analyze(moons, compare="weight_decay=0,1e-3")
    assert found.counts["networks"] == 6
    assert {"means", "growth", "comparisons"} <= set(found)
    assert found["means"].shape[0] > 0
    fewer = moons.analyze(where="weight_decay == 0")
    assert fewer.counts["networks"] == 3
    with pytest.raises(mlp_lab.Error, match="where"):
        moons.analyze(where="no_such_column > 1")


def test_a_selection_is_a_network():
    done = mlp_lab.population(
        "iris", nets=4, steps=30, select="accuracy", validation_fraction=0.2, ensemble=2
    )
    assert done.network.members == 2 and done.selection.shape[0] == 3
    X, y = mlp_lab.dataset("iris")
    assert (done.network.predict(X) == y).mean() > 0.5


def test_cross_validation_has_folds():
    done = mlp_lab.population("iris", nets=1, steps=10, folds=3)
    assert done.folds is not None and done.counts["networks"] == 3
