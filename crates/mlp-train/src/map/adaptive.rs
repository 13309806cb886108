//! Maps refined where neighbours differ, within a time budget.
//!
//! The order in which blocks are refined depends only on the values; the clock decides how far it gets. The
//! computed cells are stored in the resolved experiment, which then computes exactly these. A run that
//! continues after an interruption has the rest of its budget, and does not retrain finished cells: they are
//! refined again without a clock.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use super::{axes::MapAxes, event, refinement::Refinement};
use crate::{
    clock::Clock,
    data::part::Part,
    error::Error,
    metrics::{event::EVENTS, metric::Metric},
    resolve::resolved::ResolvedExperiment,
    run::{network_rows::NetworkRows, network_set::NetworkSet},
    settings::experiment::MapAxis,
};

/// Blocks refined before the next ones are chosen: a fraction of the cells, but at least a few.
const ROUND_SHARE: usize = 64;
const SMALLEST_ROUND: usize = 32;

/// Neighbours whose values differ by more than this fraction are refined.
const ENOUGH: f64 = 0.05;

/// Trains cells of a map: those not finished yet, as many as end before a deadline.
pub(crate) trait CellTrainer {
    /// Trains cells and reports the outcome of each of their networks.
    ///
    /// # Errors
    /// The errors of training an experiment.
    fn train(
        &mut self,
        cells: &BTreeSet<u64>,
        until: Option<Duration>,
        seen: &mut dyn FnMut(&NetworkRows),
    ) -> Result<(), Error>;

    /// Reports every finished network.
    ///
    /// # Errors
    /// Networks that cannot be read back.
    fn known(&self, seen: &mut dyn FnMut(&NetworkRows)) -> Result<(), Error>;

    /// The networks that are finished.
    fn finished(&self) -> &NetworkSet;

    /// Whether to stop everything.
    fn interrupted(&self) -> bool;
}

/// How networks appear in the picture: the metric at each drawn step.
struct DrawnMetrics<'a> {
    metrics: &'a [Metric],
    metric: Metric,
    target: f64,
    over_steps: bool,
    seeds: u64,
    networks: HashMap<u64, Vec<f64>>,
}

impl<'a> DrawnMetrics<'a> {
    fn new(experiment: &ResolvedExperiment, metrics: &'a [Metric]) -> Self {
        let spec = experiment.experiment();
        Self {
            metrics,
            metric: spec.map.shown(),
            target: spec.training.target_loss.unwrap_or(0.01),
            over_steps: !matches!(spec.map.y, Some(MapAxis::Key(..))),
            seeds: experiment.seeds_per_cell(),
            networks: HashMap::new(),
        }
    }

    fn take(&mut self, rows: &NetworkRows) {
        let place = |metric: Metric| self.metrics.iter().position(|known| *known == metric);
        let event = EVENTS
            .iter()
            .position(|event| Metric::Event(event) == self.metric);
        let look = match event {
            Some(index) => vec![event::events(rows, self.metrics, self.target)[index]],
            None => {
                let (plus, minus) = match place(self.metric) {
                    Some(place) => (Some(place), None),
                    None => (
                        place(Metric::Loss(Part::Test)),
                        place(Metric::Loss(Part::Train)),
                    ),
                };
                let number = |place: usize, record: usize| {
                    let value = rows.metrics.column(place).get(record);
                    value.unwrap_or(f64::NAN)
                };
                let of = |record: usize| {
                    let value = plus.map_or(f64::NAN, |place| number(place, record));
                    value - minus.map_or(0.0, |place| number(place, record))
                };
                match (self.over_steps, rows.status) {
                    (true, _) => (0..rows.steps.len()).map(of).collect(),
                    (false, crate::run::outcome::Status::Diverged) => vec![f64::NAN],
                    (false, _) => vec![rows.last_record().map_or(f64::NAN, of)],
                }
            }
        };
        self.networks.insert(rows.network, look);
    }

    /// How much two cells differ: the largest difference of networks with the same seed at any step. Infinite
    /// where one has a value and the other does not.
    fn difference(&self, a: usize, b: usize) -> f64 {
        let mut most = 0.0;
        for seed in 0..self.seeds {
            let look = |cell: usize| self.networks.get(&(cell as u64 * self.seeds + seed));
            let (Some(a), Some(b)) = (look(a), look(b)) else {
                return f64::INFINITY;
            };
            if a.len() != b.len() {
                return f64::INFINITY;
            }
            for (a, b) in a.iter().zip(b) {
                let differ = apart(*a, *b);
                most = if differ > most { differ } else { most };
            }
        }
        most
    }
}

