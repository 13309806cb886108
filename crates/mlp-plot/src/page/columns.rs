//! Columns of numbers or texts as compact base64 arrays, little-endian.

use base64::Engine;

use super::json::list;

/// Up to this many different values are held as places even where their names take more than they save.
const FEW_NAMES: usize = 32;
/// The most different values of a column that is held as places among them, a byte each.
const MOST_NAMES: usize = 254;

/// A column as the page holds it.
#[derive(Debug, PartialEq)]
pub(super) struct Encoded {
    /// `f32`, `u32`, or `u8` for places among the names, where the place after the last says that there is no value.
    pub kind: &'static str,
    pub names: Vec<String>,
    pub data: String,
}

impl Encoded {
    /// The fields of the JSON object that a script reads.
    pub(super) fn fields(&self) -> String {
        let names = match self.names.is_empty() {
            true => String::new(),
            false => format!("\"names\":{},", list(&self.names)),
        };
        format!(
            "\"kind\":\"{}\",{names}\"data\":\"{}\"",
            self.kind, self.data
        )
    }
}

/// Bytes as base64.
pub(super) fn base64(bytes: impl IntoIterator<Item = u8>) -> String {
    let bytes: Vec<u8> = bytes.into_iter().collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Numbers rounded to single precision, as base64; those too large for it become infinite.
pub(super) fn singles(values: &[f64]) -> String {
    base64(
        values
            .iter()
            .flat_map(|&value| (value as f32).to_le_bytes()),
    )
}

/// Numbers, NaN without a value: exact where few are different or all are counts, else in single precision.
pub(super) fn numbers(values: &[f64]) -> Encoded {
    let mut different: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    different.sort_by(f64::total_cmp);
    // Zero has one name.
    different.dedup_by(|a, b| a == b);
    let finite = different.iter().all(|value| value.is_finite());
    let names: Vec<String> = match different.len() <= MOST_NAMES && finite {
        true => different.iter().map(ToString::to_string).collect(),
        false => Vec::new(),
    };
    let length: usize = names.iter().map(String::len).sum();
    let few = names.len() <= FEW_NAMES || length + values.len() < 4 * values.len();
    if few && names.len() == different.len() {
        let place = |value: &f64| {
            let place = different.iter().position(|known| known == value);
            place.unwrap_or(different.len()) as u8
        };
        return Encoded {
            kind: "u8",
            data: base64(values.iter().map(place)),
            names,
        };
    }
    let counts = |value: &f64| value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(value);
    if values.iter().all(counts) {
        let data = base64(
            values
                .iter()
                .flat_map(|&value| (value as u32).to_le_bytes()),
        );
        return Encoded {
            kind: "u32",
            names: Vec::new(),
            data,
        };
    }
    Encoded {
        kind: "f32",
        names: Vec::new(),
        data: singles(values),
    }
}

/// Texts in the order of their first rows; `None` where there are too many different ones.
pub(super) fn texts(values: &[Option<String>]) -> Option<Encoded> {
    let mut names: Vec<String> = Vec::new();
    for value in values.iter().flatten() {
        if !names.contains(value) {
            if names.len() == MOST_NAMES {
                return None;
            }
            names.push(value.clone());
        }
    }
    let place = |value: &Option<String>| {
        let place = names.iter().position(|known| Some(known) == value.as_ref());
        place.unwrap_or(names.len()) as u8
    };
    Some(Encoded {
        kind: "u8",
        data: base64(values.iter().map(place)),
        names,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_different_numbers_are_exact() {
        let found = numbers(&[0.1, f64::NAN, 10.0, 0.1, -0.0, 0.0]);
        assert_eq!((found.kind, found.data), ("u8", base64([1, 3, 2, 1, 0, 0])));
        assert_eq!(found.names, ["-0", "0.1", "10"]);
        assert_eq!(numbers(&[f64::INFINITY, 1.0]).kind, "f32");
    }

    #[test]
    fn many_numbers_are_counts_or_in_single_precision() {
        let counts: Vec<f64> = (0..300).map(f64::from).collect();
        let found = numbers(&counts);
        assert_eq!((found.kind, found.data.len()), ("u32", 1600));
        let sevenths: Vec<f64> = counts.iter().map(|count| count / 7.0).collect();
        assert_eq!(numbers(&sevenths).kind, "f32");
        assert_eq!(numbers(&sevenths[..100]).kind, "f32");
        assert_eq!(numbers(&sevenths[..32]).kind, "u8");
        let large: Vec<f64> = counts.iter().map(|count| 5e9 + count).collect();
        assert_eq!(numbers(&large).kind, "f32");
        assert_eq!(singles(&[1e144]), base64(f32::INFINITY.to_le_bytes()));
    }

    #[test]
    fn texts_are_places_among_names() {
        let found = texts(&[Some("tanh".into()), None, Some("relu".into())]).unwrap();
        assert_eq!(found.data, base64([0, 2, 1]));
        assert_eq!(found.names, ["tanh", "relu"]);
        let many: Vec<_> = (0..255).map(|n: i32| Some(n.to_string())).collect();
        assert_eq!(texts(&many), None);
    }
}
