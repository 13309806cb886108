//! The reference workloads.

use std::fmt;

use clap::ValueEnum;

/// One reference workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Workload {
    /// A population of small tanh networks.
    #[value(name = "P1")]
    Population,
    /// P1 with what a map records.
    #[value(name = "P2")]
    Map,
    /// A grid over two layers' learning rates.
    #[value(name = "P3")]
    Fractal,
    /// Mini-batches on digits.
    #[value(name = "P4")]
    MiniBatch,
    /// A large network.
    #[value(name = "P5")]
    Large,
    /// A million tiny networks.
    #[value(name = "P6")]
    Million,
    /// One sample per update.
    #[value(name = "P7")]
    Online,
    /// Exclusive or.
    #[value(name = "P8")]
    Xor,
    /// The smallest networks.
    #[value(name = "P9")]
    Smallest,
    /// Few samples.
    #[value(name = "P10")]
    FewSamples,
    /// P1's network in small batches, each network in its own order.
    #[value(name = "P11")]
    SmallBatches,
    /// Many narrow layers, f64.
    #[value(name = "P12")]
    DeepNarrow,
    /// What decays or diverges must not be slow.
    #[value(name = "D1")]
    Decay,
    /// A whole map: trainings, records, tables and arrays.
    #[value(name = "M1")]
    WholeMap,
}

impl Workload {
    /// All of them, in order.
    pub const ALL: [Self; 14] = [
        Self::Population,
        Self::Map,
        Self::Fractal,
        Self::MiniBatch,
        Self::Large,
        Self::Million,
        Self::Online,
        Self::Xor,
        Self::Smallest,
        Self::FewSamples,
        Self::SmallBatches,
        Self::DeepNarrow,
        Self::Decay,
        Self::WholeMap,
    ];

    /// Its short name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Population => "P1",
            Self::Map => "P2",
            Self::Fractal => "P3",
            Self::MiniBatch => "P4",
            Self::Large => "P5",
            Self::Million => "P6",
            Self::Online => "P7",
            Self::Xor => "P8",
            Self::Smallest => "P9",
            Self::FewSamples => "P10",
            Self::SmallBatches => "P11",
            Self::DeepNarrow => "P12",
            Self::Decay => "D1",
            Self::WholeMap => "M1",
        }
    }

    /// What is done, in a line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Population => {
                "256 networks 2-16-16-1 tanh, moons (256 points), full batch, 1000 steps, f32"
            }
            Self::Map => "P1 with 64 records and the training loss of every step",
            Self::Fractal => "32x32 rates of two layers, 16-16-1 tanh, 272 points, f64, 500 steps",
            Self::MiniBatch => {
                "digits, 64-64-32-10 ReLU, Adam 1e-3, batch 32, 50 epochs, one thread"
            }
            Self::Large => "784-512-256-10 ReLU, momentum 0.9, batch 128, 12,800 samples, f32",
            Self::Million => "networks 2-8-1 tanh, 64 points, 200 steps",
            Self::Online => "P4's network, plain SGD, batch 1, 2 epochs, one thread",
            Self::Xor => "XOR, 2-4-1 ReLU from N(0, 0.1), full batch, 10,000 steps, f32",
            Self::Smallest => "XOR, 2-2-1 tanh, full batch, 4000 steps, f32",
            Self::FewSamples => "16 points, 2-8-1 tanh, full batch, 2000 steps, f32",
            Self::SmallBatches => {
                "P1's network and points, batch 16 in each network's own order, 2000 steps, f32"
            }
            Self::DeepNarrow => "100 points, 2-8-8-8-8-1 tanh, full batch, 1500 steps, f64",
            Self::Decay => {
                "2-32-1 ReLU, 64 points, half its neurons dead, 100,000 steps of Adam, one thread"
            }
            Self::WholeMap => {
                "map of 512x512 cells of P1's network, 200 steps, 46 records each, tables and arrays on the disk"
            }
        }
    }

    /// The peers' script and the arguments that it takes.
    pub fn peers(self) -> Option<&'static str> {
        match self {
            Self::Population => Some("population.py"),
            Self::Fractal => Some("fractal.py"),
            Self::MiniBatch | Self::Online => Some("mini_batch.py"),
            Self::Large => Some("large.py"),
            Self::Xor
            | Self::Smallest
            | Self::FewSamples
            | Self::SmallBatches
            | Self::DeepNarrow => Some("lanes.py"),
            Self::Map | Self::Million | Self::Decay | Self::WholeMap => None,
        }
    }

    /// The ratio to the best peer that is asked for.
    pub fn ratio_to_reach(self) -> Option<f64> {
        match self {
            Self::Population | Self::Fractal | Self::Xor | Self::Smallest | Self::SmallBatches => {
                Some(5.0)
            }
            Self::FewSamples | Self::DeepNarrow => Some(4.0),
            Self::MiniBatch => Some(12.0),
            Self::Large => Some(1.3),
            Self::Online => Some(100.0),
            Self::Map | Self::Million | Self::Decay | Self::WholeMap => None,
        }
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
