//! `--quiet` prints errors only, whatever the command.

use crate::mlp;

#[test]
fn every_command_can_be_quiet() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &str| {
        let output = mlp()
            .current_dir(folder.path())
            .args(arguments.split(' '))
            .arg("--quiet")
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments}: {message}");
        assert!(
            output.stdout.is_empty(),
            "{arguments} prints to standard output"
        );
        assert!(message.is_empty(), "{arguments}: {message}");
    };
    run("train moons --steps 3 --figures svg --out t");
    run("train moons --steps 3 --json");
    run("train moons --dry-run");
    run("population moons --nets 2 --steps 3 --figures none --out p");
    run("map moons --x lr=0.1,1 --steps 3 --figures none --out m");
    run("run p/experiment.toml --out p2");
    run("data moons");
    run("data moons --out moons.csv");
    run("predict t moons.csv");
    run("predict t moons.csv --out answers.csv");
    run("evaluate t moons.csv");
    run("evaluate t moons --json");
    run("list");
    run("list keys");
    run("plot t");
    let answers = std::fs::read_to_string(folder.path().join("answers.csv")).unwrap();
    assert_eq!(answers.lines().count(), 257);
}
