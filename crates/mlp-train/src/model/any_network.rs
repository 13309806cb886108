//! A network of either precision.

use std::any::Any;

use mlp_core::{Architecture, Network, Scalar};

use crate::settings::precision::Precision;

/// A network in the precision that it was trained in.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyNetwork {
    /// f32.
    F32(Network<f32>),
    /// f64.
    F64(Network<f64>),
}

impl AnyNetwork {
    /// The shape.
    pub fn architecture(&self) -> &Architecture {
        match self {
            Self::F32(network) => network.architecture(),
            Self::F64(network) => network.architecture(),
        }
    }

    /// A network of either number type.
    pub(crate) fn of<T: Scalar>(network: Network<T>) -> Self {
        let mut network = Some(network);
        let network: &mut dyn Any = &mut network;
        if let Some(network) = network.downcast_mut::<Option<Network<f32>>>() {
            return Self::F32(network.take().expect("it was put in above"));
        }
        let network = network.downcast_mut::<Option<Network<f64>>>();
        let network = network.and_then(Option::take);
        Self::F64(network.expect("a scalar is f32 or f64"))
    }

    /// The network, if it has this number type.
    pub(crate) fn of_type<T: Scalar>(&self) -> Option<&Network<T>> {
        let network: &dyn Any = match self {
            Self::F32(network) => network,
            Self::F64(network) => network,
        };
        network.downcast_ref()
    }

    /// The number type.
    pub fn precision(&self) -> Precision {
        match self {
            Self::F32(_) => Precision::F32,
            Self::F64(_) => Precision::F64,
        }
    }

    /// A setting rounded to the network's precision.
    pub fn rounded(&self, number: f64) -> f64 {
        match self {
            Self::F32(_) => f64::from(number as f32),
            Self::F64(_) => number,
        }
    }
}

impl From<Network<f32>> for AnyNetwork {
    fn from(network: Network<f32>) -> Self {
        Self::F32(network)
    }
}

impl From<Network<f64>> for AnyNetwork {
    fn from(network: Network<f64>) -> Self {
        Self::F64(network)
    }
}
