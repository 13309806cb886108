//! `weights-N.npz`: the parameters of many networks, one file per architecture.
//!
//! Arrays: `net` and `step` `[rows]`, `theta` `[rows, parameters]` (layer after layer: weights
//! `[out, in]` row-major, then biases, then scale and shift of a normalization), and for the architecture its `widths`, input first, and the
//! `activations` of its layers; then the metadata of every file of a run, see [`facts`](crate::facts).

use std::{path::Path, sync::Arc};

use mlp_core::{Architecture, ValidSpec};

use super::run_files::Files;
use crate::{
    Error, journal::Journal, manifest::FileDigest, npz::NpzFile, run_directory::weights_file,
    run_metadata::RunMetadata,
};
use mlp_train::{
    Array, Data, Parameters, ResolvedExperiment,
    storing::{NetworkRows, NetworkStore},
};

/// The rows of one file.
#[derive(Debug)]
struct Group {
    spec: Arc<ValidSpec>,
    single: bool,
    nets: Vec<i64>,
    steps: Vec<i64>,
}

impl Group {
    fn architecture(&self) -> &Architecture {
        &self.spec.architecture
    }

    /// Whether a network's parameters belong in this file.
    fn takes(&self, spec: &Arc<ValidSpec>, single: bool) -> bool {
        self.single == single
            && (Arc::ptr_eq(&self.spec, spec) || *self.architecture() == spec.architecture)
    }
}

/// Writes the parameters in a journal, one file per architecture, numbered in the order in which they
/// first appear.
///
/// # Errors
/// [`Error::Write`]; a journal that cannot be read.
pub(crate) fn write(
    directory: &Path,
    experiment: &ResolvedExperiment,
    journal: &Journal,
    facts: &RunMetadata,
) -> Result<Files, Error> {
    let mut groups: Vec<Group> = Vec::new();
    journal.in_order(&mut |rows| {
        for (step, parameters) in &rows.weights {
            let group = group_of(&mut groups, experiment, &rows, parameters)?;
            groups[group].nets.push(whole(rows.network));
            groups[group].steps.push(whole(*step));
        }
        Ok(())
    })?;
    let mut files = Files::new();
    for index in 0..groups.len() {
        let name = weights_file(index);
        let digest = write_group(
            &directory.join(&name),
            index,
            &mut groups,
            (experiment, facts),
            journal,
        )?;
        files.insert(name, digest);
    }
    Ok(files)
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The index of the group of a network's parameters; created where it is new.
fn group_of(
    groups: &mut Vec<Group>,
    experiment: &ResolvedExperiment,
    rows: &NetworkRows,
    parameters: &Parameters,
) -> Result<usize, Error> {
    let spec = experiment.recipe(rows.network)?.spec;
    let single = matches!(parameters, Parameters::Single(_));
    if let Some(known) = groups.iter().position(|group| group.takes(&spec, single)) {
        return Ok(known);
    }
    groups.push(Group {
        spec,
        single,
        nets: Vec::new(),
        steps: Vec::new(),
    });
    Ok(groups.len() - 1)
}

fn write_group(
    path: &Path,
    index: usize,
    groups: &mut Vec<Group>,
    (experiment, facts): (&ResolvedExperiment, &RunMetadata),
    journal: &Journal,
) -> Result<FileDigest, Error> {
    let mut npz = NpzFile::create(path)?;
    let group = &groups[index];
    npz.push("net", &Array::list(Data::I64(group.nets.clone())))?;
    npz.push("step", &Array::list(Data::I64(group.steps.clone())))?;
    let architecture = group.architecture();
    let shape = [group.nets.len(), architecture.parameter_count()];
    let layers = &architecture.layers;
    let widths = std::iter::once(architecture.inputs).chain(layers.iter().map(|l| l.outputs));
    let widths = widths.map(|width| whole(width as u64)).collect();
    let activations = layers.iter().map(|layer| layer.activation.to_string());
    let descriptions = [
        ("widths", Data::I64(widths)),
        ("activations", Data::Text(activations.collect())),
    ];
    let single = group.single;
    let mut each = |take: &mut dyn FnMut(&Parameters) -> Result<(), Error>| {
        journal.in_order(&mut |rows| {
            for (_, parameters) in &rows.weights {
                if group_of(groups, experiment, &rows, parameters)? == index {
                    take(parameters)?;
                }
            }
            Ok(())
        })?;
        Ok(())
    };
    // Its group has only numbers of one type.
    if single {
        npz.stream::<f32>("theta", &shape, &mut |out| {
            each(&mut |parameters| match parameters {
                Parameters::Single(values) => out(values),
                Parameters::Double(_) => Ok(()),
            })
        })?;
    } else {
        npz.stream::<f64>("theta", &shape, &mut |out| {
            each(&mut |parameters| match parameters {
                Parameters::Double(values) => out(values),
                Parameters::Single(_) => Ok(()),
            })
        })?;
    }
    for (name, data) in descriptions {
        npz.push(name, &Array::list(data))?;
    }
    for (key, text) in facts.iter() {
        npz.push(key, &Array::word(text))?;
    }
    npz.finish()
}
