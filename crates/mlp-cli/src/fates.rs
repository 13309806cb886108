//! What becomes of the rows of the data over many networks: which are the most doubtful.

use std::collections::BTreeMap;

use anyhow::Result;
use mlp_plot::{ReportTable, Section};
use mlp_store::RunDirectory;
use mlp_train::ResolvedExperiment;
use serde_json::{Value, json};

use crate::formatting;

/// Rows that a report lists of each kind.
const LISTED: usize = 20;

/// The sums of one row over the settings of a run.
#[derive(Clone, Debug, Default)]
struct Fate {
    part: String,
    row: i64,
    /// Where it stands in its file; empty where there is none.
    place: String,
    class: String,
    networks: f64,
    right: f64,
    probability: f64,
    /// Sums of squared deviations within settings, and of squared means.
    squares: f64,
    confidence: f64,
    learned: f64,
    steps: f64,
    forgotten: f64,
}

/// The fates of all rows, those of several settings taken together.
pub struct Fates {
    rows: Vec<Fate>,
    /// The key by which settings have data of their own, so that their rows are not the same.
    apart: Option<String>,
    /// Whether no network took a step, so that none has learned anything about a row.
    untrained: bool,
}

impl Fates {
    /// Reads the table of a run.
    pub fn read(directory: &RunDirectory, experiment: &ResolvedExperiment) -> Result<Self> {
        let mut axes = experiment.axes().iter();
        let apart = axes.find(|axis| {
            let path = axis.key.info().path;
            path.starts_with("data.") && path != "data.fold"
        });
        let mut rows: BTreeMap<(usize, i64), Fate> = BTreeMap::new();
        if apart.is_none() {
            directory.rows_columns()?.scan(None, &mut |part| {
                let numbers = |name: &str| part.numbers(name).unwrap_or_default();
                let [parts, classes, lines] =
                    ["part", "class", "place"].map(|name| part.texts(name).unwrap_or_default());
                let places = part.integers("row").unwrap_or_default();
                let [
                    networks,
                    right,
                    probability,
                    spread,
                    confidence,
                    learned,
                    step,
                    forgotten,
                ] = [
                    "networks",
                    "share_right",
                    "probability",
                    "probability_spread",
                    "confidence",
                    "learned",
                    "learned_step",
                    "forgotten",
                ]
                .map(numbers);
                for (at, &count) in networks.iter().enumerate() {
                    if count < 1.0 {
                        continue;
                    }
                    let order = ["train", "validation", "test"];
                    let order = order.iter().position(|known| *known == parts[at]);
                    let fate = rows.entry((order.unwrap_or(0), places[at])).or_default();
                    if fate.networks == 0.0 {
                        fate.part.clone_from(&parts[at]);
                        fate.class.clone_from(&classes[at]);
                        fate.row = places[at];
                        // Runs of earlier versions do not have it.
                        fate.place = lines.get(at).cloned().unwrap_or_default();
                    }
                    let taught = count * learned[at];
                    fate.networks += count;
                    fate.right += count * right[at];
                    fate.probability += count * probability[at];
                    let within = if spread[at].is_finite() {
                        spread[at]
                    } else {
                        0.0
                    };
                    fate.squares +=
                        (count - 1.0) * within * within + count * probability[at] * probability[at];
                    fate.confidence += count * confidence[at];
                    fate.learned += taught;
                    fate.steps += if taught > 0.0 { taught * step[at] } else { 0.0 };
                    fate.forgotten += count * forgotten[at];
                }
                Ok(())
            })?;
        }
        Ok(Self {
            rows: rows.into_values().collect(),
            apart: apart.map(|axis| axis.key.to_string()),
            untrained: experiment.experiment().training.steps == Some(0)
                && experiment
                    .axes()
                    .iter()
                    .all(|axis| axis.key.info().path != "training.steps"),
        })
    }

    /// The most doubtful rows, and those on which the networks disagree the most, as the report lists them: `None` where rows of several
    /// data are told.
    pub fn json(&self) -> Option<Value> {
        let listed = |rows: &[&Fate]| rows.iter().map(|fate| fate.json()).collect::<Vec<_>>();
        let doubtful = self.doubtful();
        let doubtful = &doubtful[..doubtful.len().min(LISTED)];
        let told = json!({
            // Untrained networks tell nothing of labels.
            "most_likely_mislabelled": (!self.untrained).then(|| listed(doubtful)),
            "networks_disagree": listed(&self.most_disputed()),
        });
        self.apart.is_none().then_some(told)
    }

    /// All rows, those first whose class the networks believed the least while they learned.
    fn doubtful(&self) -> Vec<&Fate> {
        self.ranked(|fate| fate.confidence / fate.networks)
    }

    /// All rows, those first on which about half of the networks are right.
    fn disputed(&self) -> Vec<&Fate> {
        self.ranked(|fate| (fate.right / fate.networks - 0.5).abs())
    }

    /// Those of them that a report lists: on which some networks are right, and some wrong.
    fn most_disputed(&self) -> Vec<&Fate> {
        let split = |fate: &&Fate| {
            let share = fate.right / fate.networks;
            share > 0.0 && share < 1.0
        };
        let disputed = self.disputed().into_iter();
        disputed.take_while(split).take(LISTED).collect()
    }

