"""What the documents say is run."""

import pathlib
import re

import pytest

import mlp_lab

TOP = pathlib.Path(__file__).parents[2]
DOCUMENTS = [path for name in ("README.md", "python/README.md", "docs/python.md") if (path := TOP / name).is_file()]
# Pages whose programs read the runs that their commands leave.
READERS = [path for name in ("README.md", "docs/first-hour.md", "docs/commands/map.md") if (path := TOP / name).is_file()]


def snippets(documents, own):
    for path in documents:
        for place, text in enumerate(re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.S)):
            if ("mlp_lab" in text) == own:
                yield pytest.param(text, id=f"{path.parent.name}-{path.name}-{place}")


def run(text):
    needed = re.findall(r"\b(pandas|polars|sklearn|xarray|torch)\b", text)
    for module in needed:
        pytest.importorskip(module)
    exec(compile(text, "a snippet", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("text", list(snippets(DOCUMENTS, own=True)))
def test_snippets_run(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(text)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with the runs that the pages name."""
    folder = tmp_path_factory.mktemp("book")
    few = {"steps": 20, "figures": "none"}
    mlp_lab.population("moons", nets=3, sweep={"weight_decay": [0, 1e-2]}, out=folder / "runs/population-moons-001", **few)
    mlp_lab.map("moons", x=("learning_rate", "log:1e-2:1e2:4"), y="step", out=folder / "runs/map-moons-001", **few)
    return folder


@pytest.mark.parametrize("text", list(snippets(READERS, own=False)))
def test_programs_that_read_a_run(text, runs, monkeypatch):
    monkeypatch.chdir(runs)
    run(text)
