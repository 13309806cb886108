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
    let names: Vec<String> = shown
        .iter()
        .map(|success| success.name.to_string())
        .collect();
    let (keys, names) = factored(&names);
    let chart = OutcomeBars {
        title: "Success probability".to_owned(),
        subtitle:
            "Share of solved networks; diverged and exploded ones count as not solved. Wilson's 95 % intervals."
                .to_owned(),
        x_label: "share solved (%)".to_owned(),
        y_label: keys,
        bars: shown
            .iter()
            .zip(names)
            .map(|(success, name)| OutcomeBar {
                name,
                successes: success.solved.successes,
                trials: success.solved.trials,
            })
            .collect(),
    };
    let caption = "How many networks of each group reach the target loss.";
    Some(Figure::new("success", caption, chart).sized(900, height))
}

/// The keys that all names have in the same order (`key=value key=value`, or `key value`), which stand once beside the
/// axis, and the names without them.
fn factored(names: &[String]) -> (String, Vec<String>) {
    let parted = |name: &String| -> Option<Vec<(String, String)>> {
        let words = match name.contains('=') {
            true => name.split(' ').map(|word| word.split_once('=')).collect(),
            false => name.split_once(' ').map(|pair| vec![pair]),
        };
        let own = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        words.map(|words: Vec<(&str, &str)>| words.into_iter().map(own).collect())
    };
    let whole = || {
        let names = names.iter().map(|name| name.replace('_', " "));
        (String::new(), names.collect())
    };
    let Some(parts) = names.iter().map(parted).collect::<Option<Vec<_>>>() else {
        return whole();
    };
    let keys = |parts: &[(String, String)]| -> Vec<String> {
        parts.iter().map(|(key, _)| key.replace('_', " ")).collect()
    };
    match parts.first() {
        Some(first) if parts.iter().all(|other| keys(other) == keys(first)) => {
            let values = |parts: &Vec<(String, String)>| {
                let values: Vec<&str> = parts.iter().map(|(_, value)| value.as_str()).collect();
                values.join(", ")
            };
            (keys(first).join(", "), parts.iter().map(values).collect())
        }
        _ => whole(),
    }
}

/// The letter of a class, the most frequent being A.
pub fn letter(place: usize) -> String {
    match char::from_u32('A' as u32 + place as u32).filter(char::is_ascii_uppercase) {
        Some(letter) => letter.to_string(),
        None => format!("class {}", place + 1),
    }
}

/// The shares of the most frequent classes of solutions.
fn classes(analysis: &Analysis) -> Option<Figure> {
    let clusters = analysis.clusters.as_ref()?.iter();
    let all = clusters.filter(|cluster| cluster.name == Name::default());
    let shown: Vec<_> = all.take(MOST_CLASSES).collect();
    let number = analysis.clustering.first()?.classes;
    let key = shown.iter().enumerate();
    let key: Vec<String> = key
        .map(|(place, cluster)| format!("{}={}", letter(place), cluster.class))
        .collect();
    let chart = OutcomeBars {
        title: "Classes of solutions".to_owned(),
        subtitle: format!(
            "Networks with the same activation pattern on the training part, neurons sorted: the {} most frequent of {}. {}.",
            shown.len(),
            formatting::so_many(number as usize, "class"),
            key.join(", ")
        ),
        x_label: "share of networks (%)".to_owned(),
        y_label: "class".to_owned(),
        bars: shown
            .iter()
            .enumerate()
            .map(|(place, cluster)| OutcomeBar {
                name: letter(place),
                successes: cluster.share.successes,
                trials: cluster.share.trials,
            })
            .collect(),
    };
    let caption = "The largest clusters of solutions; permuted neurons are one solution.";
    let height = 160 + 32 * shown.len() as u32;
    Some(Figure::new("classes", caption, chart).sized(900, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_all_groups_have_stand_once() {
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let (keys, names) = factored(&names);
            (keys, names.join("; "))
        };
        let told = |keys: &str, names: &str| (keys.to_owned(), names.to_owned());
        assert_eq!(
            of(&[
                "activation=tanh learning_rate=0.1",
                "activation=relu learning_rate=1"
            ]),
            told("activation, learning rate", "tanh, 0.1; relu, 1")
        );
        assert_eq!(
            of(&["learning_rate 0.1", "learning_rate 1"]),
            told("learning rate", "0.1; 1")
        );
        assert_eq!(
            of(&["learning_rate 0.1", "activation tanh"]),
            told("", "learning rate 0.1; activation tanh")
        );
        assert_eq!(of(&["all", "a=b"]), told("", "all; a=b"));
        assert_eq!(of(&[]), told("", ""));
        assert_eq!((letter(0), letter(11)), ("A".to_owned(), "L".to_owned()));
    }
}
