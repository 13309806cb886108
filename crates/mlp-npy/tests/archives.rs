//! Archives as version 0.1.0 and NumPy 2.4.6 wrote them, and damaged ones.

use std::io::Cursor;

use mlp_npy::{Archive, Array, Arrays, Data, Error, Writer};
use proptest::prelude::*;

const ARRAYS: &[u8] = include_bytes!("fixtures/arrays.npz");
const WEIGHTS: &[u8] = include_bytes!("fixtures/weights.npz");
const MAP: &[u8] = include_bytes!("fixtures/map.npz");
/// `numpy.savez` of arrays of every type, read here or not, and `numpy.savez_compressed` of the same.
const STORED: &[u8] = include_bytes!("fixtures/numpy-stored.npz");
const DEFLATED: &[u8] = include_bytes!("fixtures/numpy-deflated.npz");

fn read(bytes: &[u8]) -> Result<Arrays, Error> {
    Arrays::read_from(Cursor::new(bytes))
}

fn words(words: &[&str]) -> Data {
    Data::Text(words.iter().map(|&word| word.to_owned()).collect())
}

fn example() -> Arrays {
    let mut npz = Arrays::new();
    let mut insert = |name: &str, shape: &[usize], data| npz.insert(name, Array::new(shape, data));
    insert("x", &[3], Data::F64(vec![1e-3, 1.0, f64::NAN]));
    insert(
        "loss",
        &[2, 3],
        Data::F32((0u8..6).map(f32::from).collect()),
    );
    insert("converged", &[2, 1], Data::Bool(vec![true, false]));
    insert("step", &[2], Data::I64(vec![0, 10]));
    insert("axes", &[2], words(&["step", "ü"]));
    insert("x_key", &[], words(&["learning_rate"]));
    insert("scalar", &[], Data::F64(vec![-0.0]));
    insert("none", &[0, 2], Data::F32(Vec::new()));
    insert("no_words", &[0], words(&[]));
    npz
}

#[test]
fn archives_keep_their_bytes() {
    let written = example().write_to(Cursor::new(Vec::new())).unwrap();
    assert!(written.into_inner() == ARRAYS);

    let mut weights = Writer::new(Cursor::new(Vec::new()));
    let nets = Array::list(Data::I64(vec![0, 1, -1]));
    weights.push("net", &nets).unwrap();
    let parts: [&[f32]; 3] = [&[0.5, -1.5, f32::NAN, 1e-40], &[], &[7.0, 8.0]];
    let single = weights.stream("single", &[3, 2], |out| {
        parts.iter().try_for_each(|part| out(part))
    });
    single.unwrap();
    let double = weights.stream("double", &[2, 300], |out| {
        (0..600).try_for_each(|value| out(&[f64::from(value) / 7.0]))
    });
    double.unwrap();
    let activation = Array::word("leaky-relu:0.1");
    weights.push("activation", &activation).unwrap();
    assert!(weights.finish([]).unwrap().into_inner() == WEIGHTS);

    let mut map = Writer::with_planes(Cursor::new(Vec::new()));
    map.push("x_key", &Array::word("learning_rate")).unwrap();
    let mut loss = map.reserve("loss", &[3, 2, 4], 3).unwrap();
    map.push("computed", &Array::list(Data::Bool(vec![true, false])))
        .unwrap();
    let mut gap = map.reserve("gap", &[2], 1).unwrap();
    for plane in [2, 0, 1] {
        let values: Vec<f64> = (0..8).map(|at| f64::from(8 * plane + at) / 3.0).collect();
        map.append(&mut loss, plane as usize, &values[..3]).unwrap();
        map.append(&mut loss, plane as usize, &values[3..]).unwrap();
    }
    map.append(&mut gap, 0, &[1.0, f64::INFINITY]).unwrap();
    assert!(map.finish([loss, gap]).unwrap().into_inner() == MAP);
}

#[test]
fn archives_are_read_as_they_were_written() {
    let npz = read(ARRAYS).unwrap();
    // NaN is not equal to itself; its text is.
    assert_eq!(format!("{npz:?}"), format!("{:?}", example()));
}

