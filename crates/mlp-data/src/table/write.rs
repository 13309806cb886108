//! A data set as CSV.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::{harmless::harmless, number::format_number};
use crate::{Dataset, Error, Targets};

/// Writes a data set: a header, then a line per sample, features in order, then the target (classes by name).
/// Numbers are as short as they can be and still read back to the same bits.
///
/// # Errors
/// [`Error::Write`].
pub fn write_csv(set: &Dataset, writer: impl Write) -> Result<(), Error> {
    write(set, writer, |text| text.into()).map_err(|source| Error::Write { source })
}

/// The same with texts that no spreadsheet takes for a formula: see [`harmless`].
///
/// # Errors
/// [`Error::Write`].
pub fn write_csv_harmless(set: &Dataset, writer: impl Write) -> Result<(), Error> {
    write(set, writer, harmless).map_err(|source| Error::Write { source })
}

fn write(set: &Dataset, writer: impl Write, text: fn(&str) -> Cow<'_, str>) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(writer);
    let header = (set.feature_names().iter().map(String::as_str)).chain(set.target_columns());
    let header: Vec<Cow<'_, str>> = header.map(text).collect();
    table.write_record(header.iter().map(|name| name.as_bytes()))?;
    let mut record = csv::StringRecord::new();
    for (sample, inputs) in set.inputs().rows().into_iter().enumerate() {
        record.clear();
        for &input in inputs {
            record.push_field(&format_number(input));
        }
        match set.targets() {
            Targets::Classes { labels, names } => {
                record.push_field(&text(&names[labels[sample] as usize]));
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

    #[test]
    fn no_text_is_a_formula_where_none_may_be() {
        let words = |words: [&str; 2]| words.map(str::to_owned).to_vec();
        let targets = Targets::Classes {
            labels: vec![1, 0],
            names: words(["no", "=1+1"]),
        };
        let inputs = array![[-1.5, 2.0], [3.0, -4.0]];
        let set = Dataset::new("t", words(["a", "@b"]), inputs, targets).unwrap();
        let mut text = Vec::new();
        write_csv_harmless(&set, &mut text).unwrap();
        let expected = "a,'@b,class\n-1.5,2,'=1+1\n3,-4,no\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
