//! The numbers of a training between two steps as bytes, for programs that keep them in an object of their own (a pickle).

use std::io;

use mlp_train::storing::StateNumbers;

use crate::files::frame::{self, FrameKind, Read};

/// Its frame, with a checksum and a version.
const KIND: FrameKind = FrameKind {
    magic: *b"mlp-numb",
    version: 1,
};

/// The numbers as bytes.
///
/// # Errors
/// More numbers than a frame holds.
pub fn state_to_bytes(numbers: &StateNumbers) -> io::Result<Vec<u8>> {
    frame::encode(KIND, numbers, b"")
}

/// The numbers that [`state_to_bytes`] made these bytes of.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`]: other or damaged bytes.
pub fn state_from_bytes(bytes: &[u8]) -> io::Result<StateNumbers> {
    let invalid = |reason| io::Error::new(io::ErrorKind::InvalidData, reason);
    let length = bytes.len() as u64;
    let read = frame::read::<StateNumbers>(KIND, &mut &*bytes, length)?;
    let (numbers, whole) = read.and_then(Read::alone).map_err(invalid)?;
    match whole == length {
        true => Ok(numbers),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "extra bytes follow the state",
        )),
    }
}

#[cfg(test)]
mod tests {
    use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    use ndarray::array;

    use super::*;

    #[test]
    fn numbers_come_back_and_damaged_bytes_do_not() {
        let inputs = array![[0.0f32], [1.0]];
        let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone())).unwrap();
        let net = Architecture::new(1).layer(1, Activation::Identity);
        let spec = TrainSpec::new(net, Loss::SquaredError);
        let mut trainer = Trainer::new(&spec, &samples, 3, Level::best()).unwrap();
        trainer.step();
        let numbers = StateNumbers::of(trainer.state());
        let bytes = state_to_bytes(&numbers).unwrap();
        let again = state_from_bytes(&bytes).unwrap();
        assert_eq!(again.steps(), 1);
        assert_eq!(state_to_bytes(&again).unwrap(), bytes);
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            assert!(state_from_bytes(&damaged).is_err(), "{place}");
            assert!(state_from_bytes(&bytes[..place]).is_err(), "{place}");
        }
        assert!(state_from_bytes(&[&bytes[..], b"x"].concat()).is_err());
    }
}
