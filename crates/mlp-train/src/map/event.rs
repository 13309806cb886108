//! Events of a training as metrics of a map: one number a network, or one derived from each record.

use crate::{
    measures::{exploded::EXPLODED, followed::Follow},
    run::{
        network_rows::{BEST_TRAIN_LOSS, NetworkRows},
        outcome::Status,
    },
};

/// A metric that maps have beside the columns of records.
#[derive(Debug)]
pub struct Event {
    /// Its name, and that of its array.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// Whether a larger value is the better one.
    pub larger_is_better: Option<bool>,
    /// What is looked at between the records where a map shows it.
    pub(crate) follow: Follow,
    /// The number, if the network has it.
    value: fn(&Training<'_>) -> Option<f64>,
}

/// The loss that is followed, with its records.
struct Training<'a> {
    rows: &'a NetworkRows,
    columns: &'a [String],
    target: f64,
}

impl Training<'_> {
    /// A column at every recorded step, as far as it applies.
    fn curve(&self, column: &str) -> Option<impl Iterator<Item = (u64, f64)>> {
        let place = self.columns.iter().position(|name| name == column)?;
        let values = self.rows.metrics.column(place).iter();
        let records = self.rows.steps.iter().zip(values);
        Some(records.filter_map(|(step, value)| Some((*step, value?))))
    }
}

/// Every event, one line each.
pub const EVENTS: &[Event] = &[
    Event {
        name: "steps_to_target",
        description: "first step with a train_loss below target_loss, of all where this is the metric, else of the recorded ones; empty if there is none",
        larger_is_better: Some(false),
        follow: Follow::Training,
        value: |training| {
            if let Some(followed) = &training.rows.followed {
                return followed.reached.map(|step| step as f64);
            }
            let mut curve = training.curve("train_loss")?;
            let reached = curve.find(|(_, loss)| *loss < training.target)?;
            Some(reached.0 as f64)
        },
    },
    Event {
        name: "divergence_step",
        description: "updates after which a number was no longer finite; empty if all stayed so",
        larger_is_better: None,
        follow: Follow::Training,
        value: |training| {
            (training.rows.status == Status::Diverged).then_some(training.rows.last_step as f64)
        },
    },
    Event {
        name: "best_step",
        description: "step with the least test_loss (train_loss without a test part), of all where this is the metric, else of the recorded ones; the first of equals",
        larger_is_better: None,
        follow: Follow::Test,
        value: |training| {
            let followed = training.rows.followed.as_ref();
            if let Some(step) = followed.and_then(|followed| followed.best_step) {
                return Some(step as f64);
            }
            let least = |column: &str| {
                let curve = training.curve(column)?;
                curve.reduce(|best, next| if next.1 < best.1 { next } else { best })
            };
            let best = least("test_loss").or_else(|| least("train_loss"))?;
            Some(best.0 as f64)
        },
    },
    Event {
        name: BEST_TRAIN_LOSS,
        description: "least train_loss, of all steps where this is the metric, else of the recorded ones",
        larger_is_better: Some(false),
        follow: Follow::Training,
        value: |training| {
            let place = training
                .columns
                .iter()
                .position(|name| name == "train_loss")?;
            training.rows.best_train_loss(place)
        },
    },
    Event {
        name: SHADE,
        description: "-sum of v over all steps if the mean of the last 20 is below 1, else sum of 1/v; v = train_loss / first, cut at 1e6",
        larger_is_better: None,
        follow: Follow::Nothing,
        value: |training| training.rows.shade,
    },
    Event {
        name: CONVERGED,
        description: "1 if the last loss is finite and below the first, else 0",
        larger_is_better: None,
        follow: Follow::Nothing,
        value: |training| Some(f64::from(u8::from(training.rows.converged))),
    },
    Event {
        name: EXPLODED,
        description: "1 if the network exploded (docs/statistics.md), else 0; in the file where any did",
        larger_is_better: None,
        follow: Follow::Nothing,
        value: |training| Some(f64::from(u8::from(training.rows.exploded))),
    },
];

/// Whether a training converged, which `map.npz` holds as flags.
pub(super) const CONVERGED: &str = "converged";

/// The shade of a fractal map, which only trainings have that sum it up.
pub(crate) const SHADE: &str = "shade";

/// The gap between test and training loss at a recorded step.
pub(crate) const GAP: &str = "gap";

/// The event of this name.
pub(crate) fn event(name: &str) -> Option<&'static Event> {
    EVENTS.iter().find(|event| event.name == name)
}

/// What each of [`EVENTS`] is for a network; NaN where it has none.
pub(super) fn events(rows: &NetworkRows, columns: &[String], target: f64) -> Vec<f64> {
    let training = Training {
        rows,
        columns,
        target,
    };
    let values = EVENTS.iter().map(|event| (event.value)(&training));
    values.map(|value| value.unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{measures::followed::Followed, run::number_columns::NumberColumns};

    fn rows(losses: &[(u64, f64, Option<f64>)], status: Status) -> NetworkRows {
        NetworkRows {
            network: 0,
            seed: 0,
            status,
            last_step: 9,
            stopped_by: None,
            best_step: None,
            exploded: false,
            converged: true,
            shade: None,
            followed: None,
            steps: losses.iter().map(|(step, ..)| *step).collect(),
            metrics: NumberColumns::new(
                losses.len(),
                [0, 1].into_iter().map(|column| {
                    let values = losses.iter();
                    values.map(move |(_, train, test)| [Some(*train), *test][column])
                }),
            ),
            weights: Vec::new(),
        }
    }

    #[test]
    fn events_are_read_off_the_records() {
        let columns = ["train_loss".to_owned(), "test_loss".to_owned()];
        let of = |losses: &[_], status| events(&rows(losses, status), &columns, 0.1);
        let learns = [
            (0, 0.7, Some(0.7)),
            (2, 0.09, Some(0.3)),
            (4, 0.05, Some(0.2)),
            (8, 0.01, Some(0.2)),
        ];
        let found = of(&learns, Status::Completed);
        assert_eq!((found[0], found[2]), (2.0, 4.0));
        assert!(found[1].is_nan());
        let diverges = of(&[(0, 0.7, None), (5, 0.6, None)], Status::Diverged);
        assert!(diverges[0].is_nan());
        assert_eq!(diverges[1..3], [9.0, 5.0]);
        assert_eq!((found[3], diverges[3]), (0.01, 0.6));
        assert!(diverges[4].is_nan());
        assert_eq!((diverges[5], EVENTS[5].name), (1.0, CONVERGED));
    }

    #[test]
    fn events_that_were_followed_are_those_of_every_step() {
        let columns = ["train_loss".to_owned(), "test_loss".to_owned()];
        let records = [(0, 0.7, Some(0.7)), (8, 0.01, Some(0.2))];
        let of = |follow| {
            let mut rows = rows(&records, Status::Completed);
            let mut followed = Followed::new(0.1, follow);
            for (step, train, test) in [
                (0, 0.7, 0.7),
                (3, 0.09, 0.1),
                (5, 0.005, 0.3),
                (8, 0.01, 0.2),
            ] {
                followed.push(step, train, Some(test));
            }
            rows.followed = Some(followed);
            events(&rows, &columns, 0.1)
        };
        let (training, test) = (of(Follow::Training), of(Follow::Test));
        // Of test losses between the records nothing is known where they were not followed.
        assert_eq!([training[0], training[2], training[3]], [3.0, 8.0, 0.005]);
        assert_eq!([test[0], test[2], test[3]], [3.0, 3.0, 0.005]);
    }
}