    /// Ascending, equal ones in the order of the table.
    fn ranked(&self, by: impl Fn(&Fate) -> f64) -> Vec<&Fate> {
        let mut all: Vec<&Fate> = self.rows.iter().collect();
        all.sort_by(|a, b| by(a).total_cmp(&by(b)));
        all
    }

    /// The most doubtful rows of the training part, by their numbers and places; `None` where rows of several data are told,
    /// and where nothing was learned.
    pub fn most_doubtful(&self, count: usize) -> Option<Vec<String>> {
        let trained = self
            .doubtful()
            .into_iter()
            .filter(|fate| fate.part == "train");
        let rows = trained.take(count).map(|fate| match &*fate.place {
            "" => fate.row.to_string(),
            place => format!("{} ({place})", fate.row),
        });
        (self.apart.is_none() && !self.untrained).then(|| rows.collect())
    }

    /// The section of a report.
    pub fn section(&self) -> Section {
        let section = Section::new("The fate of every row").paragraph(
            "Rows are counted from 0, in the order in which the data were used, without those left out; the place is the line of \
             the file, as an editor counts, or the row of a table that is not text. A row is right in a network that takes it \
             for its own class; its probability is that of this class in the end. It is learned at the first recorded step \
             at which it is right, and forgotten each time that it is wrong again at the next one (Toneva et al. 2019). \
             Networks that diverged or exploded are not counted. The table rows has every row of every setting.",
        );
        if let Some(key) = &self.apart {
            return section.paragraph(format!(
                "Settings differ in {key} and so in their data; rows are told setting by setting in the table rows alone."
            ));
        }
        let disputed = self.most_disputed();
        let section = match self.untrained {
            true => section.paragraph(
                "The networks took no step (steps 0): they are right by chance, nothing was learned or forgotten, and which rows \
                 are mislabelled cannot be told.",
            ),
            false => self.mislabelled(section),
        };
        match disputed.is_empty() {
            true => section.paragraph("All networks are right on the same rows."),
            false => section.table(table("Networks disagree the most", &disputed)),
        }
    }

    /// The section with the rows that are most likely mislabelled.
    fn mislabelled(&self, section: Section) -> Section {
        section
            .paragraph(
                "The rows that are most likely mislabelled are those whose class the networks believed the least while they \
                 learned: by confidence, the mean probability of the class over the recorded steps behind the start and \
                 over the networks (Swayamdipta et al. 2020, dataset cartography). Networks that learn a wrong label by \
                 heart do so late, which the end alone does not show. A hard row is no wrong one: look at them.",
            )
            .table(table(
                "Most likely mislabelled",
                &self.doubtful()[..self.rows.len().min(LISTED)],
            ))
    }
}

impl Fate {
    /// The mean probability of its class in the end.
    fn mean(&self) -> f64 {
        self.probability / self.networks
    }

    /// The standard deviation of that probability over the networks, 0 of one.
    fn spread(&self) -> f64 {
        let (n, mean) = (self.networks, self.mean());
        let variance = (self.squares - n * mean * mean) / (n - 1.0);
        match variance > 0.0 {
            true => variance.sqrt(),
            false => 0.0,
        }
    }

    /// The mean of the first steps at which networks knew it, where any did.
    fn learned_step(&self) -> Option<f64> {
        (self.learned > 0.0).then(|| self.steps / self.learned)
    }

    fn json(&self) -> Value {
        let n = self.networks;
        json!({
            "row": self.row,
            "place": (!self.place.is_empty()).then_some(&self.place),
            "part": self.part,
            "class": self.class,
            "networks": n as u64,
            "share_right": self.right / n,
            "probability": self.mean(),
            "probability_spread": self.spread(),
            "confidence": self.confidence / n,
            "learned_step": self.learned_step(),
            "forgotten": self.forgotten / n,
        })
    }
}

fn table(caption: &str, rows: &[&Fate]) -> ReportTable {
    let header = [
        "row",
        "place",
        "part",
        "class",
        "right",
        "probability",
        "spread",
        "confidence",
        "learned at",
        "forgotten",
    ];
    let cells = |fate: &&Fate| {
        let n = fate.networks;
        let learned = fate.learned_step();
        let learned = learned.map_or_else(|| "never".to_owned(), formatting::measured);
        vec![
            fate.row.to_string(),
            fate.place.clone(),
            fate.part.clone(),
            fate.class.clone(),
            format!("{:.1} %", 100.0 * fate.right / n),
            formatting::measured(fate.mean()),
            formatting::measured(fate.spread()),
            formatting::measured(fate.confidence / n),
            learned,
            formatting::measured(fate.forgotten / n),
        ]
    };
    // Built-in sets and arrays have no places.
    let placed = rows.iter().any(|fate| !fate.place.is_empty());
    let shown = |cells: Vec<String>| -> Vec<String> {
        let cells = cells.into_iter().enumerate();
        let cells = cells.filter(|(column, _)| placed || header[*column] != "place");
        cells.map(|(_, cell)| cell).collect()
    };
    ReportTable {
        caption: caption.to_owned(),
        header: shown(header.map(str::to_owned).to_vec()),
        rows: rows.iter().map(|fate| shown(cells(fate))).collect(),
    }
}
