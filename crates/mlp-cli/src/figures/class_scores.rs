//! The scores of each class as bars; of many classes, those of the weakest.

use mlp_plot::{ScoreBars, ScoreGroup};
use mlp_train::score::Confusion;

use super::{Figure, View, judged::Judged};

/// The most classes that all have bars.
const MOST: usize = 16;
/// The classes with bars of more.
const WEAKEST: usize = 15;

/// Precision, recall and F1 of each class.
pub fn bars(view: &View, judged: &Judged) -> Option<Figure> {
    let confusion = Confusion::of(&judged.predicted)?;
    let found = judged.predicted.as_classes()?;
    let f1 = |class: usize| confusion.is_present(class).then(|| confusion.f1(class));
    let group = |&class: &usize| {
        let own = |label: &&u32| **label as usize == class;
        let samples = found.labels.iter().filter(own).count();
        let values = [
            confusion.known_precision(class),
            confusion.known_recall(class),
            f1(class),
        ];
        ScoreGroup {
            name: format!("{} (n = {samples})", judged.classes[class]),
            values: values.map(|value| value.unwrap_or(f64::NAN)).to_vec(),
        }
    };
    let all: Vec<Option<f64>> = (0..judged.classes.len()).map(f1).collect();
    let (drawn, left_out) = weakest(&all);
    let chart = ScoreBars {
        title: format!("Scores of each class on {}", view.recipe().data.name),
        subtitle: format!(
            "{}; n is the number of the class's own. Macro F1 {:.3}, accuracy {:.3}.{left_out}",
            judged.of,
            confusion.f1_macro(),
            confusion.accuracy()
        ),
        y_label: "class".to_owned(),
        scores: ["precision", "recall", "F1"].map(str::to_owned).to_vec(),
        groups: drawn.iter().map(group).collect(),
    };
    let caption = "How many of what is called a class are of it (precision), how many of it are found (recall), and both in one (F1).";
    let height = 170 + 62 * drawn.len() as u32;
    Some(Figure::new("class-scores", caption, chart).sized(820, height.max(300)))
}

/// The classes that have bars, in their order or from the lowest F1, and what is said of the others. Classes without F1, of
/// which there is no sample and which none is taken for, come last.
fn weakest(f1: &[Option<f64>]) -> (Vec<usize>, String) {
    let mut classes: Vec<usize> = (0..f1.len()).collect();
    if classes.len() <= MOST {
        return (classes, String::new());
    }
    let key = |class: &usize| f1[*class].unwrap_or(f64::INFINITY);
    classes.sort_by(|a, b| key(a).total_cmp(&key(b)));
    let others = classes.split_off(WEAKEST);
    let known: Vec<f64> = others.iter().filter_map(|class| f1[*class]).collect();
    let least = known
        .first()
        .map(|least| format!("{} more have at least {least:.3}", known.len()));
    let unknown = match others.len() - known.len() {
        0 => None,
        1 => Some("1 does not occur".to_owned()),
        count => Some(format!("{count} do not occur")),
    };
    let others: Vec<String> = least.into_iter().chain(unknown).collect();
    let told = format!(
        " The {WEAKEST} of {} classes with the lowest F1 are drawn; {}.",
        f1.len(),
        others.join(", ")
    );
    (classes, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_classes_the_weakest_have_bars() {
        let few: Vec<Option<f64>> = vec![Some(0.5); MOST];
        assert_eq!(weakest(&few), ((0..MOST).collect(), String::new()));
        // Sixty, the last the weakest, and one that does not occur.
        let mut many: Vec<Option<f64>> =
            (0..60).map(|i| Some(1.0 - f64::from(i) / 100.0)).collect();
        many[59] = None;
        let (drawn, told) = weakest(&many);
        assert_eq!(drawn, (44..59).rev().collect::<Vec<_>>());
        assert_eq!(
            told,
            " The 15 of 60 classes with the lowest F1 are drawn; 44 more have at least 0.570, 1 does not occur."
        );
        let (drawn, told) = weakest(&[None; 30]);
        assert_eq!(
            (drawn.len(), told.ends_with("; 15 do not occur.")),
            (15, true)
        );
    }
}