/// |a - b| / (|a| + |b|), from 0 to 1.
fn apart(a: f64, b: f64) -> f64 {
    match (a.is_finite(), b.is_finite()) {
        (true, true) if a == b => 0.0,
        (true, true) => (a - b).abs() / (a.abs() + b.abs()),
        (false, false) => 0.0,
        _ => f64::INFINITY,
    }
}

/// Trains the coarse map, then refines it until the rest of the budget is spent or nothing is left to
/// refine. Cells finished by earlier processes count however little is left.
///
/// # Errors
/// The errors of training.
pub(crate) fn refine(
    experiment: &ResolvedExperiment,
    metrics: &[Metric],
    left: Duration,
    clock: &dyn Clock,
    workshop: &mut dyn CellTrainer,
) -> Result<Refinement, Error> {
    // A budget beyond the clock's range never ends.
    let end = clock.now().checked_add(left);
    let mut looks = DrawnMetrics::new(experiment, metrics);
    workshop.known(&mut |rows| looks.take(rows))?;
    let mut refinement = Refinement::coarse(MapAxes::of(experiment))?;
    workshop.train(&refinement.cells(), None, &mut |rows| looks.take(rows))?;
    let cells = usize::try_from(experiment.cells()).unwrap_or(usize::MAX);
    let round = (cells / ROUND_SHARE).max(SMALLEST_ROUND);
    while !workshop.interrupted() {
        let blocks = refinement.next(round, ENOUGH, |a, b| looks.difference(a, b));
        let over = end.is_some_and(|end| clock.now() >= end);
        if blocks.is_empty() {
            break;
        }
        if !over {
            let wanted = |block| refinement.new_cells(block);
            let cells: BTreeSet<u64> = blocks.iter().copied().flat_map(wanted).collect();
            workshop.train(&cells, end, &mut |rows| looks.take(rows))?;
        }
        // A block whose cells the deadline cut short stays as it is.
        let seeds = experiment.seeds_per_cell();
        let mut refined = false;
        for block in blocks {
            let networks = refinement
                .new_cells(block)
                .flat_map(|cell| cell * seeds..(cell + 1) * seeds);
            let whole = networks
                .into_iter()
                .all(|network| workshop.finished().contains(network));
            if whole {
                refinement.refine(block);
                refined = true;
            }
        }
        // The clock has cut all of them short, or they hold a network that cannot be trained.
        if !refined {
            break;
        }
    }
    Ok(refinement)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use mlp_core::Level;

    use super::*;
    use crate::{
        results::{
            gathering::Gathering,
            in_memory::{MemoryNetworks, MemorySinks},
        },
        run::{
            job::{Job, kept_weights},
            network_store::NetworkStore,
            training::TrainingContext,
        },
        settings::{experiment::Experiment, kind::Kind, layers::SettingsLayer},
    };

    /// A clock that goes on by a millisecond whenever somebody looks at it.
    #[derive(Debug, Default)]
    struct Ticks(AtomicU64);

    impl Clock for Ticks {
        fn now(&self) -> Duration {
            Duration::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
        }
    }

    /// Every network that was trained is in the results, or is told as one that is left out.
    #[test]
    fn what_the_clock_cuts_short_is_counted() {
        let mut layer = SettingsLayer::new();
        for setting in [
            "data=xor",
            "hidden=2",
            "steps=2",
            "record=last",
            "x=learning_rate=lin:0.1:1:32",
            "y=seed=lin:0:31:32",
            "map.budget=1h",
        ] {
            layer.set(setting).unwrap();
        }
        let mut author = Experiment::new(Kind::Map);
        layer.apply(&mut author).unwrap();
        let experiment = &ResolvedExperiment::new(&author, None).unwrap();
        let (interrupt, mut cut_short) = (AtomicBool::new(false), 0);
        for budget in (1..120).map(|ticks| Duration::from_millis(10 * ticks)) {
            let job = Job {
                experiment,
                level: Level::best(),
                threads: 1,
                packs: true,
                watch: TrainingContext {
                    observer: &(),
                    interrupt: &interrupt,
                    weights: kept_weights(experiment),
                    clock: &Ticks::default(),
                },
            };
            let mut networks = MemoryNetworks::default();
            let all = job.all(&mut networks, &|_| budget, &|extent| {
                Gathering::new(experiment, extent, MemorySinks)
            });
            let all = all.unwrap();
            let (trained, gathered) =
                (networks.finished().len(), all.gathering.counts().finished());
            assert_eq!(gathered, all.refinement.unwrap().cells().len() as u64);
            assert_eq!(trained, gathered + all.left_out, "{budget:?}");
            cut_short += u64::from(all.left_out > 0);
        }
        assert!(cut_short > 0);
    }
}
