use super::*;
use crate::table::{DateOrder, TableFormat, ThousandsMark};

fn reading() -> Reading {
    Reading::of(&TableFormat::default())
}

fn pushed(cells: &[&str], task: TaskChoice) -> TargetColumn {
    let mut column = TargetColumn::new(task, None, reading());
    for (cell, line) in cells.iter().zip(1..) {
        column
            .push(TableCell::of(cell), Place::Line(line), "t.csv")
            .unwrap();
    }
    column
}

fn column(
    cells: &[&str],
    task: TaskChoice,
) -> Result<FinishedTarget, (Option<Place>, TableProblem)> {
    let mut column = pushed(cells, task);
    let gaps = column
        .settle()
        .map_err(|(place, problem)| (Some(place), problem))?;
    let kept: Vec<bool> = (0..cells.len())
        .map(|row| gaps.iter().all(|(gap, _)| *gap != row))
        .collect();
    column.keep(&kept);
    column.finish()
}

fn classes(cells: &[&str], task: TaskChoice) -> (Vec<u32>, Vec<String>) {
    match column(cells, task).unwrap() {
        FinishedTarget::Classes { labels, names, .. } => (labels, names),
        FinishedTarget::Numbers(_) => panic!("classes were expected"),
    }
}

#[test]
fn classes_are_sorted_numerically_then_bytewise() {
    let (labels, names) = classes(&["b", "10", "9", "B", "a", "10.0", "b"], TaskChoice::Auto);
    // Beside text numbers are names, as they are written.
    assert_eq!(names, ["9", "10", "10.0", "B", "a", "b"]);
    assert_eq!(labels, [5, 1, 0, 3, 4, 2, 5]);
}

#[test]
fn at_most_twenty_distinct_integers_are_classes() {
    let cells: Vec<String> = (0..21).map(|i| (i - 3).to_string()).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    assert_eq!(classes(&cells[..20], TaskChoice::Auto).1.len(), 20);
    assert!(matches!(
        column(&cells, TaskChoice::Auto),
        Ok(FinishedTarget::Numbers(_))
    ));
    assert_eq!(classes(&cells, TaskChoice::Classification).1[0], "-3");
    assert!(matches!(
        column(&["1", "2.5"], TaskChoice::Auto),
        Ok(FinishedTarget::Numbers(_))
    ));
    assert!(matches!(
        column(&["1", "2"], TaskChoice::Regression),
        Ok(FinishedTarget::Numbers(_))
    ));
    assert_eq!(classes(&["-0", "0", "1"], TaskChoice::Auto).1, ["0", "1"]);
}

#[test]
fn classes_asked_for_are_called_as_they_are_written() {
    let task = TaskChoice::Classification;
    assert_eq!(
        classes(&["1.10", "1.1", "1.2"], task),
        (
            vec![1, 0, 2],
            ["1.1", "1.10", "1.2"].map(str::to_owned).to_vec()
        )
    );
    let big = ["9007199254740993", "9007199254740992"];
    assert_eq!(classes(&big, task).0, [1, 0]);
    assert_eq!(
        classes(&["7", "007", "1E5", "b", "100000"], task).1,
        ["007", "7", "100000", "1E5", "b"]
    );
    assert_eq!(classes(&["3,0", "2,5", "3,0"], task).1, ["2,5", "3,0"]);
    assert_eq!(
        classes(&["0", "1", "-", "1"], task),
        (vec![0, 1, 1], ["0", "1"].map(str::to_owned).to_vec())
    );
    let renamed = |cells: &[&str], task| match column(cells, task).unwrap() {
        FinishedTarget::Classes { renamed, .. } => renamed,
        FinishedTarget::Numbers(_) => panic!("classes were expected"),
    };
    assert!(renamed(&["1.0", "2.0"], TaskChoice::Auto) && renamed(&["+1", "-1"], TaskChoice::Auto));
    assert!(!renamed(&["1", "2"], TaskChoice::Auto) && !renamed(&["01", "2"], task));
}

