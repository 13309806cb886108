//! docs/decisions.md: every command of the page is run on the table that it is about, and what the page shows of the answers
//! is in them.

use std::{fmt::Write, fs, path::Path, process::Command};

use crate::mlp;

#[path = "../../../../examples/churn/table.rs"]
mod table;

const PAGE: &str = include_str!("../../../../docs/decisions.md");

/// A command of the page, and lines that its answer has.
struct Step {
    command: String,
    shown: Vec<String>,
}

/// The commands in the page's blocks of a console: `$ mlp ...`, perhaps over several lines, then what is shown.
fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let blocks = PAGE.split("```console\n").skip(1);
    for line in blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines()) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                command: command.to_owned(),
                shown: Vec::new(),
            }),
            (None, Some(step)) if step.command.ends_with('\\') && step.shown.is_empty() => {
                step.command.pop();
                step.command.push_str(line.trim());
            }
            (None, Some(step)) if line != "..." => step.shown.push(line.to_owned()),
            (None, _) => {}
        }
    }
    steps
}

/// Words parted by one blank.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs a command of the page in a folder; everything that it says.
fn run(folder: &Path, command: &str) -> String {
    let (arguments, file) = match command.split_once(" > ") {
        Some((arguments, file)) => (arguments, Some(file)),
        None => (command, None),
    };
    let arguments = arguments.strip_prefix("mlp ").expect("a command of mlp");
    let output = mlp()
        .current_dir(folder)
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{command}: {said}");
    let answer = String::from_utf8(output.stdout).unwrap();
    if let Some(file) = file {
        fs::write(folder.join(file), &answer).unwrap();
    }
    answer + &said
}

#[test]
fn the_page_of_decisions_is_true() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), table::customers()).unwrap();
    fs::write(folder.join("new.csv"), table::new_customers()).unwrap();
    let steps = steps();
    let of_mlp: Vec<&Step> = steps
        .iter()
        .filter(|step| step.command.starts_with("mlp "))
        .collect();
    assert!(of_mlp.len() >= 7);
    for step in of_mlp {
        let said = run(folder, &step.command);
        let lines: Vec<String> = said.lines().map(plain).collect();
        for shown in &step.shown {
            let shown = plain(shown);
            let is_there = match shown.strip_suffix(" ...") {
                Some(start) => lines.iter().any(|line| line.starts_with(start)),
                None => lines.contains(&shown),
            };
            assert!(is_there, "{}\nlacks\n{shown}\nin\n{said}", step.command);
        }
    }
    answers_of_c(folder);
}

/// The header of the page answers every new customer as `mlp predict` did, to 1e-6, and refuses the same.
#[cfg(unix)]
fn answers_of_c(folder: &Path) {
    let rows = fs::read_to_string(folder.join("new.csv")).unwrap();
    let mut main = "#include <stdio.h>\n#include \"churn.h\"\nint main(void) {\n    double zero = 0.0, p[2];\n".to_owned();
    for row in rows.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let text = |cell: &str| match cell {
            "" => "0".to_owned(),
            cell => format!("\"{cell}\""),
        };
        let number = |cell: &str| match cell {
            "" => "zero / zero".to_owned(),
            cell => cell.to_owned(),
        };
        let since: Vec<&str> = cells[1]
            .split('-')
            .map(|part| part.trim_start_matches('0'))
            .collect();
        let _ = write!(
            main,
            "    {{\n        churn_row row = {{churn_days({}), {}, {}, {}, {}, {}, {}}};\n        \
             if (churn_predict_row(&row, p)) printf(\"-\\n\");\n        \
             else printf(\"%s %.17g %.17g\\n\", churn_classes[churn_predict_class_of_row(&row)], p[0], p[1]);\n    }}\n",
            since.join(", "),
            number(cells[2]),
            text(cells[3]),
            text(cells[4]),
            number(cells[5]),
            cells[6],
            text(cells[7])
        );
    }
    fs::write(folder.join("main.c"), main + "    return 0;\n}\n").unwrap();
    let compiler = std::env::var_os("CC").unwrap_or("cc".into());
    let arguments = ["-std=c99", "-Wall", "-Werror", "-o", "main", "main.c"];
    let built = Command::new(compiler)
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let printed = Command::new(folder.join("main")).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let expected = fs::read_to_string(folder.join("decisions.csv")).unwrap();
    let mut refused = 0;
    assert_eq!(printed.lines().count(), 200);
    for (found, expected) in printed.lines().zip(expected.lines().skip(1)) {
        let expected: Vec<&str> = expected.split(',').collect();
        let [_, class, first, second] = expected[..] else {
            panic!("{expected:?}");
        };
        if class.is_empty() {
            assert_eq!(found, "-");
            refused += 1;
            continue;
        }
        let found: Vec<&str> = found.split(' ').collect();
        assert_eq!(found[0], class);
        for (found, expected) in found[1..].iter().zip([first, second]) {
            let (found, expected): (f64, f64) = (found.parse().unwrap(), expected.parse().unwrap());
            assert!((found - expected).abs() <= 1e-6, "{found} for {expected}");
        }
    }
    assert_eq!(refused, 3);
}

#[cfg(not(unix))]
fn answers_of_c(_folder: &Path) {}
