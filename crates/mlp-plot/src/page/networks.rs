//! The table of networks of a population, from which a page draws, selects and sorts.

use std::fmt::Write;

use super::columns::{self, Encoded};
use super::json;
use crate::color::{ColorMap, category_color};

/// The most bytes of base64 that a page spends on its columns, so that with its figures it stays below 5 MB.
const MOST_BYTES: usize = 3_500_000;
/// The most of these for earlier steps, and for how many columns there are as many steps as fit.
const MOST_EARLIER: usize = 1_200_000;
const COLUMNS_OF_STEPS: usize = 4;

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

/// What the networks were at steps before their last record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EarlierRecords {
    /// The steps, ascending.
    pub steps: Vec<u64>,
    /// How many were recorded.
    pub recorded: usize,
    /// Columns by rank, with the values of all networks at each of the steps, NaN without one.
    pub columns: Vec<(String, Vec<Vec<f64>>)>,
}

/// The networks of a population, as a page shows them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NetworkTable {
    /// Columns by rank, of which `net` holds the networks' numbers: the last ones are left out where there is too much.
    pub columns: Vec<NetworkColumn>,
    /// Whether each network diverged or exploded, and so does not decide the limits of an axis.
    pub unsound: Vec<bool>,
    /// What they were before.
    pub earlier: EarlierRecords,
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
             \"palette\":{{\"categories\":{},\"ramp\":{}}},\"unsound\":\"{}\",\"columns\":[{}],\"earlier\":{}}}",
            self.unsound.len(),
            json::quoted(&self.directory),
            usual(&self.usual.x),
            usual(&self.usual.y),
            usual(&self.usual.color),
            usual(&self.usual.histogram),
            json::list(&categories),
            json::list(&ramp),
            columns::base64(self.unsound.iter().map(|&unsound| u8::from(unsound))),
            parts.join(","),
            self.earlier
                .to_json(&names, MOST_EARLIER.min(MOST_BYTES - size))
        );
        let html = format!(
            "<div class=\"networks\">{}<noscript><p>The table and the picture of the networks need scripts.</p></noscript></div>\n",
            json::element("networks", &data)
        );
        (html, left_out)
    }
}

impl EarlierRecords {
    /// The records of the columns that the page has, in at most so many bytes.
    fn to_json(&self, names: &[&str], most: usize) -> String {
        let has = |(name, _): &&(String, Vec<Vec<f64>>)| names.contains(&name.as_str());
        let columns: Vec<&(String, Vec<Vec<f64>>)> = self.columns.iter().filter(has).collect();
        let networks = columns.first().and_then(|(_, steps)| steps.first());
        let bytes = 4 * (4 * networks.map_or(0, Vec::len)).div_ceil(3);
        let (wanted, steps) = (columns.len().min(COLUMNS_OF_STEPS), self.steps.len());
        let fits = (most / (wanted * bytes).max(1)).min(steps);
        if fits == 0 || bytes == 0 {
            return "null".to_owned();
        }
        let chosen: Vec<usize> = (0..fits).map(|index| index * steps / fits).collect();
        let columns = columns
            .iter()
            .take(most / (fits * bytes))
            .map(|(name, values)| {
                let at_steps = chosen.iter().map(|&step| columns::singles(&values[step]));
                let at_steps: Vec<String> = at_steps.collect();
                format!("{}:{}", json::quoted(name), json::list(&at_steps))
            });
        let columns: Vec<String> = columns.collect();
        let chosen: Vec<String> = chosen
            .iter()
            .map(|&step| self.steps[step].to_string())
            .collect();
        format!(
            "{{\"steps\":[{}],\"recorded\":{},\"columns\":{{{}}}}}",
            chosen.join(","),
            self.recorded,
            columns.join(",")
        )
    }
}

fn stored(column: &NetworkColumn, encoded: &Encoded) -> String {
    format!(
        "{{\"name\":{},\"label\":{},\"key\":{},{}}}",
        json::quoted(&column.name),
        json::quoted(&column.label),
        column.key,
        encoded.fields()
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
            earlier: EarlierRecords::default(),
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
    fn earlier_steps_are_as_many_as_fit() {
        let earlier = |networks: usize, steps: u64| EarlierRecords {
            steps: (0..steps).collect(),
            recorded: 16,
            columns: (0..6)
                .map(|column| {
                    let values = vec![vec![0.5; networks]; steps as usize];
                    (format!("norm_{column}"), values)
                })
                .collect(),
        };
        let json = |networks: u32, steps: u64| {
            let with = NetworkTable {
                earlier: earlier(networks as usize, steps),
                ..table(networks, 5)
            };
            let (with, without) = (with.to_html().0, table(networks, 5).to_html().0);
            (with.len() - without.len(), with)
        };
        let (bytes, html) = json(100, 16);
        assert!(
            bytes < 60_000 && html.contains("\"steps\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]")
        );
        // A column that is not on the page has no earlier values there.
        assert_eq!(
            (
                html.matches("\"norm_4\":[").count(),
                html.matches("\"norm_5\":[").count()
            ),
            (1, 0)
        );
        let (bytes, html) = json(10_000, 16);
        assert!(bytes < MOST_EARLIER + 200, "{bytes}");
        assert!(html.contains("\"steps\":[0,3,6,9,12],\"recorded\":16"));
        assert_eq!(html.matches("\"norm_3\":[").count(), 1);
        assert!(json(100, 0).1.contains("\"earlier\":null"));
    }

    #[test]
    fn no_name_ends_the_data() {
        let (html, _) = table(3, 1).to_html();
        assert_eq!(html.matches("</script>").count(), 1);
        assert!(html.contains("\\u003c/script> 0"));
    }
}
