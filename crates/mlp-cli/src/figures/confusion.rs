//! Which classes are taken for which; of many classes, those with the most mistakes.

use mlp_plot::ConfusionMatrix;
use mlp_train::score::Confusion;

use super::{Figure, View, judged::Judged};

/// The most classes that all have a row and a column.
const MOST: usize = 24;
/// The classes with rows of their own of more.
const CONFUSED: usize = 20;

/// The confusion matrix of what was judged.
pub fn matrix(view: &View, judged: &Judged) -> Option<Figure> {
    let confusion = Confusion::of(&judged.predicted)?;
    let groups = groups(&confusion);
    let many = groups.len() < judged.classes.len();
    let name = |group: &Vec<usize>| match group[..] {
        [class] => judged.classes[class].clone(),
        _ => format!("{} others", group.len()),
    };
    let classes: Vec<String> = groups.iter().map(name).collect();
    let others = match many {
        true => format!(
            " The {CONFUSED} of {} classes with the most mistakes, the others in one, where mistakes among them do not show.",
            judged.classes.len()
        ),
        false => String::new(),
    };
    let side = (220 + 90 * classes.len() as u32).clamp(420, 900);
    let chart = ConfusionMatrix {
        title: format!("Confusion matrix on {}", view.recipe().data.name),
        subtitle: format!(
            "{}; shaded by the share of the true class.{others}",
            judged.of
        ),
        counts: counts(&confusion, &groups),
        classes,
    };
    let caption = format!("Which classes are taken for which, {}.", judged.whose);
    Some(Figure::new("confusion-matrix", caption, chart).sized(side + 60, side))
}

/// The classes of each row and column: one each; of many classes those with the most mistakes in their order, then all others.
fn groups(confusion: &Confusion) -> Vec<Vec<usize>> {
    let classes = confusion.classes();
    if classes <= MOST {
        return (0..classes).map(|class| vec![class]).collect();
    }
    let mistakes = |class: usize| {
        let others = (0..classes).filter(|other| *other != class);
        let both =
            others.map(|other| confusion.count(class, other) + confusion.count(other, class));
        both.sum::<f64>()
    };
    let mut ranked: Vec<(usize, f64)> =
        (0..classes).map(|class| (class, mistakes(class))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut ranked: Vec<usize> = ranked.into_iter().map(|(class, _)| class).collect();
    let mut others = ranked.split_off(CONFUSED);
    others.sort_unstable();
    ranked.sort_unstable();
    let own = ranked.into_iter().map(|class| vec![class]);
    own.chain([others]).collect()
}

/// The samples of every row and column, row by row.
fn counts(confusion: &Confusion, groups: &[Vec<usize>]) -> Vec<f64> {
    let of = |label: &Vec<usize>, answer: &Vec<usize>| {
        let pairs = label
            .iter()
            .flat_map(|l| answer.iter().map(move |a| (*l, *a)));
        pairs
            .map(|(label, answer)| confusion.count(label, answer))
            .sum()
    };
    let rows = groups.iter();
    rows.flat_map(|label| groups.iter().map(move |answer| of(label, answer)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::score::Predicted;

    /// Each class once and right, and these mistakes besides.
    fn confusion(classes: u32, mistakes: &[(u32, u32)]) -> Confusion {
        let right = (0..classes).map(|class| (class, class));
        let (labels, said) = right.chain(mistakes.iter().copied()).unzip();
        Confusion::of(&Predicted::classes(labels, said, classes as usize, None)).unwrap()
    }

    #[test]
    fn few_classes_have_rows_of_their_own() {
        let confusion = confusion(3, &[(0, 2)]);
        let groups = groups(&confusion);
        assert_eq!(groups, [[0], [1], [2]]);
        let expected = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        assert_eq!(counts(&confusion, &groups), expected);
    }

    #[test]
    fn of_many_classes_those_with_the_most_mistakes_are_kept_and_no_sample_is_lost() {
        let confusion = confusion(60, &[(59, 40), (40, 59), (59, 58), (30, 31)]);
        let groups = groups(&confusion);
        assert_eq!(groups.len(), CONFUSED + 1);
        for class in [30, 31, 40, 58, 59] {
            assert!(groups.contains(&vec![class]), "{class}");
        }
        assert_eq!(groups.last().unwrap().len(), 40);
        let counts = counts(&confusion, &groups);
        assert_eq!(counts.iter().sum::<f64>(), 64.0);
        assert_eq!(counts.last(), Some(&40.0));
    }
}
