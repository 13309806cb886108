//! What a run of its kind must hold is expected from the experiment, whatever its manifest says.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{folder_bytes, mlp, refused, running::run, succeeds};

/// Changes the manifest of a run.
fn forge(run: &Path, change: impl FnOnce(&mut Value)) {
    let path = run.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(&path, manifest.to_string()).unwrap();
}

#[test]
fn a_manifest_that_lists_less_than_the_experiment_makes_is_found() {
    let scratch = tempfile::tempdir().unwrap();
    let kinds: [(&[&str], &[&str]); 4] = [
        (
            &["train", "moons", "--save-weights", "recorded"],
            &[
                "nets.parquet",
                "series.parquet",
                "model.safetensors",
                "state.bin",
                "weights-0.npz",
            ],
        ),
        (
            &[
                "population",
                "moons",
                "--nets",
                "3",
                "--save-weights",
                "last",
                "--format",
                "csv",
            ],
            &["nets.csv", "series.csv", "stats.csv", "weights-0.npz"],
        ),
        (
            &["map", "moons", "--x", "lr=0.1,0.2", "--y", "step"],
            &["nets.parquet", "series.parquet", "map.npz"],
        ),
        (
            &["train", "iris", "--folds", "3"],
            &["nets.parquet", "folds.parquet"],
        ),
    ];
    for (index, (command, files)) in kinds.into_iter().enumerate() {
        let run = scratch.path().join(index.to_string());
        let name = run.to_str().unwrap();
        let command = [
            command,
            &["--steps", "20", "--figures", "none", "--out", name],
        ]
        .concat();
        succeeds(&command);
        succeeds(&["verify", name]);
        let whole = folder_bytes(&run);
        for file in files {
            let path = run.join(file);
            let bytes = fs::read(&path).unwrap();
            let manifest = fs::read(run.join("manifest.json")).unwrap();
            fs::remove_file(&path).unwrap();
            let message = refused(&["verify", name], 1);
            assert!(
                message.contains(&format!("{file}: it was removed")),
                "{message}"
            );
            // Also where the manifest lists it no more, or nothing at all.
            let weights = file.starts_with("weights");
            for nothing in [false, true] {
                forge(&run, |manifest| match nothing {
                    true => manifest["files"] = json!({}),
                    false => drop(manifest["files"].as_object_mut().unwrap().remove(*file)),
                });
                let message = refused(&["verify", name], 1);
                let said = match weights {
                    true => message.contains("the parameters of net") || nothing,
                    false => {
                        nothing
                            || message.contains(&format!("{file}: every run of this kind has one"))
                    }
                };
                assert!(said, "{message}");
            }
            // Such a run is not complete: it makes again what is missing.
            if !weights {
                succeeds(&["resume", name]);
                succeeds(&["verify", name]);
                assert!(folder_bytes(&run) == whole, "{file}");
            }
            fs::write(&path, bytes).unwrap();
            fs::write(run.join("manifest.json"), manifest).unwrap();
        }
    }
}

#[test]
fn counts_that_the_networks_do_not_bear_out_are_found() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("run");
    let name = run.to_str().unwrap();
    succeeds(&[
        "population",
        "moons",
        "--nets",
        "3",
        "--steps",
        "5",
        "--format",
        "csv",
        "--figures",
        "none",
        "--out",
        name,
    ]);
    forge(&run, |manifest| {
        manifest["counts"]["completed"] = json!(2);
        manifest["counts"]["diverged"] = json!(1);
    });
    let message = refused(&["verify", name], 1);
    assert!(message.contains("its counts of networks"), "{message}");
    forge(&run, |manifest| {
        manifest["counts"]["completed"] = json!(3);
        manifest["counts"]["diverged"] = json!(0);
        manifest["kind"] = json!("map");
    });
    assert!(refused(&["verify", name], 1).contains("kind is map"));
    forge(&run, |manifest| manifest["kind"] = json!("population"));
    succeeds(&["verify", name]);
    // What a later version wrote is no damage, and hides none.
    forge(&run, |manifest| {
        manifest["host"] = json!("a");
        manifest["counts"]["paused"] = json!(0);
    });
    let told = mlp().args(["verify", name]).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.contains("fields that this version does not know")
            && told.contains("counts.paused, host")
            && told.contains("verified"),
        "{told}"
    );
    forge(&run, |manifest| manifest["kind"] = json!("map"));
    assert!(refused(&["verify", name], 1).contains("kind is map"));
    forge(&run, |manifest| manifest["kind"] = json!("population"));
    // A row less, with a digest that fits.
    let nets = run.join("nets.csv");
    let honest = fs::read_to_string(&nets).unwrap();
    let cut: String = honest.split_inclusive('\n').take(3).collect();
    fs::write(&nets, &cut).unwrap();
    forge(&run, |manifest| {
        manifest["files"]["nets.csv"] = json!({
            "bytes": cut.len(),
            "blake3": blake3::hash(cut.as_bytes()).to_hex().to_string(),
        });
    });
    let message = refused(&["verify", name, "--nets", "1"], 1);
    assert!(
        message.contains("it does not have one row per network"),
        "{message}"
    );
    // A state that is no such word.
    forge(&run, |manifest| manifest["status"] = json!("perfect"));
    assert!(refused(&["verify", name], 2).contains("is not a readable manifest"));
}

#[test]
fn results_are_of_the_experiment_that_made_them() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("run");
    let name = run.to_str().unwrap();
    let command = |steps| {
        [
            "train",
            "moons",
            "--steps",
            steps,
            "--figures",
            "none",
            "--out",
            name,
        ]
    };
    succeeds(&command("20"));
    let file = run.join("experiment.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("steps = 20", "steps = 30")).unwrap();
    let message = refused(&command("30"), 2);
    assert!(message.contains("another experiment"), "{message}");
    fs::write(&file, text).unwrap();
    // A result that was cut short is made again.
    let model = run.join("model.safetensors");
    let whole = fs::read(&model).unwrap();
    fs::write(&model, b"").unwrap();
    succeeds(&command("20"));
    assert_eq!(fs::read(&model).unwrap(), whole);
}

#[test]
fn a_sample_of_a_map_with_exploded_networks_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let name = run.to_str().unwrap();
    let map = "map moons --x learning_rate=1,30,300,1000 --y init_gain=0.1,1,10 --activation relu --steps 60 --figures none -o";
    succeeds(&map.split(' ').chain([name]).collect::<Vec<_>>());
    let nets = fs::read_to_string(run.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&nets).unwrap();
    assert!(manifest["counts"]["exploded"].as_u64().unwrap() > 1);
    succeeds(&["verify", name, "--nets", "4"]);
}

/// A loss that is not finite is seen where it is recorded, and a replay records more than the run.
#[test]
fn networks_that_diverged_are_replayed_as_they_were_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for record in ["last", "log:16"] {
        let name = record.replace(':', "");
        let trained = format!(
            "population moons --nets 6 --steps 300 --activation relu --sweep lr=100,1000 --record {record} --figures none --format csv --out {name}"
        );
        run(folder, &trained);
        let nets = fs::read_to_string(folder.join(&name).join("nets.csv")).unwrap();
        assert!(nets.contains(",diverged,"), "{nets}");
        for net in 0..12 {
            let text = run(
                folder,
                &format!("replay {name} {net} --figures none --out {name}-{net}"),
            );
            assert!(text.contains("the same bits as net"), "{text}");
        }
    }
}
