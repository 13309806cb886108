//! Rates of a classifier: ROC and precision-recall curves over all thresholds.

use mlp_plot::{RateCurve, RateCurves, RatePanel};
use mlp_train::score::Predicted;

use super::{Figure, View, judged::Judged};
use crate::formatting;

/// The most classes with a curve of their own; of more, those with the smallest areas.
const CURVES: usize = 7;
/// The most letters of a class among several curves.
const LONGEST: usize = 24;
/// More classes are ranked by nothing readable.
const MOST_CLASSES: usize = 100;

/// A class's samples with their probabilities of it, the most probable first: whether they are of it, and their weights.
fn ranked(predicted: &Predicted, class: usize) -> Option<Vec<(f64, bool, f64)>> {
    let (found, probabilities) = predicted.as_probabilities()?;
    let sample = |(sample, &label): (usize, &u32)| {
        let score = probabilities[[sample, class]];
        (score, label as usize == class, predicted.weight(sample))
    };
    let mut all: Vec<_> = found.labels.iter().enumerate().map(sample).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    Some(all)
}

/// Points of a curve.
type Line = Vec<(f64, f64)>;

/// The curves of one class against the rest.
struct OfClass {
    /// False positive rate and recall at every threshold, from (0, 0) to (1, 1).
    roc: Vec<(f64, f64)>,
    /// Recall and precision at every threshold.
    precision: Vec<(f64, f64)>,
    /// The areas under them: the second as a step function, which is the average precision.
    areas: (f64, f64),
    /// The share of samples that are of the class.
    frequency: f64,
}

impl OfClass {
    /// `None` where every sample is of the class, or none.
    fn of(predicted: &Predicted, class: usize) -> Option<Self> {
        let ranked = ranked(predicted, class)?;
        let sum = |own: &[(f64, bool, f64)], positive: bool| {
            let own = own.iter().filter(|sample| sample.1 == positive);
            own.fold(0.0, |sum, sample| sum + sample.2)
        };
        let (positives, negatives) = (sum(&ranked, true), sum(&ranked, false));
        if positives <= 0.0 || negatives <= 0.0 {
            return None;
        }
        let (mut right, mut wrong) = (0.0, 0.0);
        let (mut roc, mut precision) = (vec![(0.0, 0.0)], Vec::new());
        let mut areas = (0.0, 0.0);
        for tied in ranked.chunk_by(|a, b| a.0 == b.0) {
            let (before, passed) = (right, wrong);
            right += sum(tied, true);
            wrong += sum(tied, false);
            if right + wrong <= 0.0 {
                continue;
            }
            let share = right / (right + wrong);
            areas.0 += (wrong - passed) / negatives * (before + right) / 2.0 / positives;
            areas.1 += (right - before) / positives * share;
            roc.push((wrong / negatives, right / positives));
            precision.push((right / positives, share));
        }
        Some(Self {
            roc,
            precision,
            areas,
            frequency: positives / (positives + negatives),
        })
    }

    /// The precision as the step function whose area is the average precision.
    fn steps(&self) -> Vec<(f64, f64)> {
        let mut steps = Vec::new();
        let mut from = 0.0;
        for &(recall, precision) in &self.precision {
            if recall > from {
                steps.extend([(from, precision), (recall, precision)]);
            }
            from = recall;
        }
        steps
    }

    /// The recall at a false positive rate; of a vertical part its lower or its upper end.
    fn recall_at(&self, rate: f64, upper: bool) -> f64 {
        let roc = &self.roc;
        let next = match upper {
            true => roc.partition_point(|point| point.0 <= rate),
            false => roc.partition_point(|point| point.0 < rate),
        };
        match (next.checked_sub(1).map(|last| roc[last]), roc.get(next)) {
            (None, Some(first)) => first.1,
            (Some(last), Some(next)) => {
                let along = (rate - last.0) / (next.0 - last.0);
                last.1 + along * (next.1 - last.1)
            }
            (Some(last), None) => last.1,
            (None, None) => 0.0,
        }
    }

    /// The precision of the step function just below a recall.
    fn precision_at(&self, recall: f64) -> f64 {
        let reached = self.precision.partition_point(|point| point.0 < recall);
        self.precision.get(reached).map_or(0.0, |point| point.1)
    }
}

