//! What is known of the training that is watched.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use mlp_train::{NetworkSummary, Record, ResolvedExperiment};

use super::answers::{Answers, Asked};

/// Answers may take this part of the time of training.
const SHARE: u32 = 4;

/// The most records that are kept; of more, every second one is dropped.
const KEPT: usize = 4096;

/// A recorded step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Updates.
    pub step: u64,
    /// Loss and score of the training part.
    pub train: [Option<f64>; 2],
    /// Those of the part that it is compared with, if there is one.
    pub other: [Option<f64>; 2],
}

/// What is known of the training that is watched.
#[derive(Default)]
pub struct Watched {
    /// The network and its data.
    pub title: String,
    /// Updates in all.
    pub steps: u64,
    /// The time after which it ends, whatever is done by then.
    pub budget: Option<Duration>,
    /// When it began here.
    pub began: Option<Instant>,
    /// The step at which it began here.
    pub continued: u64,
    /// Updates so far: records may be far apart.
    pub made: Arc<AtomicU64>,
    /// Its records so far.
    pub seen: Vec<Seen>,
    /// The name of the part beside the training part.
    pub other: Option<&'static str>,
    /// The name of the score.
    pub score: &'static str,
    /// What the network answers.
    pub answers: Option<Answers>,
    /// The fold for prediction intervals that is trained, of so many.
    pub fold: Option<(usize, usize)>,
    /// What is to be said once the terminal is given back.
    pub notes: Vec<String>,
    /// How it ended, and when.
    pub ended: Option<String>,
    took: Option<Duration>,
    /// What it is asked.
    asked: Option<Arc<Asked>>,
    /// When it answered last, and how long that took.
    answered: Option<(Instant, Duration)>,
    asks: Option<Instant>,
    /// Every so many records one is kept.
    every: usize,
    passed: usize,
}

impl Watched {
    /// The training starts.
    pub fn start(&mut self, experiment: &ResolvedExperiment) {
        let (Ok(recipe), Ok(summary)) = (experiment.recipe(0), NetworkSummary::of(experiment))
        else {
            return;
        };
        self.title = format!("{} on {}", recipe.architecture(), summary.data());
        self.steps = recipe.steps;
        let author = experiment.experiment();
        self.budget = author.training.stopping.time_budget;
        self.began = Some(Instant::now());
        self.asked = Asked::of(&recipe.data).map(Arc::new);
    }

    /// The training continues after so many updates.
    pub fn continue_from(&mut self, step: u64) {
        self.continued = step;
        self.made.store(step, Ordering::Relaxed);
    }

    /// What the network is asked, if it is time to.
    pub fn wants_answers(&mut self, step: u64) -> Option<Arc<Asked>> {
        let asked = self.asked.clone()?;
        let due = match self.answered {
            Some((at, took)) => at.elapsed() >= took * SHARE,
            None => true,
        };
        if !due && step < self.steps {
            return None;
        }
        self.asks = Some(Instant::now());
        Some(asked)
    }

    /// What it answered.
    pub fn answered(&mut self, answers: Option<Answers>) {
        if answers.is_some() {
            self.answers = answers;
        }
        let took = self.asks.map_or(Duration::ZERO, |asked| asked.elapsed());
        self.answered = Some((Instant::now(), took));
    }

    /// A record.
    pub fn record(&mut self, record: &Record) {
        let other = match (&record.validation, &record.test) {
            (Some(validation), _) => Some(("validation", validation)),
            (None, Some(test)) => Some(("test", test)),
            (None, None) => None,
        };
        self.other = other.map(|(name, _)| name);
        self.made.store(record.step, Ordering::Relaxed);
        let score = |evaluation: &mlp_core::Evaluation| match evaluation.accuracy {
            Some(accuracy) => ("accuracy", Some(accuracy)),
            None => ("R2", evaluation.r2),
        };
        let (name, train) = score(&record.train);
        self.score = name;
        let seen = Seen {
            step: record.step,
            train: [Some(record.train.loss), train],
            other: match other {
                Some((_, evaluation)) => [Some(evaluation.loss), score(evaluation).1],
                None => [None, None],
            },
        };
        // The last one stands for those that were passed over.
        if self.passed > 0 {
            self.seen.pop();
        }
        self.seen.push(seen);
        self.passed = (self.passed + 1) % self.every.max(1);
        if self.seen.len() > KEPT {
            let mut place = 0;
            self.seen.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.every = 2 * self.every.max(1);
        }
    }

    /// Updates so far.
    pub fn step(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// How far it is, in [0, 1].
    pub fn share(&self) -> f64 {
        if self.ended.is_some() {
            return 1.0;
        }
        let steps = self.step() as f64 / self.steps.max(1) as f64;
        match self.budget {
            Some(budget) if !budget.is_zero() => {
                (self.elapsed().as_secs_f64() / budget.as_secs_f64()).max(steps)
            }
            _ => steps,
        }
        .clamp(0.0, 1.0)
    }

    /// It has ended.
    pub fn end(&mut self, how: &str) {
        self.took = Some(self.elapsed());
        self.ended = Some(how.to_owned());
    }

    /// The time since it began here, until it ended.
    pub fn elapsed(&self) -> Duration {
        let since = || self.began.map_or(Duration::ZERO, |began| began.elapsed());
        self.took.unwrap_or_else(since)
    }

    /// Updates a second here, once there are any.
    pub fn rate(&self) -> Option<f64> {
        let made = self.step().saturating_sub(self.continued);
        let seconds = self.elapsed().as_secs_f64();
        (made > 0 && seconds > 0.0).then(|| made as f64 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_goes_on_between_records() {
        let mut watched = Watched::default();
        watched.continue_from(50);
        assert_eq!(watched.step(), 50);
        watched.record(&Record {
            step: 100,
            ..Record::default()
        });
        watched.made.store(250, Ordering::Relaxed);
        assert_eq!(watched.step(), 250);
    }

    #[test]
    fn of_many_records_some_are_kept_and_always_the_last() {
        let mut watched = Watched::default();
        for step in 0..30_000 {
            let record = Record {
                step,
                ..Record::default()
            };
            watched.record(&record);
            assert_eq!(watched.step(), step);
            assert!(watched.seen.len() <= KEPT);
        }
        assert!(watched.seen.len() > KEPT / 3);
        assert!(watched.seen.is_sorted_by(|a, b| a.step < b.step));
        assert_eq!(watched.seen[0].step, 0);
    }
}
