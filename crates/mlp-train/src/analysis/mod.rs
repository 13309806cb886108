//! Analysis of the networks of a run: whether norms grow, how many networks are solved, which law
//! relates the norms of biases to those of weights, which classes the solutions form, and whether two
//! settings differ.
//!
//! The tables of a run are read in parts and a few columns at a time, so memory holds only a few numbers
//! per network, even for a million networks. Every result is deterministic: the same tables give the same
//! numbers. Intervals are 95 % intervals; their coverage is measured in `mlp-statistics`, and given beside them
//! where it is lower.
//!
//! Networks that diverged, and those that [exploded](crate::exploded), are counted but excluded
//! from means, trends, growth, laws, classes, correlations and comparisons; neither is solved.

mod clusters;
mod comparison;
mod correlations;
pub mod cross_validation;
pub mod filter;
mod groups;
mod growth;
mod means;
mod networks;
mod pool;
mod quantity;
mod rows;
mod scatter;
mod success;
mod trends;

pub use mlp_statistics::{
    Correlation, Decided, Line, Mean, MedianInterval, Method, Pairs, Proportion, SignTest,
    SignedRanks, mean_coverage, pearson, pearson_coverage, sign_test, signed_ranks, spearman,
};

pub use self::{
    clusters::{Cluster, Clustering, how_to_have_classes},
    comparison::Comparison,
    correlations::NormCorrelation,
    groups::Name,
    growth::Growth,
    means::GroupMean,
    networks::CLASS,
    pool::NoLaw,
    quantity::Quantity,
    rows::Results,
    scatter::{Coloring, Law, Scatter, SingleLaws},
    success::Success,
    trends::Trend,
};
use self::{
    groups::Grouping,
    networks::{End, Networks},
    scatter::Asked,
};
use crate::{
    error::Error, resolve::resolved::ResolvedExperiment, results::table_source::RunTables,
};

/// The scatter plots that are drawn by default, besides the score on the test part against the norm of the
/// weights: the balance laws relate squares, and after separation the output bias can grow as the
/// product of the layers does.
const SCATTERS: [&str; 2] = ["|W|^2,|b|^2", "|W|^L,|b|"];

/// What an analysis computes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Axes of scatter plots as `X,Y`; the default ones where empty.
    pub scatters: Vec<String>,
    /// What colours the points: `class`, `outcome`, `cell`, a swept key or any quantity. By default the
    /// cells of a small grid, else the first swept key with a few values, else the outcome.
    pub color: Option<String>,
    /// Whether the points are all records instead of only the last.
    pub records: bool,
    /// Records before this step are ignored, where points are records.
    pub after: u64,
    /// A condition that selects the networks to analyse.
    pub condition: Option<String>,
    /// Paired comparisons as `KEY=A,B`; by default those of every key with two values.
    pub comparisons: Vec<String>,
}

/// The results of an analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Total number of networks.
    pub networks: u64,
    /// The condition that selected them, where there was one.
    pub condition: Option<String>,
    /// How many networks it selected them from.
    pub of: u64,
    /// How many different seeds they have: networks of a seed in several settings are not independent.
    pub seeds: u64,
    /// Those that diverged.
    pub diverged: u64,
    /// Those that exploded.
    pub exploded: u64,
    /// Solved networks by group.
    pub success: Vec<Success>,
    /// Means of last records by group.
    pub means: Vec<GroupMean>,
    /// Norms over steps and keys.
    pub trends: Vec<Trend>,
    /// Growth of norms by group.
    pub growth: Vec<Growth>,
    /// Correlations of norms with scores by group.
    pub correlations: Vec<NormCorrelation>,
    /// Classes of solutions by group; `None` where they were not recorded.
    pub clusters: Option<Vec<Cluster>>,
    /// How many classes there are by group.
    pub clustering: Vec<Clustering>,
    /// Paired comparisons.
    pub comparisons: Vec<Comparison>,
    /// Scatters with their laws.
    pub scatters: Vec<Scatter>,
}

/// Analyses the tables of a run.
///
/// # Errors
/// [`Error::BadOption`] for a request that these tables cannot answer; [`Error::Storage`] where they cannot be read.
pub fn analyze(
    tables: &dyn RunTables,
    experiment: &ResolvedExperiment,
    request: &Request,
) -> Result<Analysis, Error> {
    let networks = Networks::open(tables, experiment, request.condition.as_deref())?;
    let asked = Asked {
        color: request.color.as_deref(),
        records: request.records,
        after: request.after,
    };
    let mut usual = SCATTERS.map(str::to_owned).to_vec();
    for score in ["test_accuracy", "test_r2"] {
        if networks.column(score)?.is_some() {
            usual.push(format!("|W|,{score}"));
        }
    }
    let axes = match request.scatters.is_empty() {
        true => &usual[..],
        false => &request.scatters[..],
    };
    // The request may be invalid, which is checked first.
    let scatters = axes
        .iter()
        .map(|axes| scatter::scatter(&networks, axes, &asked));
    let scatters = scatters.collect::<Result<Vec<_>, _>>()?;
    let comparisons = comparison::comparisons(&networks, &request.comparisons)?;
    let groupings = Grouping::every(&networks)?;
    let trends = trends::trends(&networks)?;
    let growth = growth::growth(&networks, &groupings)?;
    let (clusters, clustering) = match clusters::clusters(&networks, &groupings)? {
        Some(found) => (Some(found.clusters), found.clustering),
        None => (None, Vec::new()),
    };
    let kept = (0..networks.len()).filter(|&net| networks.is_kept(net));
    let ended = |end: End| {
        kept.clone()
            .filter(|&net| networks.ends[net] == end)
            .count() as u64
    };
    Ok(Analysis {
        networks: kept.clone().count() as u64,
        condition: request.condition.clone(),
        of: networks.len() as u64,
        seeds: networks.seeds()?,
        diverged: ended(End::Diverged),
        exploded: ended(End::Exploded),
        success: success::success(&networks, &groupings),
        means: means::means(&networks, &groupings)?,
        correlations: correlations::correlations(&networks, &groupings)?,
        trends,
        growth,
        clusters,
        clustering,
        comparisons,
        scatters,
    })
}

impl Analysis {
    /// The condition and how many networks met it, as a table; `None` where all networks are analysed.
    #[must_use]
    pub fn selection(&self) -> Option<Results> {
        let condition = self.condition.as_ref()?;
        Some(Results::of_selection(condition, self.networks, self.of))
    }

    /// The results as tables, some of which may be empty.
    pub fn tables(&self) -> [Results; 9] {
        let laws: Vec<Law> = self.scatters.iter().flat_map(|s| s.laws.clone()).collect();
        [
            Results::of(&self.success),
            Results::of(&self.means),
            Results::of(&self.trends),
            Results::of(&self.growth),
            Results::of(&laws),
            Results::of(self.clusters.as_deref().unwrap_or_default()),
            Results::of(&self.clustering),
            Results::of(&self.correlations),
            Results::of(&self.comparisons),
        ]
    }
}