/// The mean over classes at every false positive rate, and at every recall: their areas are the means of the areas.
fn macro_curves(all: &[OfClass]) -> (Line, Line) {
    let places = |points: fn(&OfClass) -> &Vec<(f64, f64)>| {
        let mut places: Vec<f64> = (all.iter().flat_map(points)).map(|point| point.0).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        places
    };
    let mean = |of: &dyn Fn(&OfClass) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    let roc = places(|class| &class.roc).into_iter().flat_map(|rate| {
        [false, true].map(|upper| (rate, mean(&|class| class.recall_at(rate, upper))))
    });
    let mut steps = Vec::new();
    let mut from = 0.0;
    for recall in places(|class| &class.precision) {
        if recall > from {
            let precision = mean(&|class| class.precision_at(recall));
            steps.extend([(from, precision), (recall, precision)]);
        }
        from = recall;
    }
    (roc.collect(), steps)
}

/// False positive rate, recall and precision of the second class at a threshold.
fn at(predicted: &Predicted, threshold: f64) -> Option<(f64, f64, Option<f64>)> {
    let ranked = ranked(predicted, 1)?;
    let sum = |positive: bool, taken: bool| {
        let own = ranked
            .iter()
            .filter(|s| s.1 == positive && (s.0 > threshold || !taken));
        own.fold(0.0, |sum, sample| sum + sample.2)
    };
    let (right, wrong) = (sum(true, true), sum(false, true));
    let precision = (right + wrong > 0.0).then(|| right / (right + wrong));
    Some((
        wrong / sum(false, false),
        right / sum(true, false),
        precision,
    ))
}

/// ROC and precision-recall curves of two to a hundred classes.
pub fn curves(view: &View, judged: &Judged) -> Option<Figure> {
    let predicted = &judged.predicted;
    let classes = judged.classes.len();
    if !(2..=MOST_CLASSES).contains(&classes) {
        return None;
    }
    let area = |what: &str, areas: (f64, f64)| {
        format!(
            "{what}: area {:.3}, average precision {:.3}",
            areas.0, areas.1
        )
    };
    // Of several, names must leave room for the numbers of all.
    let short = |what: &str, areas: (f64, f64)| {
        let letters: Vec<char> = what.chars().collect();
        // What tells long names apart is often at their ends.
        let name = match letters.len().checked_sub(LONGEST) {
            None | Some(0) => letters,
            Some(_) => {
                let (first, last) = (
                    &letters[..LONGEST / 2],
                    &letters[letters.len() - LONGEST / 2..],
                );
                [first, &['…'], last].concat()
            }
        };
        let name: String = name.into_iter().collect();
        format!("{name}: {:.3}, {:.3}", areas.0, areas.1)
    };
    let one = |name: String, roc: Vec<(f64, f64)>, steps: Vec<(f64, f64)>| {
        let curve = |points| RateCurve {
            name: name.clone(),
            points,
            baseline: Vec::new(),
            marked: None,
            is_mean: false,
        };
        [curve(roc), curve(steps)]
    };
    let (mut roc, mut precision, mut left_out) = (Vec::new(), Vec::new(), String::new());
    let mut mark = String::new();
    if classes == 2 {
        let class = OfClass::of(predicted, 1)?;
        let name = area(&judged.classes[1], class.areas);
        let [mut first, mut second] = one(name, class.roc.clone(), class.steps());
        second.baseline = vec![(0.0, class.frequency), (1.0, class.frequency)];
        if let Some(threshold) = judged.threshold
            && let Some((wrong, recall, share)) = at(predicted, threshold)
        {
            first.marked = Some((wrong, recall));
            second.marked = share.map(|share| (recall, share));
            mark = format!("threshold {}", formatting::measured(threshold));
        }
        roc.push(first);
        precision.push(second);
    } else {
        let mut found: Vec<(usize, OfClass)> = (0..classes)
            .filter_map(|class| Some((class, OfClass::of(predicted, class)?)))
            .collect();
        let absent = classes - found.len();
        if absent > 0 {
            left_out = format!(" {} without samples left out.", classes_in_words(absent));
        }
        let all = found.len();
        if all > CURVES {
            // The weakest are what is looked for.
            found.sort_by(|a, b| a.1.areas.0.total_cmp(&b.1.areas.0));
        }
        let (ordinals, of_classes): (Vec<usize>, Vec<OfClass>) = found.into_iter().unzip();
        let mean = |of: fn(&OfClass) -> f64| of_classes.iter().map(of).sum::<f64>() / all as f64;
        for (class, own) in ordinals.iter().zip(&of_classes).take(CURVES) {
            let name = short(&judged.classes[*class], own.areas);
            let [first, second] = one(name, own.roc.clone(), own.steps());
            roc.push(first);
            precision.push(second);
        }
        if all > CURVES {
            left_out += &format!(
                " The {CURVES} of {all} classes with the smallest areas are drawn, and the mean of all."
            );
        }
        if all > 1 {
            let (first, second) = macro_curves(&of_classes);
            let areas = (mean(|class| class.areas.0), mean(|class| class.areas.1));
            let pair = one(short("mean over classes", areas), first, second);
            let [first, second] = pair.map(|curve| RateCurve {
                is_mean: true,
                ..curve
            });
            roc.push(first);
            precision.push(second);
        }
    }
    roc.first_mut()?.baseline = vec![(0.0, 0.0), (1.0, 1.0)];
    let against = match classes {
        2 => "",
        _ => " Each class against the rest, with its area and its average precision.",
    };
    let panel = |title: &str, x: &str, y: &str, curves| RatePanel {
        title: title.to_owned(),
        x_label: x.to_owned(),
        y_label: y.to_owned(),
        curves,
    };
    let chart = RateCurves {
        title: format!("ROC, precision and recall on {}", view.recipe().data.name),
        subtitle: format!("{}.{against}{}{left_out}", judged.of, judged.note),
        mark,
        panels: vec![
            panel(
                "ROC",
                "false positive rate",
                "recall (true positive rate)",
                roc,
            ),
            panel("Precision and recall", "recall", "precision", precision),
        ],
    };
    let caption = "What a threshold on the probability costs: false alarms against what is found, and precision against recall.";
    // Two columns of a legend with a line for every other curve.
    let rows = (classes.min(CURVES + 1) / 2) as u32;
    Some(Figure::new("roc", caption, chart).sized(900, 540 + 20 * rows))
}

