//! Initial parameters from a file: `--init-from`.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};

use mlp_core::{Activation, Architecture, TensorPlace};
use mlp_data::Dataset;

use super::class_order::check_class_order;
use crate::{
    error::Error,
    model::Tensor,
    settings::experiment::{Biases, NetworkSpec},
};

/// Named tensors from a file, of this program or another.
#[derive(Debug)]
pub struct InitialParameters {
    /// The file, as an absolute path.
    path: PathBuf,
    sha256: String,
    tensors: Vec<Tensor>,
    /// Where each stands, by its name.
    places: HashMap<String, usize>,
    /// The layers' activations, where the file has them.
    activations: Option<Vec<Activation>>,
    /// The classes of its outputs in their order, where the file has them.
    classes: Option<Vec<String>>,
}

impl InitialParameters {
    /// The tensors in `path`, whose bytes have this sha256, and the activations, where known.
    pub fn new(
        path: PathBuf,
        sha256: String,
        tensors: Vec<Tensor>,
        activations: Option<Vec<Activation>>,
    ) -> Self {
        let named = |(place, tensor): (usize, &Tensor)| (tensor.name.clone(), place);
        Self {
            path,
            sha256,
            // Of one name twice the first counts.
            places: tensors.iter().enumerate().rev().map(named).collect(),
            tensors,
            activations,
            classes: None,
        }
    }

    /// The same with the classes of its outputs, in their order.
    #[must_use]
    pub fn with_classes(mut self, classes: Option<Vec<String>>) -> Self {
        self.classes = classes;
        self
    }

    /// Refuses data with the same classes in another order.
    ///
    /// # Errors
    /// [`Error::Key`]: both orders.
    pub fn check_classes(&self, dataset: &Dataset) -> Result<(), Error> {
        check_class_order("init_from", &self.path, self.classes.as_deref(), dataset)
    }

    /// Fills in the file, and the shape of the network where the experiment leaves it open.
    ///
    /// # Errors
    /// [`Error::DataChanged`]; other settings that define initial parameters.
    pub fn spell_out(&self, network: &mut NetworkSpec) -> Result<(), Error> {
        if let Some(expected) = &network.init_sha256
            && *expected != self.sha256
        {
            return Err(Error::DataChanged {
                path: self.path.clone(),
                found: self.sha256.clone(),
                expected: expected.clone(),
            });
        }
        for (key, given) in [
            ("init", network.init.is_some()),
            ("bias_init", network.bias_init.is_some()),
        ] {
            if given {
                return Err(Error::keys(
                    key,
                    "init_from",
                    "is given with init_from, which sets all initial parameters; give one of them",
                ));
            }
        }
        network.init_from = Some(self.path.to_string_lossy().into_owned());
        network.init_sha256 = Some(self.sha256.clone());
        let widths = self.widths();
        let Some((_, hidden)) = widths.split_last() else {
            return Ok(());
        };
        if network.hidden.is_none() {
            network.hidden = Some(hidden.to_vec());
            if network.activation.is_none()
                && let Some(activations) = &self.activations
                && let Some(first) = activations.first()
                && !hidden.is_empty()
            {
                let hidden = &activations[..hidden.len().min(activations.len())];
                network.activation = Some(match hidden.iter().all(|phi| phi == first) {
                    true => vec![*first],
                    false => hidden.to_vec(),
                });
            }
        }
        if network.output_activation.is_none()
            && let Some(activations) = &self.activations
            && activations.len() == widths.len()
        {
            network.output_activation = activations.last().copied();
        }
        if network.shortcuts.is_none() && self.has_shortcuts() {
            network.shortcuts = Some(true);
        }
        if network.bias.is_none() {
            let biased = |layer: usize| self.find(&format!("layers.{layer}.bias")).is_some();
            network.bias = Some(match (biased(0), biased(hidden.len())) {
                (_, true) => Biases::All,
                (true, false) => Biases::Hidden,
                (false, false) => Biases::None,
            });
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Option<&Tensor> {
        self.places.get(name).map(|place| &self.tensors[*place])
    }

    /// The outputs of `layers.0.weight`, `layers.1.weight` and so on.
    fn widths(&self) -> Vec<usize> {
        (0..)
            .map_while(|layer| {
                self.find(&format!("layers.{layer}.weight"))?
                    .shape
                    .first()
                    .copied()
            })
            .collect()
    }

    /// Whether every layer but the first takes the outputs of all preceding layers.
    fn has_shortcuts(&self) -> bool {
        let shape = |layer: usize| self.find(&format!("layers.{layer}.weight"));
        let mut seen = 0;
        let mut layers = 0;
        let mut all = true;
        while let Some([outputs, inputs]) = shape(layers).map(|tensor| &tensor.shape[..]) {
            match layers {
                0 => seen = *inputs,
                _ => all &= *inputs == seen,
            }
            seen += outputs;
            layers += 1;
        }
        all && layers > 1
    }

    /// The flat parameter slice of a network. Running statistics start afresh, so the file may have them
    /// or not.
    ///
    /// # Errors
    /// [`Error::Key`]: the tensor that is missing, has another shape, or is one too many.
    pub fn parameters(&self, architecture: &Architecture) -> Result<Vec<f64>, Error> {
        let refuse = |reason: String| {
            let reason = format!("{}: {reason}", self.path.display());
            Err(Error::key("init_from", reason))
        };
        if self.find("members.0.layers.0.weight").is_some() {
            return refuse(
                "it is an ensemble of several networks, and a training starts from one; mlp replay gives that of a single one"
                    .to_owned(),
            );
        }
        let wanted = architecture.tensors();
        let mut parameters = Vec::new();
        let parts = wanted.iter();
        for part in parts.filter(|part| matches!(part.place, TensorPlace::Parameters(_))) {
            let Some(tensor) = self.find(&part.name) else {
                let names: Vec<&str> = self
                    .tensors
                    .iter()
                    .map(|tensor| tensor.name.as_str())
                    .take(5)
                    .collect();
                return refuse(format!(
                    "the network {architecture} needs a tensor {}; the first in the file is {}",
                    part.name,
                    names.join(", ")
                ));
            };
            if tensor.shape != part.shape {
                return refuse(format!(
                    "tensor {} is {:?}, and the network {architecture} needs {:?}",
                    part.name, tensor.shape, part.shape
                ));
            }
            parameters.extend(tensor.numbers.to_f64());
        }
        let known: HashSet<&str> = wanted.iter().map(|part| part.name.as_str()).collect();
        let extra = (self.tensors.iter()).find(|tensor| !known.contains(tensor.name.as_str()));
        match extra {
            Some(tensor) => refuse(format!(
                "it has a tensor {}, which the network {architecture} does not have",
                tensor.name
            )),
            None => Ok(parameters),
        }
    }
}
