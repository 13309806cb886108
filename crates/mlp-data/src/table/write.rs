//! A data set as CSV.

use std::io::{self, Write};

use super::number::format_number;
use crate::{Dataset, Error, Targets};

/// Writes a data set: a header, then a line a sample, features in order, then the target (classes by name).
/// Numbers are as short as they can be and still read back to the same bits.
///
/// # Errors
/// [`Error::Write`].
pub fn write_csv(set: &Dataset, writer: impl Write) -> Result<(), Error> {
    write(set, writer).map_err(|source| Error::Write { source })
}

fn write(set: &Dataset, writer: impl Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(writer);
    table.write_record(
        set.feature_names()
            .iter()
            .map(String::as_str)
            .chain(set.target_columns()),
    )?;
    let mut record = csv::StringRecord::new();
    for (sample, inputs) in set.inputs().rows().into_iter().enumerate() {
        record.clear();
        for &input in inputs {
            record.push_field(&format_number(input));
        }
        match set.targets() {
            Targets::Classes { labels, names } => {
                record.push_field(&names[labels[sample] as usize]);
            }
            Targets::Values { values, .. } => {
                for &value in values.row(sample) {
                    record.push_field(&format_number(value));
                }
            }
        }
        table.write_record(&record)?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn features_come_first_and_classes_by_name() {
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        let targets = Targets::Classes {
            labels: vec![1, 0],
            names: names(&["no, never", "yes"]),
        };
        let set = Dataset::new(
            "t",
            names(&["a", "b \"c\""]),
            array![[1.5, 2.0], [3.0, -4.0]],
            targets,
        )
        .unwrap();
        let mut text = Vec::new();
        write_csv(&set, &mut text).unwrap();
        let expected = "a,\"b \"\"c\"\"\",class\n1.5,2,yes\n3,-4,\"no, never\"\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