#[test]
fn codes_are_called_as_they_are_written() {
    let auto = TaskChoice::Auto;
    assert_eq!(
        classes(&["02", "01", "3", "01"], auto),
        (
            vec![1, 0, 2, 0],
            ["01", "02", "3"].map(str::to_owned).to_vec()
        )
    );
    assert_eq!(classes(&["1E5", "2E5"], auto).1, ["1E5", "2E5"]);
    match column(&["01", "2"], auto).unwrap() {
        FinishedTarget::Classes { renamed, .. } => assert!(!renamed),
        FinishedTarget::Numbers(_) => panic!("classes were expected"),
    }
    // A program's way to write a float is not a name.
    assert_eq!(classes(&["1.000e+00", "0.000e+00"], auto).1, ["0", "1"]);
}

#[test]
fn classes_that_are_known_are_found_by_value_unless_zeros_lead() {
    let found = |known: &[&str], cell: &str| {
        let known: Vec<String> = known.iter().map(|&name| name.to_owned()).collect();
        let mut column = TargetColumn::new(TaskChoice::Classification, Some(&known), reading());
        let pushed = column.push(TableCell::of(cell), Place::Line(2), "t.csv");
        pushed.is_ok().then(|| column.values[0])
    };
    assert_eq!(found(&["0", "1"], "1.0"), Some(1.0));
    assert_eq!(found(&["0.0", "1.0"], "1"), Some(1.0));
    assert_eq!(found(&["007", "008"], "007"), Some(0.0));
    assert_eq!(found(&["0", "1"], "01"), None);
    assert_eq!(found(&["007", "008"], "07"), None);
    assert_eq!(found(&["007", "008"], "7"), None);
}

#[test]
fn a_target_that_is_declared_as_text_is_classes() {
    let strings = |cells: &[&str], task| {
        let mut column = TargetColumn::new(task, None, reading());
        column.declare_text();
        for (cell, line) in cells.iter().zip(1..) {
            column
                .push(TableCell::of(cell), Place::Line(line), "t.csv")
                .unwrap();
        }
        let gaps = column
            .settle()
            .map_err(|(_, problem)| problem.to_string())?;
        let kept: Vec<bool> = (0..cells.len())
            .map(|row| gaps.iter().all(|(gap, _)| *gap != row))
            .collect();
        column.keep(&kept);
        column.finish().map_err(|(_, problem)| problem.to_string())
    };
    let auto = TaskChoice::Auto;
    match strings(&["1.0", "2", "-", "01"], auto).unwrap() {
        FinishedTarget::Classes { names, labels, .. } => {
            assert_eq!(names, ["01", "1.0", "2"]);
            assert_eq!(labels, [1, 2, 0]);
        }
        FinishedTarget::Numbers(_) => panic!("classes were expected"),
    }
    let problem = strings(&["1.5", "2.25", "3"], auto).unwrap_err();
    assert!(
        problem.contains("`1.5` is a number in a column that is declared as text")
            && problem.contains("--task regression"),
        "{problem}"
    );
    assert_eq!(
        strings(&["1.5", "2.25", "3"], TaskChoice::Regression),
        Ok(FinishedTarget::Numbers(vec![1.5, 2.25, 3.0]))
    );
    assert!(
        strings(&["$3.00", "$4.00"], auto)
            .unwrap_err()
            .contains("an amount of money")
    );
}

#[test]
fn text_among_measurements_is_refused() {
    let (place, problem) = column(&["1.5", "2", "oops", "3"], TaskChoice::Auto).unwrap_err();
    assert_eq!(place, Some(Place::Line(3)));
    assert!(matches!(problem, TableProblem::NotANumber { cell, .. } if cell == "oops"));
    assert!(column(&["1", "a"], TaskChoice::Regression).is_err());
    assert_eq!(
        classes(&["1.5", "a"], TaskChoice::Classification).1,
        ["1.5", "a"]
    );
}

#[test]
fn numbers_in_disguise_are_no_classes_unless_asked_for() {
    for task in [TaskChoice::Auto, TaskChoice::Regression] {
        let (place, problem) = column(&["2", "$3.00", "$2.50"], task).unwrap_err();
        assert_eq!(place, Some(Place::Line(2)));
        let problem = problem.to_string();
        assert!(
            problem.contains("`$3.00` is an amount of money"),
            "{problem}"
        );
        assert_eq!(
            problem.contains("--task classification"),
            task == TaskChoice::Auto
        );
    }
    assert_eq!(
        classes(&["yes", "no", "-"], TaskChoice::Auto).1,
        ["-", "no", "yes"]
    );
    assert_eq!(classes(&["1", "0", "-"], TaskChoice::Auto).1, ["0", "1"]);
}

