//! Training an experiment: one network with everything that it leaves, or all networks.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use mlp_core::{Bands, Level, Scalar};

use super::{
    chunk::Chunk,
    interval_folds::{Folds, train_folds},
    network_rows::NetworkRows,
    network_set::NetworkSet,
    network_store::NetworkStore,
    outcome::{Ending, Outcome},
    population::{WorkerSettings, run_population},
    saved_state::SavedState,
    training::{CheckpointAccess, TrainingContext, train},
};
use crate::{
    data::prepare::Prepared,
    error::Error,
    map::{CellTrainer, Refinement, refine},
    metrics::metric::Metric,
    model::{Model, ModelOrigin},
    resolve::{required_columns::RequiredColumns, resolved::ResolvedExperiment},
    results::{gathering::Gathering, ordered_gathering::OrderedGathering, sinks::Sinks},
    settings::{experiment::KeptWeights, precision::Precision},
};

/// An experiment to be trained.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// What is trained.
    pub experiment: &'a ResolvedExperiment,
    /// The instruction set of the kernels.
    pub level: Level,
    /// Worker threads.
    pub threads: usize,
    /// Whether small networks are trained side by side, which changes no result.
    pub packs: bool,
    /// The observer.
    pub watch: TrainingContext<'a>,
}

/// The results of a single training.
pub struct Trained {
    /// Its records, and how it ended.
    pub outcome: Outcome,
    /// The network, ready to be used.
    pub model: Model,
    /// The final state of the training.
    pub state: SavedState,
}

/// The results that remain to be gathered once all networks are trained.
pub struct Networks<'a, S: Sinks> {
    /// All networks in their order.
    pub gathering: Gathering<'a, S>,
    /// The cells of a map that were computed, where not all are.
    pub refinement: Option<Refinement>,
    /// Whether its refinement was interrupted, so that it may not be complete.
    pub cut: bool,
    /// Finished networks that are not gathered: their blocks of a refined map have others that are not finished.
    pub left_out: u64,
}

impl<S: Sinks> Networks<'_, S> {
    /// For a refined map, the cell that represents each cell.
    pub fn sources(&self) -> Option<Vec<usize>> {
        self.refinement.as_ref().map(Refinement::sources)
    }
}

impl<'a> Job<'a> {
    /// Trains one network with every record. It continues from a checkpoint, if there is one.
    ///
    /// # Errors
    /// Data that cannot be trained on; errors of writing a checkpoint.
    pub fn single(&self, network: u64, keeping: CheckpointAccess<'_>) -> Result<Trained, Error> {
        match self.experiment.recipe(network)?.precision {
            Precision::F32 => self.single_as::<f32>(network, keeping),
            Precision::F64 => self.single_as::<f64>(network, keeping),
        }
    }

    /// A single network uses several threads only in large layers.
    fn single_as<T: Scalar>(
        &self,
        network: u64,
        keeping: CheckpointAccess<'_>,
    ) -> Result<Trained, Error> {
        #[cfg(feature = "threads")]
        if self.threads != 1 {
            return crate::run::population::pool(self.threads)?.install(|| {
                let bands: Arc<dyn Bands> = Arc::new(crate::run::bands::PoolBands);
                self.single_with::<T>(network, Some(&bands), keeping)
            });
        }
        self.single_with::<T>(network, None, keeping)
    }

    fn single_with<T: Scalar>(
        &self,
        network: u64,
        bands: Option<&Arc<dyn Bands>>,
        keeping: CheckpointAccess<'_>,
    ) -> Result<Trained, Error> {
        let experiment = self.experiment;
        let recipe = experiment.recipe(network)?;
        let prepared = Prepared::<T>::new(&recipe.data)?;
        let mut trainer = prepared.trainer(&recipe.spec, recipe.seed, self.level)?;
        if let Some(bands) = bands {
            trainer = trainer.with_bands(Arc::clone(bands));
        }
        if recipe.start.is_some() {
            recipe.begin(&mut trainer)?;
        }
        if let Some(kept) = &keeping.kept {
            self.watch.observer.on_continue(kept.state.steps());
        }
        let outcome = train(
            &mut trainer,
            &prepared,
            &recipe,
            (network, experiment.cell_of(network)),
            self.watch,
            Vec::new(),
            keeping,
        )?;
        let mut intervals = None;
        if let Some(folds) = recipe.interval_folds
            && outcome.ending != Ending::Interrupted
            && outcome.ending != Ending::Diverged
        {
            match train_folds::<T>(&recipe, folds, (self.watch, self.level), bands)? {
                Folds::Trained(trained) => intervals = Some(trained),
                // Its last checkpoint is where it goes on, and the folds are trained again.
                Folds::Interrupted => return Err(Error::Interrupted),
                Folds::Diverged(fold) => self.watch.observer.on_warning(&format!(
                    "the network without fold {fold} of {folds} diverged, so the model has no prediction intervals; \
                     train again at a smaller --learning-rate"
                )),
            }
        }
        let origin = ModelOrigin {
            engine: mlp_core::ENGINE.to_owned(),
            seed: recipe.seed,
            steps: trainer.steps_done(),
            unfinished: outcome.ending == Ending::Interrupted,
            experiment: experiment.origin_of(&outcome),
        };
        Ok(Trained {
            state: SavedState::of(&trainer, &prepared, &recipe),
            model: Model::new(trainer.network(), &prepared, &recipe, origin)
                .with_threshold(recipe.threshold, &recipe.data, self.level)?
                .with_intervals(intervals),
            outcome,
        })
    }

