//! NPZ archives of a run: they are written atomically, and errors name them.

mod file;
mod planes;

use std::{fs::File, io::BufReader, path::Path};

use mlp_npy::Archive;

pub(crate) use self::{file::NpzFile, planes::PlanesFile};
use crate::Error;
use crate::run_metadata::RunMetadata;
pub use mlp_train::{Array, Arrays, Data};

/// Reads every array of an archive that holds numbers, flags or texts; others are skipped.
///
/// # Errors
/// [`Error::Read`]; [`Error::Corrupt`] where it is not an archive or is damaged.
pub fn read(path: &Path) -> Result<Arrays, Error> {
    read_cut(path, |_, _| None)
}

/// [`read`] where `cut` is called with the preceding arrays and the shape of the next, and may select a single
/// entry of its first axis.
pub(crate) fn read_cut(
    path: &Path,
    cut: impl Fn(&Arrays, &[usize]) -> Option<usize>,
) -> Result<Arrays, Error> {
    let file = File::open(path).map_err(Error::read(path))?;
    let npz = Arrays::read_cut(BufReader::new(file), cut);
    npz.map_err(|error| Error::corrupt(path, "NPZ archive", error))
}

/// The [experiment](Facts) in an archive's metadata, if there is one.
pub(crate) fn said(path: &Path) -> Option<String> {
    let mut archive = Archive::open(BufReader::new(File::open(path).ok()?)).ok()?;
    let entry = archive.index(RunMetadata::EXPERIMENT)?;
    let text = archive.entry(entry).ok()?.read(None).ok()?;
    text.words()?.first().cloned()
}

/// Writes an archive atomically.
///
/// # Errors
/// [`Error::Write`].
pub fn write(arrays: &Arrays, path: &Path) -> Result<(), Error> {
    let mut file = NpzFile::create(path)?;
    for (name, array) in arrays.iter() {
        file.push(name, array)?;
    }
    file.finish().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::FileDigest;

    #[test]
    fn the_digest_taken_while_writing_is_that_of_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.npz");
        let mut file = NpzFile::create(&path).unwrap();
        // More than the buffers hold, and arrays after it.
        let large = Array::list(Data::F64(vec![0.5; 100_000]));
        file.push("large", &large).unwrap();
        let part = [1.5f32; 1000];
        let streamed = file.stream("streamed", &[300, 1000], &mut |out| {
            (0..300).try_for_each(|_| out(&part))
        });
        streamed.unwrap();
        file.push("word", &Array::word("learning_rate")).unwrap();
        let digest = file.finish().unwrap();
        assert_eq!(digest, FileDigest::of(&path).unwrap());
        let npz = read(&path).unwrap();
        assert_eq!(npz.get("large"), Some(&large));
        assert_eq!(npz.get("streamed").unwrap().data.len(), 300_000);
        write(&npz, &path).unwrap();
        assert_eq!(FileDigest::of(&path).unwrap(), digest);
    }

    #[test]
    fn what_is_no_archive_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.npz");
        assert!(matches!(read(&path), Err(Error::Read { .. })));
        std::fs::write(&path, b"PK\x03\x04").unwrap();
        let error = read(&path).unwrap_err();
        assert!(matches!(error, Error::Corrupt { .. }));
        let text = error.to_string();
        assert!(
            text.contains("a.npz is not a readable NPZ archive: "),
            "{text}"
        );
    }
}
