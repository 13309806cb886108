//! Experiments on small neural networks: define them, train them and collect the results, in memory.
//!
//! [`run`] takes an experiment all the way to its results. An [`Experiment`] is what an author writes: as
//! TOML, as keys with values, or as Rust types. Resolving it fills in every default: a
//! [`ResolvedExperiment`] knows the [`Recipe`] of each of its networks, and its file gives the same networks
//! again. One registry, [`key`], gives keys the same meaning in files, options, sweeps and columns.
//!
//! Nothing here opens a file or reads a clock: data come from a [`DataProvider`], time from a [`Clock`]. The
//! crate `mlp-store` keeps runs on disk; it is built on [`storing`]. Without the feature `threads` there are
//! no threads, as WebAssembly requires.
#![forbid(unsafe_code)]

pub mod analysis;
mod clock;
mod data;
mod error;
mod map;
mod metrics;
mod model;
mod resolve;
mod results;
mod run;
mod settings;
pub mod stopping;

pub use analysis::{
    cross_validation,
    filter::{Unselected, networks_that_meet},
};
#[cfg(not(target_family = "wasm"))]
pub use clock::SystemClock;
pub use clock::{Clock, StoppedClock};
pub use data::{
    data_read::{ClassShare, ColumnLeftOut, DataRead},
    part::Part,
    points::Points,
    prepare::{Baseline, Prepared, PreparedCache, baseline, baseline_of},
    provider::{DataInMemory, DataProvider, DataSource, PIPED_DATA},
};
pub use error::{Error, Origin};
pub use map::{BestCell, BoundaryDimension, MapAxes, MapSlice, Region, Span};
pub use metrics::{
    columns::recorded_metrics,
    diagnostic,
    event::{BEST_TRAIN_LOSS, EVENTS, Event},
    exploded,
    metric::{Metric, UnknownMetric},
    record::Record,
    score,
};
pub use mlp_npy::{Array, Arrays, Data};
pub use model::{
    AnyNetwork, Ends, FoldNetwork, Intervals, Model, ModelOrigin, ModelParts, OutputMeaning,
    Prediction, Spread, Weighting, explain,
};
pub use resolve::{
    data_recipe::DataRecipe,
    recipe::Recipe,
    resolved::{Axis, NetworkSummary, ResolvedExperiment},
};
pub use results::{
    columns::{Cell, Column, ColumnKind, Table, Values},
    counts::Counts,
    statistics::Statistics,
    table_source::{RunTables, TableSource},
};
#[cfg(feature = "threads")]
pub use run::bands::PoolBands;
pub use run::{
    entry::{NetworkParameters, Options, RunResults, run, train_network},
    observer::Observer,
    outcome::{Ending, Outcome, Status},
    parameters::Parameters,
    selected::{Judged, SELECTION, Selected},
    selection::{Candidate, why_none},
};
pub use settings::{
    class_weights::ClassWeights,
    experiment::{self, Experiment},
    experiment_file,
    key::{self, Key},
    kind::Kind,
    layers::{Setting, SettingsLayer, Sweep},
    precision::Precision,
    preset,
    range::{Range, RangeError},
    schedule::RecordSchedule,
    schema::json_schema,
    threshold::Threshold,
    value::{Value, shortest},
};
pub use stopping::Stopping;

/// What a store of runs is built on: finished networks, results as they are gathered, and the states that
/// trainings continue from.
pub mod storing {
    pub use crate::{
        data::{
            batch_order::BatchOrder,
            initial_parameters::InitialParameters,
            sha256::{sha256, sha256_of_bytes},
        },
        map::{MapArrays, Refinement, over_seeds},
        metrics::event_tracker::{EventTracker, FollowedLosses},
        model::{Numbers, Tensor, member, tensors_of},
        resolve::{required_columns::RequiredColumns, resolved::identity},
        results::{
            by_row::{OUT_OF_FOLD, PREDICT_ON, ROWS},
            gathering::{FinishedResults, Gathering, PopulationResults},
            in_memory::{MemoryArrays, MemoryNetworks, MemorySinks, MemoryTable},
            rows::{NETS, Rows, SERIES, STATISTICS},
            sinks::{ArraySink, SharedNumbers, Sinks, TableSink},
        },
        run::{
            chunk::{Chunk, ChunkBuilder, share},
            encode::Encode,
            job::{Job, Networks, Trained, kept_weights},
            network_rows::NetworkRows,
            network_set::NetworkSet,
            network_store::NetworkStore,
            number_columns::{NumberColumn, NumberColumns},
            population::{GroupPlan, WorkerSettings, group_plan, run_population},
            saved_state::{SavedState, Start},
            selection::Selection,
            state_numbers::StateNumbers,
            training::{
                AuxiliaryState, CheckpointAccess, Checkpoints, TrainingCheckpoint, TrainingContext,
                TrainingState, train,
            },
        },
        settings::named_files::FILES,
    };
}
