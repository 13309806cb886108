//! No bytes make the reader of any kind of file panic, hang or take much memory.

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::Arc;

use mlp_data::table::{Categorical, CsvOptions, MissingPolicy};
use mlp_data::{ImputeKind, file_kinds, read_file};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

/// A folder with a file of each kind, and labels beside the images.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let labels = [&[0, 0, 8, 1, 0, 0, 0, 3][..], &[0, 1, 2]].concat();
        std::fs::write(folder.path().join("a-labels-idx1-ubyte"), labels).unwrap();
        Self { folder }
    }

    fn path(&self, kind: &str) -> PathBuf {
        let name = match kind {
            "idx" => "a-images-idx3-ubyte".to_owned(),
            "idx.gz" => "a-images-idx3-ubyte.gz".to_owned(),
            ending => format!("a.{ending}"),
        };
        self.folder.path().join(name)
    }

    /// Reads bytes as a kind; an error is fine, what is read must be whole.
    fn read(&self, kind: &str, bytes: &[u8]) {
        let path = self.path(kind);
        std::fs::write(&path, bytes).unwrap();
        let lenient = CsvOptions {
            missing: MissingPolicy::Impute(ImputeKind::Mean),
            categorical: Categorical::OneHot,
            ..Default::default()
        };
        for options in [CsvOptions::default(), lenient] {
            if let Ok(set) = read_file(&path, &options) {
                let missing = set.inputs().iter().filter(|value| value.is_nan()).count();
                assert_eq!(missing, set.missing_values());
                assert!(set.samples() > 0 && set.inputs().iter().all(|value| !value.is_infinite()));
            }
        }
    }

    /// Reads a file cut short everywhere, and with each byte changed.
    fn damage(&self, kind: &str, whole: &[u8]) {
        assert!(
            {
                std::fs::write(self.path(kind), whole).unwrap();
                read_file(&self.path(kind), &CsvOptions::default()).is_ok()
            },
            "{kind} is right before it is damaged"
        );
        for at in 0..whole.len() {
            self.read(kind, &whole[..at]);
            for byte in [0xFF, whole[at] ^ 1] {
                let mut changed = whole.to_vec();
                changed[at] = byte;
                self.read(kind, &changed);
            }
        }
    }
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn npy(shape: &str, data: &[f64]) -> Vec<u8> {
    let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.extend(data.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

fn npz(x: &[u8], y: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("x.npy", x), ("y.npy", y)] {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn parquet() -> Vec<u8> {
    let schema = "message t { optional double a; required int32 b; optional binary y (STRING); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(parquet::basic::Compression::SNAPPY)
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    while let Some(mut column) = group.next_column().unwrap() {
        let there = Some(&[1, 1, 1][..]);
        match column.untyped() {
            ColumnWriter::DoubleColumnWriter(to) => to.write_batch(&[0.5, 1.5, 2.5], there, None),
            ColumnWriter::Int32ColumnWriter(to) => to.write_batch(&[1, 2, 3], None, None),
            ColumnWriter::ByteArrayColumnWriter(to) => {
                to.write_batch(&["u", "v", "u"].map(ByteArray::from), there, None)
            }
            _ => panic!("there is no such column"),
        }
        .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

const IMAGES: &[u8] = &[
    0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 9, 8, 7, 6, 5, 4,
];

const PROBEN1: &str = "bool_in=0\nreal_in=2\nbool_out=2\nreal_out=0\ntraining_examples=2\n\
    validation_examples=1\ntest_examples=1\n1 2 0 1\n2 3 1 0\n3 4 0 1\n4 5 1 0\n";

#[test]
fn damaged_arrays() {
    let files = Files::new();
    let x = npy("(3, 2)", &[1.0, 0.0, 2.0, 1.0, 3.0, 1.0]);
    files.damage("npy", &x);
    files.damage("npy.gz", &pack(&x));
    files.damage("npz", &npz(&x, &npy("(3,)", &[0.0, 1.0, 0.0])));
}

#[test]
fn damaged_images() {
    let files = Files::new();
    files.damage("idx", IMAGES);
    files.damage("idx.gz", &pack(IMAGES));
}

#[test]
fn damaged_texts() {
    let files = Files::new();
    let arff =
        "@relation r\n@attribute 'a b' real\n@attribute y {u,'v w'}\n@data\n1,u\n2.5,'v w'\n3,u\n";
    files.damage("arff", arff.as_bytes());
    let keel = "\n@relation r\n@attribute a real [0,1]\n@attribute y {u,v}\n@inputs a\n@outputs y\n@data\n0.5,u\n1,v\n";
    files.damage("dat", keel.as_bytes());
    files.damage("dat.gz", &pack(keel.as_bytes()));
    files.damage("dt", PROBEN1.as_bytes());
    files.damage("libsvm", b"+1 1:0.5 3:2 # one\n-1 2:1e3\n");
    files.damage("tsv.gz", &pack(b"a\ty\n1\tu\n2\tv\n"));
}

#[test]
fn damaged_parquet() {
    let files = Files::new();
    files.damage("parquet", &parquet());
}

proptest! {
    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let files = Files::new();
        for kind in file_kinds() {
            files.read(kind.name, &bytes);
        }
        files.read("npy", &[b"\x93NUMPY\x01\x00", &bytes[..]].concat());
        files.read("idx", &[&[0, 0, 8, 3], &bytes[..]].concat());
        files.read("parquet", &[b"PAR1", &bytes[..], b"\x20\0\0\0PAR1"].concat());
        files.read("idx.gz", &pack(&[&[0, 0, 8, 3], &bytes[..]].concat()));
    }

    #[test]
    fn text_that_looks_like_arff(text in "(@(attribute|data|relation) |[0-9.,?{}'\"%\\\\\n ]|real|a|b){0,80}") {
        let files = Files::new();
        files.read("arff", text.as_bytes());
        files.read("arff", format!("@attribute a real\n@attribute y {{a,b}}\n@data\n{text}").as_bytes());
    }

    #[test]
    fn text_that_looks_like_keel(text in "(@(attribute|inputs|outputs|data|relation) |[0-9.,?{}\\[\\]\n ]|real|<null>|a|b){0,80}") {
        let files = Files::new();
        files.read("dat", format!("@{text}").as_bytes());
        files.read("dat", format!("@attribute a real [0,1]\n@attribute y {{a,b}}\n@data\n{text}").as_bytes());
    }

    #[test]
    fn text_that_looks_like_proben1(text in "((bool|real)_(in|out)=|(training|test)_examples=|[0-9.\n -]){0,60}") {
        let files = Files::new();
        files.read("dt", text.as_bytes());
        files.read("dt", format!("{PROBEN1}{text}").as_bytes());
    }

    #[test]
    fn text_that_looks_like_libsvm(text in "([0-9]{1,3}|[:. #+\n-]|qid|1:2 ){0,60}") {
        Files::new().read("libsvm", text.as_bytes());
    }
}