#[test]
fn what_numpy_writes_is_read() {
    let halves = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5];
    let places = [
        ("f8", vec![2, 3], Data::F64(halves.to_vec())),
        (
            "f4",
            vec![2, 3],
            Data::F32(halves.map(|v| v as f32).to_vec()),
        ),
        ("big_f8", vec![2, 3], Data::F64(halves.to_vec())),
        ("big_i4", vec![3], Data::I64(vec![-1, 2, 1 << 30])),
        ("fortran", vec![2, 3], Data::F64(halves.to_vec())),
        ("fortran3", vec![2, 3, 4], Data::I64((0..24).collect())),
        ("i8", vec![2], Data::I64(vec![-(1 << 62), 5])),
        ("i1", vec![2], Data::I64(vec![-1, 1])),
        ("u1", vec![2], Data::I64(vec![0, 255])),
        ("u2", vec![1], Data::I64(vec![65535])),
        ("u4", vec![1], Data::I64(vec![1 << 31])),
        ("u8", vec![1], Data::I64(vec![1 << 62])),
        ("flags", vec![2, 1], Data::Bool(vec![true, false])),
        ("words", vec![3], words(&["a", "büß", ""])),
        ("word", vec![], words(&["learning_rate"])),
        ("big_words", vec![1], words(&["😀x"])),
        ("scalar", vec![], Data::F64(vec![2.5])),
        ("none", vec![0, 3], Data::F64(Vec::new())),
    ];
    for bytes in [STORED, DEFLATED] {
        let npz = read(bytes).unwrap();
        // Complex numbers, halves, bytes, records and times are left out.
        assert_eq!(npz.iter().count(), places.len());
        for (name, shape, data) in &places {
            let expected = Array::new(shape.clone(), data.clone());
            assert_eq!(npz.get(name), Some(&expected), "{name}");
        }
        let mut archive = Archive::open(Cursor::new(bytes)).unwrap();
        let mut refused = |name: &str| {
            let index = archive.index(name).unwrap();
            archive.entry(index).map(|_| ()).unwrap_err().to_string()
        };
        assert!(refused("complex").starts_with("it holds complex numbers (`<c16`)"));
        assert!(refused("bytes").starts_with("it holds text (`|S2`)"));
        assert!(refused("times").starts_with("it holds times (`<M8[D]`)"));
        assert!(refused("half").starts_with("it holds an unknown type (`<f2`)"));
        assert!(refused("records").starts_with("it is an array of records"));
    }
}

#[test]
fn one_entry_of_the_first_axis_can_be_asked_for() {
    for bytes in [STORED, DEFLATED, MAP] {
        let whole = read(bytes).unwrap();
        let last = |_: &Arrays, shape: &[usize]| shape.first().and_then(|n| n.checked_sub(1));
        let cut = Arrays::read_cut(Cursor::new(bytes), last).unwrap();
        for (name, array) in cut.iter() {
            let whole = whole.get(name).unwrap();
            // What lies column by column comes whole.
            let kept = array.data.len();
            assert!(array.shape == whole.shape || array.shape[0] == 1, "{name}");
            let last = |numbers: Vec<f64>| numbers[numbers.len() - kept..].to_vec();
            assert_eq!(array.numbers(), whole.numbers().map(last), "{name}");
        }
    }
}

/// Reads bytes in bounded memory, whatever they are.
fn read_in_bounds(bytes: &[u8]) -> Result<Arrays, Error> {
    let mut read_in = None;
    let used = allocation_counter::measure(|| read_in = Some(read(bytes)));
    // Pieces, and a deflated array in full.
    let bound = (1 << 18) + 64 * bytes.len() as u64;
    assert!(
        used.bytes_max < bound,
        "{} of {bound} bytes",
        used.bytes_max
    );
    read_in.unwrap()
}

#[test]
fn damaged_archives_are_read_or_refused_in_bounded_memory() {
    for whole in [ARRAYS, STORED, DEFLATED] {
        for length in 0..whole.len() {
            assert!(read_in_bounds(&whole[..length]).is_err(), "{length}");
        }
        let right = format!("{:?}", read(whole).unwrap());
        for at in 0..whole.len() {
            for flip in [0x41, 0xFF] {
                let mut bytes = whole.to_vec();
                bytes[at] ^= flip;
                // A flip may hit what means nothing; values have their checksum.
                if let Ok(npz) = read_in_bounds(&bytes) {
                    let names =
                        |npz: &Arrays| npz.iter().map(|(name, _)| name.to_owned()).collect();
                    let (found, known): (Vec<String>, _) = (names(&npz), read(whole).unwrap());
                    if found == names(&known) as Vec<String> {
                        assert_eq!(format!("{npz:?}"), right, "{at}");
                    }
                }
            }
        }
    }
}

