//! Files that commands write where `--out` says: none is replaced unless that is asked for, and what is
//! read is never written over.

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

use crate::{mlp, refused, succeeds};

/// A folder with a run of two features, and a table for it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let out = run.to_str().unwrap();
    succeeds(&[
        "train",
        "moons",
        "--steps",
        "4",
        "--figures",
        "none",
        "--out",
        out,
    ]);
    fs::write(folder.path().join("t.csv"), "x,y\n0.1,0.2\n1,-0.5\n").unwrap();
    folder
}

/// Runs in a folder; the exit code and what was said.
fn run(folder: &Path, arguments: &str) -> (Option<i32>, String) {
    let output = mlp()
        .current_dir(folder)
        .args(arguments.split(' '))
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.lines().count() <= 2, "{arguments}: {message}");
    (output.status.code(), message)
}

#[test]
fn what_is_there_stays_unless_force_is_given() {
    let folder = folder();
    let path = folder.path();
    for (command, start) in [
        ("predict run t.csv", "prediction,"),
        ("data moons", "x,y,class"),
        ("export run --to json", "{"),
    ] {
        let precious = path.join("precious");
        fs::write(&precious, "thesis").unwrap();
        let (code, message) = run(path, &format!("{command} --out precious"));
        assert_eq!(code, Some(2), "{command}");
        assert!(
            message.contains("precious exists") && message.contains("--force"),
            "{message}"
        );
        assert_eq!(fs::read(&precious).unwrap(), b"thesis");
        assert_eq!(
            run(path, &format!("{command} --out precious --force")).0,
            Some(0)
        );
        let written = fs::read_to_string(&precious).unwrap();
        assert!(written.starts_with(start), "{written}");
        fs::remove_file(&precious).unwrap();
        assert_eq!(run(path, &format!("{command} --out precious")).0, Some(0));
        assert_eq!(fs::read_to_string(&precious).unwrap(), written);
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_over_what_is_read_by_whatever_name() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let path = folder.path();
    symlink("t.csv", path.join("soft.csv")).unwrap();
    fs::hard_link(path.join("t.csv"), path.join("hard.csv")).unwrap();
    symlink("run", path.join("alias")).unwrap();
    let absolute = path.join("t.csv");
    let absolute = absolute.to_str().unwrap();
    let before = fs::read(path.join("t.csv")).unwrap();
    let model = fs::read(path.join("run/model.safetensors")).unwrap();
    for name in [
        "t.csv",
        "./t.csv",
        "run/../t.csv",
        "soft.csv",
        "hard.csv",
        absolute,
    ] {
        for command in ["predict run t.csv", "predict run soft.csv", "data t.csv"] {
            let (code, message) = run(path, &format!("{command} --force --out {name}"));
            assert_eq!(code, Some(2), "{command} {name}");
            assert!(message.contains("is what is read"), "{message}");
        }
    }
    for (command, name) in [
        ("export run", "run/model.safetensors"),
        ("export run", "alias/model.safetensors"),
        (
            "export run/model.safetensors --to npz",
            "alias/model.safetensors",
        ),
        ("predict run t.csv", "run/model.safetensors"),
    ] {
        let (code, message) = run(path, &format!("{command} --force --out {name}"));
        assert_eq!(code, Some(2), "{command} {name}: {message}");
    }
    assert_eq!(fs::read(path.join("t.csv")).unwrap(), before);
    assert_eq!(fs::read(path.join("run/model.safetensors")).unwrap(), model);
    // Standard input and output are files, too.
    let redirected = |stdin: &str, arguments: &[&str], stdout: Stdio| {
        Command::new(env!("CARGO_BIN_EXE_mlp"))
            .current_dir(path)
            .args(arguments)
            .stdin(File::open(path.join(stdin)).unwrap())
            .stdout(stdout)
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .code()
    };
    let named = ["predict", "run", "-", "--force", "--out", "hard.csv"];
    assert_eq!(redirected("t.csv", &named, Stdio::null()), Some(2));
    let appended = File::options()
        .append(true)
        .open(path.join("t.csv"))
        .unwrap();
    let code = redirected(
        "run/experiment.toml",
        &["predict", "run", "t.csv"],
        appended.into(),
    );
    assert_eq!(code, Some(2));
    assert_eq!(fs::read(path.join("t.csv")).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn leftovers_go_and_links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let path = folder.path();
    let names = || -> Vec<String> {
        let entries = fs::read_dir(path).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    fs::write(path.join(".mlp-unfinished-7-0-x.csv"), "half").unwrap();
    fs::write(path.join("run/.mlp-unfinished-7-0-nets.parquet"), "half").unwrap();
    fs::create_dir_all(path.join("run/figures")).unwrap();
    fs::write(path.join("run/figures/.mlp-unfinished-abc"), "half").unwrap();
    // Somebody else's, which is alive.
    let living = File::create(path.join(".mlp-unfinished-living")).unwrap();
    living.lock().unwrap();
    symlink("nowhere", path.join("dangling.csv")).unwrap();
    assert_eq!(run(path, "data moons --out new.csv").0, Some(0));
    assert_eq!(
        names(),
        [
            ".mlp-unfinished-living",
            "dangling.csv",
            "new.csv",
            "run",
            "t.csv"
        ]
    );
    let (code, message) = run(path, "data moons --out dangling.csv");
    assert_eq!(code, Some(2), "{message}");
    assert!(!path.join("nowhere").exists());
    // The link itself gives way to the file, and what it leads to stays.
    symlink("precious", path.join("link.csv")).unwrap();
    for (link, target) in [("dangling.csv", "nowhere"), ("link.csv", "precious")] {
        if link == "link.csv" {
            fs::write(path.join(target), "thesis").unwrap();
        }
        assert_eq!(run(path, &format!("data moons --out {link}")).0, Some(2));
        assert_eq!(
            run(path, &format!("data moons --out {link} --force")).0,
            Some(0)
        );
        assert!(path.join(link).symlink_metadata().unwrap().is_file());
        assert!(
            fs::read_to_string(path.join(link))
                .unwrap()
                .starts_with("x,y")
        );
    }
    assert!(!path.join("nowhere").exists());
    assert_eq!(fs::read(path.join("precious")).unwrap(), b"thesis");
    for name in ["link.csv", "precious"] {
        fs::remove_file(path.join(name)).unwrap();
    }
    drop(living);
    assert_eq!(run(path, "data moons --out new.csv --force").0, Some(0));
    assert_eq!(names(), ["dangling.csv", "new.csv", "run", "t.csv"]);
    assert_eq!(run(path, "plot run --figures svg").0, Some(0));
    assert!(!path.join("run/.mlp-unfinished-7-0-nets.parquet").exists());
    assert!(!path.join("run/figures/.mlp-unfinished-abc").exists());
}

#[cfg(unix)]
#[test]
fn a_lock_that_is_a_link_makes_no_file_elsewhere() {
    let folder = folder();
    let out = folder.path().join("other");
    fs::create_dir(&out).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    std::os::unix::fs::symlink(&elsewhere, out.join(".lock")).unwrap();
    let out = out.to_str().unwrap();
    let message = refused(&["train", "moons", "--steps", "1", "--out", out], 1);
    assert!(
        message.contains(".lock") || message.contains("other"),
        "{message}"
    );
    assert!(!elsewhere.exists());
}

#[test]
fn a_hyphen_is_standard_output() {
    let folder = folder();
    let printed = |out: &[&str]| {
        let output = mlp()
            .current_dir(folder.path())
            .args(["data", "moons"])
            .args(out)
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };
    assert_eq!(printed(&["--out", "-"]), printed(&[]));
    assert_eq!(printed(&["--out", "/dev/stdout"]), printed(&[]));
    assert!(!folder.path().join("-").exists());
}

#[test]
fn what_a_run_needs_is_not_written_over_by_force_either() {
    let folder = folder();
    let path = folder.path();
    let bytes = || -> Vec<Vec<u8>> {
        let names = [
            "manifest.json",
            "experiment.toml",
            "state.bin",
            "model.safetensors",
            "nets.parquet",
            "journal/000001.bin",
        ];
        names
            .map(|name| fs::read(path.join("run").join(name)).unwrap())
            .to_vec()
    };
    let before = bytes();
    fs::create_dir(path.join("other")).unwrap();
    for name in [
        "run/manifest.json",
        "run/experiment.toml",
        "run/state.bin",
        "run/nets.parquet",
        "run/journal/000001.bin",
        "run/weights-0.npz",
        "other/../run/state.bin",
    ] {
        for command in ["predict run t.csv", "data moons", "export run --to json"] {
            for force in ["", " --force"] {
                let (code, message) = run(path, &format!("{command} --out {name}{force}"));
                assert_eq!(code, Some(2), "{command} {name}: {message}");
                assert!(
                    message.contains(&format!("{name} belongs to the run in")),
                    "{message}"
                );
            }
        }
    }
    assert!(bytes() == before);
    for name in ["run/predictions.csv", "run/report.html", "nets.csv"] {
        let (code, message) = run(path, &format!("data moons --out {name}"));
        assert_eq!(code, Some(0), "{name}: {message}");
    }
}

#[test]
fn messages_name_the_file_that_was_asked_for() {
    let folder = folder();
    let path = folder.path();
    let long = "x".repeat(300);
    fs::create_dir(path.join("folder")).unwrap();
    for name in ["t.csv/x", "none/x", "folder", "folder/", "new/", &long] {
        for force in ["", " --force"] {
            let (code, message) = run(path, &format!("data moons --out {name}{force}"));
            assert!(code == Some(1) || code == Some(2), "{name}");
            assert!(
                message.contains(name) && !message.contains("unfinished"),
                "{message}"
            );
        }
    }
}