fn classes_in_words(count: usize) -> String {
    match count {
        1 => "One class".to_owned(),
        count => format!("{count} classes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::score;
    use ndarray::Array2;

    /// The area under a line, by trapezoids.
    fn area(points: &[(f64, f64)]) -> f64 {
        let parts = points.windows(2).map(|pair| {
            let [(a, low), (b, high)] = [pair[0], pair[1]];
            (b - a) * (low + high) / 2.0
        });
        parts.sum()
    }

    /// Probabilities with ties, and labels that agree with them more often than not.
    fn predicted(classes: usize, samples: usize, weighted: bool) -> Predicted {
        let mut state = 12345u64;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / (1u64 << 31) as f64
        };
        let mut probabilities = Array2::zeros((samples, classes));
        let mut labels = Vec::new();
        for mut row in probabilities.rows_mut() {
            row.iter_mut()
                .for_each(|p| *p = 0.1 + (10.0 * next()).round());
            let sum = row.sum();
            row /= sum;
            let label = (next() * classes as f64) as u32;
            let best = (0..classes).max_by(|a, b| row[*a].total_cmp(&row[*b]));
            labels.push(if next() < 0.6 {
                best.unwrap_or(0) as u32
            } else {
                label
            });
        }
        let said = vec![0; samples];
        let weights = (0..samples).map(|_| next()).collect();
        let found = Predicted::classes(labels, said, classes, Some(probabilities));
        match weighted {
            true => found.with_weights(weights),
            false => found,
        }
    }

    #[test]
    fn areas_under_the_drawn_curves_are_the_scores() {
        for (classes, weighted) in [(2, false), (2, true), (4, false), (4, true)] {
            let predicted = predicted(classes, 200, weighted);
            let [auroc, precision] = ["auroc", "average_precision"]
                .map(|name| (score::find(name).unwrap().value)(&predicted).unwrap());
            let all: Vec<OfClass> = (0..classes)
                .map(|class| OfClass::of(&predicted, class).unwrap())
                .collect();
            let (roc, steps) = match classes {
                2 => (all[1].roc.clone(), all[1].steps()),
                _ => macro_curves(&all),
            };
            assert!((area(&roc) - auroc).abs() < 1e-12, "{classes} {weighted}");
            assert!(
                (area(&steps) - precision).abs() < 1e-12,
                "{classes} {weighted}"
            );
            for class in &all {
                assert!((area(&class.roc) - class.areas.0).abs() < 1e-12);
                assert!((area(&class.steps()) - class.areas.1).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_marked_threshold_lies_on_the_curves() {
        let predicted = predicted(2, 200, true);
        let class = OfClass::of(&predicted, 1).unwrap();
        for threshold in [0.2, 0.5, 0.8] {
            let (wrong, recall, precision) = at(&predicted, threshold).unwrap();
            let near = |points: &[(f64, f64)], x: f64, y: f64| {
                points
                    .iter()
                    .any(|p| (p.0 - x).abs() + (p.1 - y).abs() < 1e-12)
            };
            assert!(near(&class.roc, wrong, recall));
            assert!(near(&class.precision, recall, precision.unwrap()));
        }
        // Without a sample of another class there is no curve.
        let alone = Predicted::classes(vec![1], vec![1], 2, Some(Array2::from_elem((1, 2), 0.5)));
        assert!(OfClass::of(&alone, 1).is_none());
    }
}
