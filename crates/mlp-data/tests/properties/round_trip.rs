//! What is written reads back to the same bits.

use mlp_data::table::{
    CsvOptions, Delimiter, TableFormat, TaskChoice, format_number, read_csv, write_csv,
};
use mlp_data::{Dataset, Targets, generate};
use ndarray::Array2;
use proptest::prelude::*;

fn finite() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |x| x.is_finite()),
        -1e3..1e3f64,
        (-50i32..50).prop_map(f64::from),
        Just(-0.0),
        Just(5e-324),
        Just(f64::MAX),
    ]
}

/// Names as people give them, with all that needs quoting inside.
fn name() -> impl Strategy<Value = String> {
    // Words that stand for a missing or infinite value are not names of classes.
    "[a-z][a-z ,;\"\t|é()\n-]{0,8}[a-z]".prop_filter("a word of its own", |word| {
        !["nan", "inf", "na", "nd", "nil", "none", "null"].contains(&word.as_str())
    })
}

fn table(columns: usize) -> impl Strategy<Value = (Vec<String>, Vec<Vec<f64>>)> {
    let names =
        prop::collection::hash_set(name(), columns).prop_map(|set| set.into_iter().collect());
    let rows = prop::collection::vec(prop::collection::vec(finite(), columns), 1..20);
    (names, rows)
}

fn matrix(rows: &[Vec<f64>], from: usize, to: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows.len(), to - from), |(row, column)| {
        rows[row][from + column]
    })
}

fn bits(values: &Array2<f64>) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn read_back(set: &Dataset, options: &CsvOptions) -> Dataset {
    let mut text = Vec::new();
    write_csv(set, &mut text).unwrap();
    read_csv(&text[..], set.name(), options).unwrap()
}

proptest! {
    #[test]
    fn numbers_read_back_to_the_same_bits(number in finite()) {
        prop_assert_eq!(format_number(number).parse::<f64>().unwrap().to_bits(), number.to_bits());
    }

    #[test]
    fn regressions_round_trip((names, rows) in (2usize..6).prop_flat_map(table), outputs in 1usize..3) {
        let width = names.len();
        let features = width - outputs.min(width - 1);
        let values = matrix(&rows, features, width);
        let targets = Targets::Values { values: values.clone(), names: names[features..].to_vec() };
        let inputs = matrix(&rows, 0, features);
        let set = Dataset::new("round", names[..features].to_vec(), inputs.clone(), targets).unwrap();
        let options = CsvOptions {
            target: names[features..].to_vec(),
            task: TaskChoice::Regression,
            format: TableFormat {
                header: Some(true),
                delimiter: Some(Delimiter::COMMA),
                ..Default::default()
            },
            ..Default::default()
        };
        let read = read_back(&set, &options);
        prop_assert_eq!(read.feature_names(), &names[..features]);
        prop_assert_eq!(bits(&read.inputs().to_owned()), bits(&inputs));
        let Targets::Values { values: read, .. } = read.targets() else { panic!("a regression went in") };
        prop_assert_eq!(bits(read), bits(&values));
    }

    #[test]
    fn classes_round_trip(
        (names, rows) in (1usize..5).prop_flat_map(table),
        classes in prop::collection::btree_set(name(), 2..5),
        seed in any::<u32>(),
    ) {
        prop_assume!(rows.len() >= classes.len());
        let classes: Vec<String> = classes.into_iter().collect();
        let labels: Vec<u32> = (0..rows.len() as u32).map(|row| (row + seed % 7) % classes.len() as u32).collect();
        let inputs = matrix(&rows, 0, names.len());
        let targets = Targets::Classes { labels, names: classes };
        let set = Dataset::new("round", names, inputs, targets).unwrap().with_class_column("CLASS").unwrap();
        let read = read_back(&set, &CsvOptions { format: TableFormat { delimiter: Some(Delimiter::COMMA), ..Default::default() }, ..Default::default() });
        prop_assert_eq!(read.targets(), set.targets());
        prop_assert_eq!(bits(&read.inputs().to_owned()), bits(&set.inputs().to_owned()));
        prop_assert_eq!(read.feature_names(), set.feature_names());
        prop_assert_eq!(read.target_columns(), set.target_columns());
    }
}

#[test]
fn every_set_that_comes_along_reads_back_without_an_option() {
    for info in mlp_data::datasets() {
        let set = generate(info.name, &mlp_data::GeneratorOptions::default(), 1).unwrap();
        let read = read_back(&set, &CsvOptions::default());
        assert_eq!(
            bits(&read.inputs().to_owned()),
            bits(&set.inputs().to_owned()),
            "{}",
            info.name
        );
        assert_eq!(read.task(), set.task(), "{}", info.name);
        let named = |set: &Dataset| -> Vec<String> {
            match set.targets() {
                Targets::Classes { labels, names } => {
                    labels.iter().map(|&l| names[l as usize].clone()).collect()
                }
                Targets::Values { values, .. } => {
                    values.iter().map(|value| value.to_string()).collect()
                }
            }
        };
        assert_eq!(named(&read), named(&set), "{}", info.name);
    }
}