#[test]
fn amounts_are_numbers_however_few() {
    let format = TableFormat {
        thousands: Some(ThousandsMark::Comma),
        units: vec!["%".to_owned()],
        ..TableFormat::default()
    };
    let reading = Reading::of(&format);
    let numbers = |cells: &[&str], task| {
        let mut column = TargetColumn::new(task, None, reading.clone());
        for cell in cells {
            column
                .push(reading.cell(cell), Place::Line(1), "t.csv")
                .unwrap();
        }
        column.finish().unwrap()
    };
    let auto = TaskChoice::Auto;
    assert_eq!(
        numbers(&["3,000", "2"], auto),
        FinishedTarget::Numbers(vec![3000.0, 2.0])
    );
    assert_eq!(
        numbers(&["30%", "25 %"], auto),
        FinishedTarget::Numbers(vec![30.0, 25.0])
    );
    assert!(matches!(
        numbers(&["3000", "2"], auto),
        FinishedTarget::Classes { .. }
    ));
    let FinishedTarget::Classes { names, .. } =
        numbers(&["3,000", "2"], TaskChoice::Classification)
    else {
        panic!("classes were expected")
    };
    assert_eq!(names, ["2", "3,000"]);
}

#[test]
fn dates_asked_for_are_numbers_of_days() {
    let format = TableFormat {
        dates: Some(DateOrder::Ymd),
        ..TableFormat::default()
    };
    let mut column = TargetColumn::new(TaskChoice::Auto, None, Reading::of(&format));
    for cell in ["1970-01-03", "-", "1970-01-02"] {
        column
            .push(TableCell::of(cell), Place::Line(1), "t.csv")
            .unwrap();
    }
    let gaps = column.settle().unwrap();
    assert!(column.is_dates() && gaps.len() == 1 && gaps[0].0 == 1);
    column.keep(&[true, false, true]);
    assert_eq!(column.finish(), Ok(FinishedTarget::Numbers(vec![2.0, 1.0])));
}

#[test]
fn a_single_class_and_missing_cells_are_refused() {
    let (place, problem) = column(&["a", "a"], TaskChoice::Auto).unwrap_err();
    assert!(place.is_none());
    assert_eq!(
        problem.to_string(),
        "every row is of class `a`; at least two classes are needed; name the column to learn with --target"
    );
    assert!(column(&["7", "7"], TaskChoice::Auto).is_err());
    for cell in ["", "NA", "nan", "inf"] {
        let mut column = TargetColumn::new(TaskChoice::Auto, None, reading());
        let pushed = column.push(TableCell::of(cell), Place::Line(1), "t.csv");
        assert!(pushed.is_err());
    }
}

#[test]
fn classes_given_keep_their_labels() {
    let labels = |names: &[&str], cells: &[&str]| {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut column = TargetColumn::new(TaskChoice::Auto, Some(&names), reading());
        for cell in cells {
            let pushed = column.push(TableCell::of(cell), Place::Line(1), "t.csv");
            if pushed.is_err() {
                return None;
            }
        }
        match column.finish().unwrap() {
            FinishedTarget::Classes {
                labels,
                names: kept,
                ..
            } => {
                assert_eq!(kept, names);
                Some(labels)
            }
            FinishedTarget::Numbers(_) => None,
        }
    };
    assert_eq!(
        labels(&["no", "1", "yes"], &["yes", "1.0", "yes"]),
        Some(vec![2, 1, 2])
    );
    assert_eq!(labels(&["no", "yes"], &["maybe"]), None);
    // As the test file of UCI's adult has them.
    assert_eq!(
        labels(&["<=50K", ">50K"], &[">50K.", "<=50K"]),
        Some(vec![1, 0])
    );
    // What is spelled alike comes before what is of the same value, and a code has none.
    assert_eq!(
        labels(&["007", "7"], &["007", "7", "7.0"]),
        Some(vec![0, 1, 1])
    );
    assert_eq!(
        labels(&["1.1", "1.10"], &["1.10", "1.1", "1.100"]),
        Some(vec![1, 0, 0])
    );
    let big = ["9007199254740992", "9007199254740993"];
    assert_eq!(labels(&big, &big), Some(vec![0, 1]));
    let column = TargetColumn::new(TaskChoice::Auto, Some(&["0".to_owned()]), reading());
    assert_eq!(column.missing(TableCell::of("-")), Some("-"));
}
