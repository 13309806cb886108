//! Files and arguments that ask for more than there is, or mean harm: refused in a line, before memory or time is spent.

use std::{fs, path::Path, process::Output};

use crate::{mlp, refused};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hostile");

/// Ends in a refusal of one or two lines; what it says.
fn refusal(output: Output) -> String {
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(
        message.starts_with("error: ") && message.lines().count() <= 2 && message.len() < 1000,
        "{message}"
    );
    message
}

#[test]
fn damaged_parquet_files_are_refused_without_a_word_of_a_panic() {
    for name in ["damaged-page.parquet", "damaged-footer.parquet"] {
        let path = Path::new(FIXTURES).join(name);
        let message = refused(&["train", path.to_str().unwrap(), "--steps", "1"], 2);
        assert!(message.contains("cannot be read as Parquet"), "{message}");
        assert!(!message.contains("panicked"), "{message}");
    }
}

#[test]
fn a_line_of_a_million_cells_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    for delimiter in [",", ";", "\t"] {
        fs::write(&path, delimiter.repeat(1 << 20) + "\n1\n").unwrap();
        let message = refused(&["train", path.to_str().unwrap(), "--steps", "1"], 2);
        assert!(
            message.contains("line 1: the table has 1048577 columns, and at most 1048576 are read"),
            "{message}"
        );
    }
}

#[test]
fn a_long_cell_is_quoted_in_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let name = path.to_str().unwrap();
    let long = "long cell ".repeat(100_000);
    for (text, options) in [
        (format!("a,y\n1,0\n2,1\n{long},0\n3,1\n"), &[][..]),
        (
            format!("a,y\n1,0\n2,{long}\n3,1\n"),
            &["--task", "regression"][..],
        ),
        (
            format!("a,{long}\n1,0\n2,x\n3,1\n"),
            &["--task", "regression"][..],
        ),
        (format!("{long},{long}\n1,0\n2,1\n"), &[][..]),
    ] {
        fs::write(&path, text).unwrap();
        let output = mlp()
            .args(["train", name, "--steps", "1"])
            .args(options)
            .output();
        refusal(output.unwrap());
    }
}

#[test]
fn more_tensors_than_a_network_has_layers_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.safetensors");
    let entries = (0..50_000).flat_map(|layer| {
        ["weight", "bias"].map(|kind| {
            let shape = if kind == "weight" { "[1,1]" } else { "[1]" };
            format!(r#""layers.{layer}.{kind}":{{"dtype":"F32","shape":{shape},"data_offsets":"#)
        })
    });
    let entries = entries
        .enumerate()
        .map(|(at, entry)| format!("{entry}[{},{}]}}", 4 * at, 4 * at + 4));
    let header = format!("{{{}}}", entries.collect::<Vec<_>>().join(","));
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(vec![0; 4 * 100_000]);
    fs::write(&path, bytes).unwrap();
    let message = refused(
        &["train", "moons", "--init-from", path.to_str().unwrap()],
        2,
    );
    assert!(
        message.contains("49999 hidden layers, and at most 10000 are trained"),
        "{message}"
    );
}

