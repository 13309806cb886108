//! Random numbers of dropout and input noise, at positions of the streams determined by step, layer,
//! sample and neuron: independent of blocks, padding and earlier batches.

use mlp_kernels::{Kernels, Level, math::Function};

use crate::{
    Scalar,
    samples::Block,
    seed::{Purpose, Stream},
};

/// Words of a stream that one step may use.
const SPAN: u128 = 1 << 36;

/// Words per normal number: two uniform numbers of two words.
const WORDS: u128 = 4;

/// Normal numbers that are computed together.
const CHUNK: usize = 64;

/// Streams under one seed, and the step that they draw for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draws {
    sources: Vec<(Purpose, u32)>,
    streams: Vec<Stream>,
    step: u64,
    /// Those of networks side by side, a network a lane; then there are no streams of its own.
    pub(crate) lanes: Vec<Draws>,
}

/// Which of the columns are one network's: every `width`th from `lane` on.
#[derive(Clone, Copy)]
struct Place {
    lane: usize,
    width: usize,
}

impl Draws {
    /// The streams of `sources`, under `seed`.
    pub(crate) fn new(sources: &[(Purpose, u32)], seed: u64) -> Self {
        Self {
            sources: sources.to_vec(),
            streams: sources
                .iter()
                .map(|&(purpose, number)| Stream::numbered(seed, purpose, number))
                .collect(),
            step: 0,
            lanes: Vec::new(),
        }
    }

    /// None, with room for those of networks side by side.
    pub(crate) fn side_by_side(lanes: usize) -> Self {
        Self {
            lanes: vec![Self::default(); lanes],
            ..Self::default()
        }
    }

    /// The same streams under another seed.
    pub(crate) fn reseed(&mut self, seed: u64) {
        for (stream, &(purpose, number)) in self.streams.iter_mut().zip(&self.sources) {
            *stream = Stream::numbered(seed, purpose, number);
        }
    }

    /// Sets the streams to the update after `steps` updates.
    pub(crate) fn at_step(&mut self, steps: u64) {
        self.step = steps;
    }

    /// Stream `index`, at the first number of the sample at position `first` of the batch.
    fn seek(&mut self, index: usize, first: usize, words_per_sample: u128) -> &mut Stream {
        let stream = &mut self.streams[index];
        stream.set_position(u128::from(self.step) * SPAN + first as u128 * words_per_sample);
        stream
    }

    /// A dropout mask `[width, columns]` of a block with `valid` samples, the first at position `first`
    /// of the batch: 0, or 1 / (1 - rate); 0 in the padding.
    pub(crate) fn mask<T: Scalar>(
        &mut self,
        index: usize,
        rate: f64,
        first: usize,
        span: (usize, usize),
        mask: &mut [T],
    ) {
        if self.lanes.is_empty() {
            let place = Place { lane: 0, width: 1 };
            return self.mask_at(place, index, rate, first, span, mask);
        }
        let width = self.lanes.len();
        for (lane, draws) in self.lanes.iter_mut().enumerate() {
            // A free lane draws nothing.
            if !draws.streams.is_empty() {
                draws.mask_at(Place { lane, width }, index, rate, first, span, mask);
            }
        }
    }

    fn mask_at<T: Scalar>(
        &mut self,
        place: Place,
        index: usize,
        rate: f64,
        first: usize,
        (columns, valid): (usize, usize),
        mask: &mut [T],
    ) {
        let width = mask.len() / columns;
        let dropped_below = (rate * 4_294_967_296.0).ceil() as u64;
        let kept = T::from_f64(1.0 / (1.0 - rate));
        let stream = self.seek(index, first, width as u128);
        for sample in (place.lane..valid).step_by(place.width) {
            for row in mask.chunks_exact_mut(columns) {
                let dropped = u64::from(stream.word()) < dropped_below;
                row[sample] = if dropped { T::ZERO } else { kept };
            }
        }
        for row in mask.chunks_exact_mut(columns) {
            row[valid..].fill(T::ZERO);
        }
    }

