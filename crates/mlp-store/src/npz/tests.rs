use super::*;
use crate::manifest::FileDigest;

fn example() -> Arrays {
    let mut npz = Arrays::new();
    npz.insert("x", Array::list(Data::F64(vec![1e-3, 1.0, f64::NAN])));
    npz.insert(
        "loss",
        Array::new([2, 3], Data::F32((0u8..6).map(f32::from).collect())),
    );
    npz.insert(
        "converged",
        Array::new([2, 1], Data::Bool(vec![true, false])),
    );
    npz.insert("step", Array::list(Data::I64(vec![0, 10])));
    npz.insert(
        "axes",
        Array::list(Data::Text(vec!["step".to_owned(), "ü".to_owned()])),
    );
    npz.insert("x_key", Array::word("learning_rate"));
    npz
}

#[test]
fn archives_are_read_as_they_were_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.npz");
    write(&example(), &path).unwrap();
    let read = read(&path).unwrap();
    assert_eq!(read.iter().count(), 6);
    for (name, array) in example().iter() {
        let got = read.get(name).unwrap();
        assert_eq!(got.shape, array.shape, "{name}");
        // NaN is not equal to itself; its text is.
        assert_eq!(
            format!("{:?}", got.data),
            format!("{:?}", array.data),
            "{name}"
        );
    }
}

#[test]
fn the_same_arrays_are_the_same_bytes_whenever_they_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.npz");
    write(&example(), &path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    // 1980-01-01 00:00:00 in DOS form stands at bytes 10 to 13 of the first entry.
    assert_eq!(bytes[10..14], [0, 0, 0x21, 0]);
    write(&example(), &path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn the_digest_taken_while_writing_is_that_of_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.npz");
    let mut writer = NpzWriter::create(&path).unwrap();
    // More than the buffers hold, and an array after it.
    let large = Array::list(Data::F64(vec![0.5; 100_000]));
    writer.push("large", &large).unwrap();
    for (name, array) in example().iter() {
        writer.push(name, array).unwrap();
    }
    let digest = writer.finish().unwrap();
    assert_eq!(digest, FileDigest::of(&path).unwrap());
    assert_eq!(read(&path).unwrap().iter().count(), 7);
}

#[test]
fn column_major_arrays_are_turned() {
    // [[0, 1, 2], [3, 4, 5]] column by column.
    assert_eq!(row_major(&[2, 3], &[0, 3, 1, 4, 2, 5]), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn damaged_archives_are_refused_without_a_panic() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.npz");
    write(&example(), &path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(
            matches!(read(&path), Err(Error::Corrupt { .. })),
            "{length}"
        );
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        std::fs::write(&path, &bytes).unwrap();
        // A flip may hit what means nothing; it must only not panic.
        let _ = read(&path);
    }
}

#[test]
fn an_array_that_claims_too_much_is_refused() {
    for claim in [
        "(99999999999999999,)",
        "(9223372036854775807, 9223372036854775807)",
    ] {
        let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {claim}, }}");
        header.push_str(&" ".repeat(117 - header.len()));
        header.push('\n');
        let mut forged = b"\x93NUMPY\x01\x00".to_vec();
        forged.extend(118u16.to_le_bytes());
        forged.extend(header.as_bytes());
        forged.extend([0; 32]);
        let error = read_array(forged.as_slice(), 1 << 20, &|_| None).unwrap_err();
        assert!(error.contains("claims more"), "{error}");
    }
}
