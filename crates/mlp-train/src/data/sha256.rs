//! Checks whether a file is still the same.

use std::{
    fmt::Write,
    io::{self, Read},
    path::PathBuf,
};

use sha2::{Digest, Sha256};

use crate::error::Error;

/// The sha256 of everything a reader returns, in hexadecimal.
///
/// # Errors
/// Those of the reader.
pub fn sha256(mut reader: impl Read) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(hasher)),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The sha256 of bytes, in hexadecimal.
pub fn sha256_of_bytes(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new_with_prefix(bytes))
}

fn hexadecimal(hasher: Sha256) -> String {
    let digest = hasher.finalize();
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Refuses a file that is not the one that the experiment was resolved with.
pub fn unchanged(name: &str, expected: Option<&str>, found: &str) -> Result<(), Error> {
    match expected {
        Some(expected) if expected != found => Err(Error::DataChanged {
            path: PathBuf::from(name),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }),
        _ => Ok(()),
    }
}
