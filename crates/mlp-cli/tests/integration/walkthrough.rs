//! docs/decisions.md: every command of the page is run on the table that it is about, and what the page shows of the answers
//! is in them.

use std::{fmt::Write, fs, path::Path, process::Command};

use crate::book::follow;

#[path = "../../../../examples/churn/table.rs"]
mod table;

const PAGE: &str = include_str!("../../../../docs/decisions.md");

#[test]
fn the_page_of_decisions_is_true() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), table::customers()).unwrap();
    fs::write(folder.join("new.csv"), table::new_customers()).unwrap();
    let faults = follow::page(PAGE, folder);
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    answers_of_c(folder);
}

/// The header of the page answers every new customer as `mlp predict` did, to 1e-6, and refuses the same.
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
