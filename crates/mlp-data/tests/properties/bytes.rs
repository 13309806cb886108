//! No bytes make the readers panic, hang or take much memory.

use mlp_data::table::{
    CsvOptions, Delimiter, FeatureOptions, FeatureReader, TableFormat, TaskChoice, read_csv,
    write_csv,
};
use mlp_data::{GeneratorOptions, generate};
use proptest::prelude::*;

fn read_every_way(bytes: &[u8]) {
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|&name| name.to_owned())
            .collect::<Vec<_>>()
    };
    for options in [
        CsvOptions::default(),
        CsvOptions {
            format: TableFormat {
                header: Some(true),
                ..Default::default()
            },
            task: TaskChoice::Classification,
            ..Default::default()
        },
        CsvOptions {
            format: TableFormat {
                header: Some(false),
                delimiter: Some(Delimiter::SEMICOLON),
                ..Default::default()
            },
            target: names(&["1"]),
            ..Default::default()
        },
        CsvOptions {
            target: names(&["1", "-1"]),
            features: names(&["2"]),
            ..Default::default()
        },
        CsvOptions {
            classes: Some(names(&["a", "1"])),
            exclude: names(&["x"]),
            ..Default::default()
        },
    ] {
        // An error is fine; what is read must be whole.
        if let Ok(set) = read_csv(bytes, "fuzz.csv", &options) {
            assert!(set.samples() > 0 && set.inputs().iter().all(|value| value.is_finite()));
            write_csv(&set, std::io::sink()).unwrap();
        }
    }
    let options = FeatureOptions {
        features: names(&["x", "y"]),
        keep: names(&["1"]),
        ..Default::default()
    };
    if let Ok(mut reader) = FeatureReader::open(bytes, "fuzz.csv", &options) {
        while let Ok(Some(chunk)) = reader.next_chunk(3) {
            assert_eq!(chunk.inputs.nrows(), chunk.kept.len());
        }
    }
}

proptest! {
    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_every_way(&bytes);
    }

    #[test]
    fn bytes_that_look_like_a_table(text in "(x|y|[0-9.,;\t|\"\r\n eE+a-]|nan|inf|é|\u{FEFF}){0,200}") {
        read_every_way(text.as_bytes());
    }
}

#[test]
fn a_table_cut_anywhere_or_with_a_byte_changed() {
    let options = GeneratorOptions {
        samples: Some(6),
        ..Default::default()
    };
    let mut text = Vec::new();
    write_csv(&generate("moons", &options, 0).unwrap(), &mut text).unwrap();
    for end in 0..text.len() {
        read_every_way(&text[..end]);
        for byte in [0, b'"', b',', b'\n', 0xFF] {
            let mut changed = text.clone();
            changed[end] = byte;
            read_every_way(&changed);
        }
    }
}

#[test]
fn a_stream_without_lines_is_given_up() {
    let error = read_csv(std::io::repeat(0), "zero", &CsvOptions::default()).unwrap_err();
    assert!(error.to_string().contains("a line runs on"), "{error}");
    // A quote that is never closed swallows every line after it.
    let text = b"a,b\n1,2\n\"".as_slice();
    let endless = std::io::Read::chain(text, std::io::Read::take(std::io::repeat(b'\n'), 1 << 28));
    let error = read_csv(endless, "quote", &CsvOptions::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`quote`, line 3, column `a`: a quote opens here and never closes"),
        "{error}"
    );
}
