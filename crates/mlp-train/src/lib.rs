//! Experiments on small neural networks: what to train, training it, and what comes of it, in memory.
//!
//! [`run`] is the whole way from an experiment to its results. An [`Experiment`] is what an author
//! writes: as TOML, as keys with values, or as the types themselves. Resolving it spells every default
//! out: a [`ResolvedExperiment`] knows the [`Recipe`] of each of its networks, and its file gives the same
//! networks again. One registry, [`key`], makes keys mean the same in files, options, sweeps and columns.
//!
//! Nothing here opens a file or reads a clock: data come through a [`DataProvider`], time through a
//! [`Clock`]. What keeps runs on a disk is the crate `mlp-store`, which is made of what [`storing`] holds.
//! Without the feature `threads` there are no threads either, as WebAssembly wants it.
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

pub use analysis::{cross_validation, filter::Filter};
#[cfg(not(target_family = "wasm"))]
pub use clock::SystemClock;
pub use clock::{Clock, StoppedClock};
pub use data::{
    data_read::{ClassShare, ColumnLeftOut, DataRead},
    part::Part,
    prepare::{Baseline, Prepared, PreparedCache, baseline},
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
    Answers, AnyNetwork, Model, ModelOrigin, ModelParts, Prediction, Weighting, explain,
};
pub use resolve::{
    data_recipe::DataRecipe,
    recipe::Recipe,
    resolved::{Axis, ResolvedExperiment, Variety},
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
};
pub use settings::{
    class_weights::ClassWeights,
    experiment::{self, Experiment},
    experiment_file,
    key::{self, Key},
    kind::Kind,
    layers::{Layer, Setting, Sweep},
    precision::Precision,
    preset,
    range::{Range, RangeError},
    schedule::RecordSchedule,
    schema::json_schema,
    threshold::Threshold,
    value::{Value, shortest},
};
pub use stopping::Stopping;

/// What a store of runs is made of: finished networks on their way, the results as they are gathered, and
/// what trainings go on from.
pub mod storing {
    pub use crate::{
        data::{batch_order::BatchOrder, given::Given, sha256::sha256},
        map::{MapArrays, Refinement, over_seeds},
        metrics::followed::{Follow, Followed},
        model::{Numbers, Tensor, tensors_of},
        resolve::{extent::Extent, resolved::identity},
        results::{
            gathering::{Gathering, Summed, Sums},
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
            population::{Company, Crew, company, run_population},
            saved_state::{SavedState, Start},
            state_numbers::StateNumbers,
            training::{Checkpoints, Keeping, Kept, Memory, Stand, Watch, train},
        },
    };
}
