//! The table of networks of a population, from which a page draws, selects and sorts.

use std::fmt::Write;

use super::columns::{self, Encoded};
use super::json;
use crate::color::{ColorMap, category_color};

/// The most bytes of base64 that a page spends on its columns, so that with its figures it stays below 5 MB.
const MOST_BYTES: usize = 3_500_000;

/// Values of a column, one a network.
#[derive(Debug, Clone, PartialEq)]
pub enum NetworkValues {
    /// Numbers, NaN without one.
    Numbers(Vec<f64>),
    /// Texts.
    Texts(Vec<Option<String>>),
}

/// A column of the table of networks.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkColumn {
    /// Name, as a condition writes it.
    pub name: String,
    /// Name for readers.
    pub label: String,
    /// Whether it is a setting that differs between the networks.
    pub key: bool,
    /// Values.
    pub values: NetworkValues,
}

/// What is drawn before the reader chooses: names of columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UsualColumns {
    /// Of the horizontal axis.
    pub x: String,
    /// Of the vertical axis.
    pub y: String,
    /// Of the colours.
    pub color: String,
    /// Of the histogram.
    pub histogram: String,
}

/// The networks of a population, as a page shows them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NetworkTable {
    /// Columns by rank, of which `net` holds the networks' numbers: the last ones are left out where there is too much.
    pub columns: Vec<NetworkColumn>,
    /// Whether each network diverged or exploded, and so does not decide the limits of an axis.
    pub unsound: Vec<bool>,
    /// The run directory, as a shell reads it.
    pub directory: String,
    /// What is drawn first.
    pub usual: UsualColumns,
}

impl NetworkTable {
    /// The element of a page, and the labels of the columns that are too many for it.
    pub(crate) fn to_html(&self) -> (String, Vec<String>) {
        let (mut parts, mut left_out, mut names, mut size) =
            (Vec::new(), Vec::new(), Vec::new(), 0);
        for column in &self.columns {
            let encoded = match &column.values {
                NetworkValues::Numbers(values) => Some(columns::numbers(values)),
                NetworkValues::Texts(values) => columns::texts(values),
            };
            match encoded.filter(|encoded| size + encoded.data.len() <= MOST_BYTES) {
                None => left_out.push(column.label.clone()),
                Some(encoded) => {
                    size += encoded.data.len();
                    names.push(column.name.as_str());
                    parts.push(stored(column, &encoded));
                }
            }
        }
        let usual = |wanted: &str| match names.contains(&wanted) {
            true => json::quoted(wanted),
            false => json::quoted(names.first().copied().unwrap_or_default()),
        };
        let categories: Vec<String> = (0..12).map(|index| category_color(index).hex()).collect();
        let ramp: Vec<String> = (0..32)
            .map(|step| ColorMap::Viridis.at(f64::from(step) / 31.0).hex())
            .collect();
        let mut data = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            data,
            "{{\"count\":{},\"directory\":{},\"usual\":{{\"x\":{},\"y\":{},\"color\":{},\"histogram\":{}}},\
             \"palette\":{{\"categories\":{},\"ramp\":{}}},\"unsound\":\"{}\",\"columns\":[{}]}}",
            self.unsound.len(),
            json::quoted(&self.directory),
            usual(&self.usual.x),
            usual(&self.usual.y),
            usual(&self.usual.color),
            usual(&self.usual.histogram),
            json::list(&categories),
            json::list(&ramp),
            columns::base64(self.unsound.iter().map(|&unsound| u8::from(unsound))),
            parts.join(",")
        );
        let html = format!(
            "<div class=\"networks\">{}<noscript><p>The table and the picture of the networks need scripts.</p></noscript></div>\n",
            json::element(&data)
        );
        (html, left_out)
    }
}

fn stored(column: &NetworkColumn, encoded: &Encoded) -> String {
    let names = match encoded.names.is_empty() {
        true => String::new(),
        false => format!("\"names\":{},", json::list(&encoded.names)),
    };
    format!(
        "{{\"name\":{},\"label\":{},\"key\":{},\"kind\":\"{}\",{names}\"data\":\"{}\"}}",
        json::quoted(&column.name),
        json::quoted(&column.label),
        column.key,
        encoded.kind,
        encoded.data
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Report, Section};

    fn table(networks: u32, columns: usize) -> NetworkTable {
        let numbers = |factor: f64| (0..networks).map(|net| f64::from(net) * factor).collect();
        let mut all = vec![NetworkColumn {
            name: "net".into(),
            label: "network".into(),
            key: false,
            values: NetworkValues::Numbers(numbers(1.0)),
        }];
        all.extend((0..columns).map(|column| NetworkColumn {
            name: format!("norm_{column}"),
            label: format!("norm </script> {column}"),
            key: false,
            values: NetworkValues::Numbers(numbers(0.37)),
        }));
        NetworkTable {
            columns: all,
            unsound: vec![false; networks as usize],
            directory: "runs/it".into(),
            usual: UsualColumns::default(),
        }
    }

    #[test]
    fn ten_thousand_networks_take_less_than_four_megabytes() {
        let (html, left_out) = table(10_000, 20).to_html();
        assert!(
            left_out.is_empty() && html.len() < 1_200_000,
            "{}",
            html.len()
        );
        let (html, left_out) = table(10_000, 200).to_html();
        assert!(html.len() < 4_000_000, "{}", html.len());
        // What is too much is told.
        assert_eq!(left_out.len(), 200 - 64);
        let report = Report::new("r").section(Section::new("s").networks(table(10_000, 200)));
        let page = report.to_html().unwrap();
        assert!(page.contains("136 columns are not on this page"));
    }

    #[test]
    fn no_name_ends_the_data() {
        let (html, _) = table(3, 1).to_html();
        assert_eq!(html.matches("</script>").count(), 1);
        assert!(html.contains("\\u003c/script> 0"));
    }
}