#[test]
fn absurd_numbers_are_refused_with_the_sum() {
    for (command, sum) in [
        (
            "train moons --depth 100000000",
            "100000000 hidden layers of 16, 2.7e10 parameters",
        ),
        (
            "map moons --x lr=log:1e-3:1:1000000 --y wd=log:1e-3:1:1000000",
            "1000000 x 1000000 x 1 = 1.0e12 networks (each key's values, and the seeds of a cell), which leave at least 100 TB",
        ),
        (
            "population moons --nets 1000000000000",
            "1000000000000 = 1.0e12 networks",
        ),
        (
            "population moons --nets 10000000000 --record every:1",
            "10000000000 networks leave about ",
        ),
        ("train moons --hidden 1000000,1000000", "GiB are free"),
        ("train moons --hidden 1000000000000,1000000000000", ""),
        ("train moons --samples 1000000000000", "of memory"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let output = mlp()
            .args(command.split(' '))
            .current_dir(&folder)
            .output()
            .unwrap();
        let message = refusal(output);
        assert!(message.contains(sum), "{command}: {message}");
        assert!(
            fs::read_dir(&folder).unwrap().next().is_none(),
            "{command} left something"
        );
    }
}

#[test]
fn control_characters_of_data_reach_neither_terminal_nor_picture() {
    let folder = tempfile::tempdir().unwrap();
    let rows = (0..60).map(|row| {
        let class = if row % 2 == 0 {
            "red\u{1b}[31m"
        } else {
            "bl\u{7}ue"
        };
        format!("{row},{},{class}\n", row % 7)
    });
    let text = format!("a\u{1b}]0;x,b\u{9b}2J,kind\n{}", rows.collect::<String>());
    fs::write(folder.path().join("t.csv"), text).unwrap();
    let output = mlp()
        .args("train t.csv --steps 20 --figures svg --out".split(' '))
        .arg("my run")
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    for text in &said {
        assert!(!text.contains(obeyed), "{text:?}");
    }
    // A folder's name is quoted for the shell.
    assert!(
        said[0].contains("mlp predict 'my run' NEW.csv"),
        "{}",
        said[0]
    );
    let figures = fs::read_dir(folder.path().join("my run/figures")).unwrap();
    let report = folder.path().join("my run/report.html");
    let mut seen = 0;
    for path in figures.map(|entry| entry.unwrap().path()).chain([report]) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(obeyed), "{}", path.display());
        seen += 1;
    }
    assert!(seen > 2);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        fs::File,
        io::{BufRead, BufReader, Write},
        process::{Command, Stdio},
    };

    use super::*;

    #[test]
    fn devices_without_end_are_no_files() {
        let zeros = || Stdio::from(File::open("/dev/zero").unwrap());
        let random = || Stdio::from(File::open("/dev/urandom").unwrap());
        let train = |from: Stdio, arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mlp"));
            refusal(
                command
                    .arg("train")
                    .args(arguments)
                    .stdin(from)
                    .output()
                    .unwrap(),
            )
        };
        for from in [zeros(), random()] {
            train(from, &["-", "--steps", "1"]);
        }
        train(Stdio::null(), &["/dev/zero", "--steps", "1"]);
        let message = train(Stdio::null(), &["moons", "--config", "/dev/zero"]);
        assert!(message.contains("more than 16 MiB"), "{message}");
    }

    #[test]
    fn a_pipe_without_a_writer_is_told_and_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let start = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mlp"));
            command
                .args("train pipe --steps 5 --figures none --out run --force".split(' '))
                .current_dir(&folder)
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let waits = |child: &mut std::process::Child| {
            let mut line = String::new();
            let mut said = BufReader::new(child.stderr.take().unwrap());
            said.read_line(&mut line).unwrap();
            assert!(line.starts_with("pipe is a pipe: waiting"), "{line}");
        };
        let mut child = start();
        waits(&mut child);
        let sent = Command::new("kill").arg(child.id().to_string()).status();
        assert!(sent.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(143));
        let mut child = start();
        waits(&mut child);
        let mut into = File::options().write(true).open(&pipe).unwrap();
        let rows = (0..40).map(|row| format!("{row},{}\n", row % 2));
        write!(into, "x,kind\n{}", rows.collect::<String>()).unwrap();
        drop(into);
        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn a_limit_of_the_address_space_is_heeded() {
        let folder = tempfile::tempdir().unwrap();
        let command =
            "ulimit -v 2000000; exec \"$0\" train moons --hidden 20000,20000 --threads 1 --out run";
        let output = Command::new("sh")
            .args(["-c", command, env!("CARGO_BIN_EXE_mlp")])
            .current_dir(&folder)
            .output()
            .unwrap();
        let message = refusal(output);
        assert!(
            message.contains("training 2-20000-20000-1 takes 3.1 GiB of memory, and 1."),
            "{message}"
        );
    }
}
