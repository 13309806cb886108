//! Real tables that come with the crate, one per file. Each exports `INFO`, its line in the registry.
//!
//! The numbers are those of scikit-learn's package on PyPI, unchanged; `data/README.md` lists sources and
//! licences, and `data/build.py` regenerates the files.

use ndarray::Array2;

use crate::{Dataset, Error, Targets};

pub(crate) mod breast_cancer;
pub(crate) mod diabetes;
pub(crate) mod digits;
pub(crate) mod iris;
pub(crate) mod wine;

/// A gzipped CSV file with a header; the target is the last column.
#[derive(Debug)]
pub(crate) struct EmbeddedTable {
    pub bytes: &'static [u8],
    /// The names of the classes in scikit-learn's order, so that labels are the same; empty for a regression.
    pub classes: &'static [&'static str],
}

impl EmbeddedTable {
    /// The whole table.
    ///
    /// # Panics
    /// If the file in this program is not what its test saw.
    pub fn load(&self, name: &'static str) -> Result<Dataset, Error> {
        let text = unpacked(self.bytes).expect("an embedded file unpacks");
        let mut lines = text.lines().map(|line| line.split(','));
        let mut feature_names: Vec<String> = lines
            .next()
            .expect("an embedded file has a header")
            .map(str::to_owned)
            .collect();
        let target = feature_names.pop().expect("an embedded file has a target");
        let features = feature_names.len();
        let (mut inputs, mut last) = (Vec::new(), Vec::new());
        for cells in lines {
            for (column, cell) in cells.enumerate() {
                if column < features {
                    inputs.push(number(cell));
                } else {
                    last.push(cell);
                }
            }
        }
        let samples = last.len();
        let table = |columns, values| {
            Array2::from_shape_vec((samples, columns), values)
                .expect("an embedded file has whole rows")
        };
        let label = |cell: &&str| {
            self.classes
                .iter()
                .position(|class| class == cell)
                .map(|label| label as u32)
        };
        let targets = if self.classes.is_empty() {
            let values = table(1, last.into_iter().map(number).collect());
            Targets::Values {
                values,
                names: vec![target.clone()],
            }
        } else {
            let labels: Option<Vec<u32>> = last.iter().map(label).collect();
            let names = self.classes.iter().map(|&class| class.to_owned()).collect();
            Targets::Classes {
                labels: labels.expect("an embedded file's classes are listed"),
                names,
            }
        };
        Dataset::new(name, feature_names, table(features, inputs), targets)?
            .with_class_column(target)
    }
}

/// The text of a gzipped file whose header contains nothing but an optional name.
fn unpacked(bytes: &[u8]) -> Option<String> {
    const NAMED: u8 = 8;
    let (header, rest) = bytes.split_at_checked(10)?;
    let name = match header[3] {
        NAMED => rest.iter().position(|&byte| byte == 0)? + 1,
        _ => 0,
    };
    // The text is followed by its checksum and its length.
    let packed = rest.get(name..rest.len() - 8)?;
    let text = miniz_oxide::inflate::decompress_to_vec(packed).ok()?;
    String::from_utf8(text).ok()
}

fn number(cell: &str) -> f64 {
    cell.parse().expect("an embedded file holds numbers")
}

#[cfg(test)]
pub(crate) fn check(
    name: &str,
    counts: Option<&[usize]>,
    sum: f64,
    means: &[f64],
    first: &[f64],
) -> Dataset {
    let set = crate::load_embedded(name).unwrap();
    assert_eq!(set.class_counts().as_deref(), counts);
    let inputs = set.inputs();
    assert!((inputs.sum() / sum - 1.0).abs() < 1e-12, "{}", inputs.sum());
    for (column, mean) in inputs.columns().into_iter().zip(means) {
        assert!((column.sum() / set.samples() as f64 - mean).abs() < 1e-8 * mean.abs().max(1.0));
    }
    assert_eq!(
        inputs.row(0).iter().copied().collect::<Vec<_>>()[..first.len()],
        *first
    );
    set
}
