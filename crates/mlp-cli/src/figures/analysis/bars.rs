//! Shares of networks as bars: those that solve the task, and the classes of solutions.

use mlp_plot::{OutcomeBar, OutcomeBars};
use mlp_train::{
    Kind,
    analysis::{Analysis, Name, Success},
};

use crate::figures::{Draw, Figure, FigureEntry};
use crate::formatting;

/// The most bars of a chart.
const MOST_BARS: usize = 40;
/// The most classes of solutions that are shown.
pub const MOST_CLASSES: usize = 12;

/// The share of solved networks.
pub static SUCCESS: FigureEntry = FigureEntry {
    name: "success",
    description: "the share of networks of each group that reach the target loss, with intervals",
    kinds: &[Kind::Train, Kind::Population],
    draw: Draw::Analysis(|_, analysis, _| success(&analysis.success).into_iter().collect()),
};

/// The most frequent classes of solutions.
pub static CLASSES: FigureEntry = FigureEntry {
    name: "classes",
    description: "the shares of the most frequent classes of solutions",
    kinds: &[Kind::Train, Kind::Population],
    draw: Draw::Analysis(|_, analysis, _| classes(analysis).into_iter().collect()),
};

/// The share of solved networks of every group with more than one of its kind.
fn success(found: &[Success]) -> Option<Figure> {
    let cells = found.iter().filter(|success| success.name.key == "cell");
    let cells: Vec<&Success> = cells.collect();
    let keys = found
        .iter()
        .filter(|success| !success.name.key.is_empty() && success.name.key != "cell");
    let shown = match cells.is_empty() || cells.len() > MOST_BARS {
        true => keys.collect(),
        false => cells,
    };
    let solved = shown.iter().any(|success| success.solved.successes > 0);
    if !solved || shown.len() > MOST_BARS {
        return None;
    }
    let height = 160 + 32 * shown.len() as u32;
    let chart = OutcomeBars {
        title: "Success probability".to_owned(),
        subtitle:
            "Share of solved networks; diverged and exploded ones count as not solved. Wilson's 95 % intervals."
                .to_owned(),
        x_label: "share solved (%)".to_owned(),
        y_label: String::new(),
        bars: shown
            .iter()
            .map(|success| OutcomeBar {
                name: success.name.to_string().replace('_', " "),
                successes: success.solved.successes,
                trials: success.solved.trials,
            })
            .collect(),
    };
    let caption = "How many networks of each group reach the target loss.";
    Some(Figure::new("success", caption, chart).sized(900, height))
}

/// The shares of the most frequent classes of solutions.
fn classes(analysis: &Analysis) -> Option<Figure> {
    let clusters = analysis.clusters.as_ref()?.iter();
    let all = clusters.filter(|cluster| cluster.name == Name::default());
    let shown: Vec<_> = all.take(MOST_CLASSES).collect();
    let number = analysis.clustering.first()?.classes;
    let chart = OutcomeBars {
        title: "Classes of solutions".to_owned(),
        subtitle: format!(
            "Networks with the same activation pattern on the training part, neurons sorted: the {} most frequent of {}.",
            shown.len(),
            formatting::so_many(number as usize, "class")
        ),
        x_label: "share of networks (%)".to_owned(),
        y_label: String::new(),
        bars: shown
            .iter()
            .map(|cluster| OutcomeBar {
                name: format!("class {}", cluster.class),
                successes: cluster.share.successes,
                trials: cluster.share.trials,
            })
            .collect(),
    };
    let caption = "The largest clusters of solutions; permuted neurons are one solution.";
    let height = 160 + 32 * shown.len() as u32;
    Some(Figure::new("classes", caption, chart).sized(900, height))
}