/// An archive of one stored file.
fn archive(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file(name, options).unwrap();
    std::io::Write::write_all(&mut zip, bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

fn npy(descr: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let text = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (text.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes(), values].concat()
}

#[test]
fn an_array_that_claims_too_much_is_refused() {
    let refuse = |descr: &str, shape: &str| {
        let bytes = archive("a.npy", &npy(descr, shape, &[0; 32]));
        read_in_bounds(&bytes).unwrap_err().to_string()
    };
    assert_eq!(
        refuse("'<f8'", "(5,)"),
        "array a: it has the shape (5,), 40 bytes, but the file has 32; is it complete?"
    );
    assert!(refuse("'<f8'", "(9999999999999999,)").contains("but the file has 32"));
    assert!(refuse("'<f8'", "(99999999999999999999,)").contains("cannot be understood"));
    assert!(refuse("'<f8'", "(9000000000000000000, 9)").contains("more than any file"));
    assert!(refuse("'<U4000000000000000000'", "(9,)").contains("more than any file"));
    assert!(refuse("'<U0'", "(1000000000,)").contains("but the file has"));

    // The archive itself claims that petabytes are stored.
    let inside = npy("'<f8'", "(100000000000000,)", &[0; 32]);
    let whole = archive("a.npy", &inside);
    let sizes = (inside.len() as u32).to_le_bytes();
    for claimed in [u32::MAX - 1, 1 << 30] {
        let mut bytes = whole.clone();
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == sizes {
                bytes[at..at + 4].copy_from_slice(&claimed.to_le_bytes());
            }
        }
        assert!(read_in_bounds(&bytes).is_err());
    }
}

#[test]
fn values_that_are_none_are_refused() {
    let refuse = |descr: &str, values: &[u8]| {
        let bytes = archive("a.npy", &npy(descr, "(1,)", values));
        read(&bytes).unwrap_err().to_string()
    };
    assert!(refuse("'|b1'", &[2]).contains("the byte 2 for a bool"));
    assert!(refuse("'<u8'", &[0xFF; 8]).contains("above 2^63 - 1"));
    assert!(refuse("'<U1'", &[0, 0xD8, 0, 0]).contains("0xd800, which is not a character"));
    // Other files of an archive are nobody's business.
    let other = read(&archive("readme.txt", b"no array")).unwrap();
    assert_eq!(other, Arrays::new());
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        at in 0usize..STORED.len(),
        length in 1usize..24,
        noise in prop::collection::vec(any::<u8>(), 24),
        deflated in any::<bool>(),
    ) {
        let mut bytes = if deflated { DEFLATED } else { STORED }.to_vec();
        let at = at.min(bytes.len() - 1);
        let end = (at + length).min(bytes.len());
        bytes[at..end].copy_from_slice(&noise[..end - at]);
        let _ = read_in_bounds(&bytes);
        let _ = read_in_bounds(&noise);
    }

    #[test]
    fn headers_of_any_text_are_read_or_refused(
        descr in "'[<>|=]?[a-zA-Z]?[0-9]{0,20}'|\\[.{0,20}\\]",
        shape in "\\(([0-9]{1,20}L?, ?){0,5}\\)",
        values in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let _ = read_in_bounds(&archive("a.npy", &npy(&descr, &shape, &values)));
    }
}

/// An array of a name that another one has: which is meant cannot be told, and zip keeps one of them.
#[test]
fn an_array_that_is_there_twice_is_refused() {
    let mut npz = Arrays::new();
    for name in ["x", "y"] {
        npz.insert(name, Array::list(Data::I64(vec![1, 2])));
    }
    let mut bytes = npz.write_to(Cursor::new(Vec::new())).unwrap().into_inner();
    assert!(read(&bytes).is_ok());
    let names: Vec<usize> = (bytes.windows(5).enumerate())
        .filter(|(_, name)| *name == b"y.npy")
        .map(|(at, _)| at)
        .collect();
    assert_eq!(names.len(), 2);
    for at in names {
        bytes[at] = b'x';
    }
    assert!(matches!(read(&bytes), Err(Error::Twice)));
    // Names that end as C ends them.
    let mut npz = Arrays::new();
    for name in ["x.npy\0", "x"] {
        npz.insert(name, Array::list(Data::I64(vec![1, 2])));
    }
    let bytes = npz.write_to(Cursor::new(Vec::new())).unwrap().into_inner();
    assert!(matches!(read(&bytes), Err(Error::Twice)));
}
