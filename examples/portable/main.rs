//! One training, a population of 16 and a map of 4 by 4, in memory and without threads: every number that comes of them has
//! the same bits on every processor, and in WebAssembly (`run.mjs` runs this there).
#![forbid(unsafe_code)]

use mlp_train::{AnyNetwork, Error, Experiment, Options, RunResults, run};

/// An experiment and the digest of all its numbers.
const CASES: [(&str, u64); 3] = [
    (
        r#"
        kind = "train"
        data.name = "spirals"
        network.hidden = [16, 16]
        training.optimizer = "adam"
        training.batch = 32
        training.steps = 300
        "#,
        0xb5dc_b5cb_60aa_0da6,
    ),
    (
        r#"
        kind = "population"
        data.name = "moons"
        network.hidden = [8]
        training.steps = 120
        population.nets = 8
        population.sweep.weight_decay = [0, 1e-3]
        "#,
        0xcf7d_8ded_9a41_37d1,
    ),
    (
        r#"
        kind = "map"
        data.name = "circles"
        network.hidden = [6]
        network.activation = "gelu"
        training.precision = "f64"
        training.steps = 60
        map.x.learning_rate = "log:1e-2:1e1:4"
        map.y.weight_decay = "log:1e-5:1e-1:4"
        "#,
        0xdd9c_4a79_7285_087b,
    ),
];

fn main() {
    if let Err(error) = compare() {
        panic!("{error}");
    }
}

fn compare() -> Result<(), Error> {
    let digests = CASES.map(|(text, _)| {
        let results = run(&Experiment::from_toml(text)?, &Options::default())?;
        Ok::<_, Error>(format!("{:#018x}", digest(&results)))
    });
    for ((text, expected), digest) in CASES.into_iter().zip(digests) {
        assert_eq!(digest?, format!("{expected:#018x}"), "of{text}");
    }
    Ok(())
}

/// FNV-1a over all results of a run: tables as text (the shortest that gives a number back), arrays and
/// parameters by their bits.
fn digest(results: &RunResults) -> u64 {
    let mut digest = Digest(0xcbf2_9ce4_8422_2325);
    let tables = [
        Some(&results.nets),
        Some(&results.series),
        results.statistics.as_ref(),
    ];
    for table in tables.into_iter().flatten() {
        for (name, values) in table.columns() {
            digest.take(name.as_bytes());
            for row in 0..table.rows() {
                digest.take(values.cell(row).to_text().as_bytes());
                digest.take(b",");
            }
        }
    }
    for (name, array) in results.map.iter().flat_map(|arrays| arrays.iter()) {
        digest.take(name.as_bytes());
        for number in array.numbers().unwrap_or_default() {
            digest.take(&number.to_bits().to_le_bytes());
        }
    }
    match results.model.as_ref().map(|model| model.network()) {
        Some(AnyNetwork::F32(network)) => {
            let parameters = network.parameters().iter();
            parameters.for_each(|number| digest.take(&number.to_bits().to_le_bytes()));
        }
        Some(AnyNetwork::F64(network)) => {
            let parameters = network.parameters().iter();
            parameters.for_each(|number| digest.take(&number.to_bits().to_le_bytes()));
        }
        None => {}
    }
    digest.0
}

struct Digest(u64);

impl Digest {
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_the_same_on_this_processor() {
        super::compare().unwrap();
    }
}