    /// The networks of some cells, ascending.
    fn networks_of(&self, cells: BTreeSet<u64>) -> impl Iterator<Item = u64> + use<> {
        let seeds = self.experiment.seeds_per_cell();
        cells
            .into_iter()
            .flat_map(move |cell| cell * seeds..(cell + 1) * seeds)
    }

    /// Trains all networks except some, until a deadline if one is given.
    fn train<N: NetworkStore>(
        &self,
        metrics: &[Metric],
        others: &NetworkSet,
        until: Option<Duration>,
        networks: &mut N,
        seen: &mut dyn FnMut(&Chunk) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let workers = WorkerSettings {
            threads: self.threads,
            level: self.level,
            until,
            packs: self.packs,
        };
        let encoder = networks.encoder();
        let sink = &mut |chunk: Chunk| {
            networks.put(&chunk)?;
            seen(&chunk)
        };
        let experiment = self.experiment;
        run_population(
            experiment, metrics, others, workers, &encoder, self.watch, sink,
        )
    }

    /// Trains all unfinished networks, in any order, stores them and gathers them in order. For the budget
    /// of a map, `left_of` returns what is left; `begin` starts the results.
    ///
    /// # Errors
    /// Recipes that cannot be trained, results that cannot be stored.
    pub fn all<S: Sinks, N: NetworkStore>(
        &self,
        networks: &mut N,
        left_of: &dyn Fn(Duration) -> Duration,
        begin: &dyn Fn(&RequiredColumns) -> Result<Gathering<'a, S>, Error>,
    ) -> Result<Networks<'a, S>, Error> {
        let extent = RequiredColumns::of(self.experiment)?;
        let finished = networks.finished().clone();
        if !finished.is_empty() {
            self.watch.observer.on_resume(finished.len());
        }
        let metrics = &extent.metrics();
        let map = &self.experiment.experiment().map;
        let mut gathering = None;
        let refinement = match (self.experiment.refinement(), map.budget) {
            (Some(known), _) => {
                let wanted = self.networks_of(known.cells());
                let wanted = wanted
                    .filter(|network| !finished.contains(*network))
                    .collect();
                let others = NetworkSet::all_but(&wanted, self.experiment.networks());
                self.train(metrics, &others, None, networks, &mut |_| Ok(()))?;
                Some(known.clone())
            }
            (None, Some(budget)) => {
                let mut workshop = MapTrainer {
                    job: self,
                    networks: &mut *networks,
                    metrics,
                };
                let (left, clock) = (left_of(budget), self.watch.clock);
                Some(refine(
                    self.experiment,
                    metrics,
                    left,
                    clock,
                    &mut workshop,
                )?)
            }
            (None, None) => {
                // What an earlier process finished comes from the store, and then everything does.
                let mut in_turn = match finished.is_empty() {
                    true => Some(OrderedGathering::new(begin(&extent)?)),
                    false => None,
                };
                self.train(metrics, &finished, None, networks, &mut |chunk| {
                    if let Some(gathering) = in_turn.take() {
                        in_turn = gathering.push(chunk.rows())?;
                    }
                    Ok(())
                })?;
                gathering = in_turn.and_then(|all| all.whole(self.experiment.networks()));
                None
            }
        };
        let cut = refinement.is_some() && self.watch.interrupted();
        let mut left_out = 0;
        if let Some(refinement) = &refinement {
            let finished = networks.finished();
            let wanted = || self.networks_of(refinement.cells());
            let gathered = wanted().filter(|network| finished.contains(*network));
            left_out = finished.len() - gathered.count() as u64;
            networks.limit(wanted().collect());
        }
        networks.sync()?;
        let gathering = match gathering {
            Some(gathering) => gathering,
            None => {
                let mut gathering = begin(&extent)?;
                networks.in_order(&mut |rows| gathering.push(rows))?;
                gathering
            }
        };
        Ok(Networks {
            gathering,
            refinement,
            cut,
            left_out,
        })
    }
}

/// A run that trains the cells of a refined map, with its finished networks.
struct MapTrainer<'a, N> {
    job: &'a Job<'a>,
    networks: &'a mut N,
    metrics: &'a [Metric],
}

impl<N: NetworkStore> CellTrainer for MapTrainer<'_, N> {
    fn train(
        &mut self,
        cells: &BTreeSet<u64>,
        until: Option<Duration>,
        seen: &mut dyn FnMut(&NetworkRows),
    ) -> Result<(), Error> {
        let networks = self.job.networks_of(cells.clone());
        let finished = self.networks.finished();
        let wanted = networks
            .filter(|network| !finished.contains(*network))
            .collect();
        let others = NetworkSet::all_but(&wanted, self.job.experiment.networks());
        self.job
            .train(self.metrics, &others, until, self.networks, &mut |chunk| {
                chunk.rows().iter().for_each(|rows| seen(rows));
                Ok(())
            })
    }

    fn known(&self, seen: &mut dyn FnMut(&NetworkRows)) -> Result<(), Error> {
        self.networks.in_order(&mut |rows| {
            seen(&rows);
            Ok(())
        })
    }

    fn finished(&self) -> &NetworkSet {
        self.networks.finished()
    }

    fn interrupted(&self) -> bool {
        self.job.watch.interrupted()
    }
}

/// Which parameters an experiment saves.
pub fn kept_weights(experiment: &ResolvedExperiment) -> KeptWeights {
    let output = &experiment.experiment().output;
    output.save_weights.unwrap_or_default()
}