    /// The inputs of a block with Gaussian noise: `y = x + deviation * n`, with n as from
    /// [`Stream::normal`]. The padding stays 0.
    pub(crate) fn noisy<T: Scalar>(
        &mut self,
        index: usize,
        deviation: f64,
        first: usize,
        level: Level,
        block: &Block<'_, T>,
        y: &mut [T],
    ) {
        let kernels = Kernels::new(level).expect("the training itself runs on this level");
        let Block {
            columns, valid, x, ..
        } = *block;
        y.copy_from_slice(x);
        if self.lanes.is_empty() {
            let place = Place { lane: 0, width: 1 };
            return self.noisy_at(
                place,
                index,
                deviation,
                first,
                &kernels,
                (columns, valid),
                y,
            );
        }
        let width = self.lanes.len();
        for (lane, draws) in self.lanes.iter_mut().enumerate() {
            if !draws.streams.is_empty() {
                let place = Place { lane, width };
                draws.noisy_at(
                    place,
                    index,
                    deviation,
                    first,
                    &kernels,
                    (columns, valid),
                    y,
                );
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "those of `noisy`, taken apart")]
    fn noisy_at<T: Scalar>(
        &mut self,
        place: Place,
        index: usize,
        deviation: f64,
        first: usize,
        kernels: &Kernels<f64>,
        (columns, valid): (usize, usize),
        y: &mut [T],
    ) {
        let width = y.len() / columns;
        let stream = self.seek(index, first, WORDS * width as u128);
        let (mut numbers, mut at) = ([0.0; CHUNK], CHUNK);
        let mut left = valid / place.width * width;
        for sample in (place.lane..valid).step_by(place.width) {
            for row in y.chunks_exact_mut(columns) {
                if at == CHUNK {
                    let count = if left < CHUNK { left } else { CHUNK };
                    fill_normal(stream, kernels, &mut numbers[..count]);
                    left -= count;
                    at = 0;
                }
                row[sample] = T::from_f64(row[sample].to_f64() + deviation * numbers[at]);
                at += 1;
            }
        }
    }
}

/// The next numbers of [`Stream::normal`], up to [`CHUNK`], computed in vectors.
fn fill_normal(stream: &mut Stream, kernels: &Kernels<f64>, numbers: &mut [f64]) {
    let (mut first, mut second) = ([0.0; CHUNK], [0.0; CHUNK]);
    let (first, second) = (&mut first[..numbers.len()], &mut second[..numbers.len()]);
    for (a, b) in first.iter_mut().zip(second.iter_mut()) {
        *a = 1.0 - stream.uniform();
        *b = std::f64::consts::TAU * stream.uniform();
    }
    kernels.function(Function::Ln, first, numbers);
    first.copy_from_slice(numbers);
    kernels.function(Function::Cos, second, numbers);
    for (number, ln) in numbers.iter_mut().zip(first.iter()) {
        *number *= (-2.0 * ln).sqrt();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(columns: usize, valid: usize, x: &[f32]) -> Block<'_, f32> {
        Block {
            columns,
            valid,
            x,
            values: &[],
            labels: &[],
            weights: &[],
        }
    }

    #[test]
    fn normal_numbers_by_vectors_are_those_one_by_one() {
        for level in Level::supported() {
            let kernels = Kernels::new(level).unwrap();
            let mut many = Stream::new(5, Purpose::InputNoise);
            let mut one = many.clone();
            for count in [CHUNK, 3, 17] {
                let mut numbers = vec![0.0; count];
                fill_normal(&mut many, &kernels, &mut numbers);
                for number in numbers {
                    assert_eq!(number.to_bits(), one.normal().to_bits(), "{level}");
                }
            }
            assert_eq!(many.position(), one.position());
        }
    }

    #[test]
    fn a_sample_draws_the_same_in_any_block() {
        let sources = [(Purpose::Dropout, 3), (Purpose::InputNoise, 0)];
        let level = Level::best();
        let mut draws = Draws::new(&sources, 9);
        draws.at_step(7);
        let whole: Vec<f32> = (0..5 * 48).map(|i| i as f32).collect();
        let (mut mask, mut noisy) = (vec![9.0f32; 5 * 48], vec![9.0f32; 5 * 48]);
        draws.mask(0, 0.3, 0, (48, 40), &mut mask);
        draws.noisy(1, 0.5, 0, level, &block(48, 40, &whole), &mut noisy);
        // The last 8 of the 40 samples, alone in a block of 16 columns.
        let part: Vec<f32> = (0..5 * 16)
            .map(|i| whole[i / 16 * 48 + 32 + i % 16])
            .collect();
        let (mut part_mask, mut part_noisy) = (vec![9.0f32; 5 * 16], vec![9.0f32; 5 * 16]);
        draws.mask(0, 0.3, 32, (16, 8), &mut part_mask);
        draws.noisy(1, 0.5, 32, level, &block(16, 8, &part), &mut part_noisy);
        for row in 0..5 {
            let (a, b) = (row * 48 + 32, row * 16);
            assert_eq!(mask[a..a + 16], part_mask[b..b + 16]);
            assert_eq!(noisy[a..a + 16], part_noisy[b..b + 16]);
            assert_eq!(part_mask[b + 8..b + 16], [0.0; 8]);
        }
        let kept = 1.0 / 0.7f64;
        assert!(mask.iter().all(|&m| m == 0.0 || m == kept as f32));
    }

    #[test]
    fn shares_and_moments_are_as_asked() {
        let mut draws = Draws::new(&[(Purpose::Dropout, 1), (Purpose::InputNoise, 0)], 1);
        let x = vec![2.0f32; 50 * 1024];
        let mut mask = vec![0.0f32; x.len()];
        draws.mask(0, 0.2, 0, (1024, 1024), &mut mask);
        let dropped = mask.iter().filter(|&&m| m == 0.0).count() as f64 / x.len() as f64;
        // Three standard deviations of a share of 51200.
        assert!(
            (dropped - 0.2).abs() < 3.0 * (0.16 / x.len() as f64).sqrt(),
            "{dropped}"
        );
        draws.noisy(1, 0.5, 0, Level::best(), &block(1024, 1024, &x), &mut mask);
        let mean = mask.iter().map(|&y| f64::from(y)).sum::<f64>() / x.len() as f64;
        let square = mask
            .iter()
            .map(|&y| (f64::from(y) - 2.0).powi(2))
            .sum::<f64>();
        assert!(
            (mean - 2.0).abs() < 3.0 * 0.5 / (x.len() as f64).sqrt(),
            "{mean}"
        );
        let variance = square / x.len() as f64;
        assert!(
            (variance - 0.25).abs() < 3.0 * 0.25 * (2.0 / x.len() as f64).sqrt(),
            "{variance}"
        );
    }
}
