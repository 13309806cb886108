//! Checks whether a file is still the same.

use std::{
    fmt::Write,
    io::{self, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::error::Error;

/// The sha256 of everything a reader returns, in hexadecimal.
pub fn sha256(mut reader: impl Read, path: &Path) -> Result<String, Error> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(Error::Read {
                    path: path.to_owned(),
                    source,
                });
            }
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
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
