//! The values of the events of a training for a network.

use crate::{
    data::part::Part,
    metrics::{
        event::{EVENTS, Training},
        metric::Metric,
    },
    run::{network_rows::NetworkRows, outcome::Status},
};

/// The value of each of [`EVENTS`] for a network; NaN where it has none.
pub(super) fn events(rows: &NetworkRows, metrics: &[Metric], target: f64) -> Vec<f64> {
    let loss = |part| {
        let loss = Metric::Loss(part);
        metrics.iter().position(|metric| *metric == loss)
    };
    let training = Training {
        steps: &rows.steps,
        numbers: &rows.metrics,
        train_loss: loss(Part::Train),
        test_loss: loss(Part::Test),
        target,
        diverged_at: (rows.status == Status::Diverged).then_some(rows.last_step),
        followed: rows.followed.as_ref(),
        shade: rows.shade,
        converged: rows.converged,
        exploded: rows.exploded,
    };
    let values = EVENTS.iter().map(|event| (event.value)(&training));
    values.map(|value| value.unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        metrics::{
            event::CONVERGED,
            event_tracker::{EventTracker, FollowedLosses},
        },
        run::number_columns::NumberColumns,
    };

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
            fates: Vec::new(),
            answers: None,
        }
    }

    #[test]
    fn events_are_read_off_the_records() {
        let metrics = [Part::Train, Part::Test].map(Metric::Loss);
        let of = |losses: &[_], status| events(&rows(losses, status), &metrics, 0.1);
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
        let metrics = [Part::Train, Part::Test].map(Metric::Loss);
        let records = [(0, 0.7, Some(0.7)), (8, 0.01, Some(0.2))];
        let of = |follow| {
            let mut rows = rows(&records, Status::Completed);
            let mut followed = EventTracker::new(0.1, follow);
            for (step, train, test) in [
                (0, 0.7, 0.7),
                (3, 0.09, 0.1),
                (5, 0.005, 0.3),
                (8, 0.01, 0.2),
            ] {
                followed.push(step, train, Some(test));
            }
            rows.followed = Some(followed);
            events(&rows, &metrics, 0.1)
        };
        let (training, test) = (of(FollowedLosses::Training), of(FollowedLosses::Test));
        // Of test losses between the records nothing is known where they were not followed.
        assert_eq!([training[0], training[2], training[3]], [3.0, 8.0, 0.005]);
        assert_eq!([test[0], test[2], test[3]], [3.0, 3.0, 0.005]);
    }
}
