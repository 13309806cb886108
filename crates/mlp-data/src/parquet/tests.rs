use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::column::writer::ColumnWriter;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use ndarray::array;

use super::*;
use crate::table::{Categorical, DecimalMark, MissingPolicy, TableFormat, TaskChoice};
use crate::{ImputeKind, Targets, read_file};

/// The values of a column, where there are any.
enum Values {
    Doubles(Vec<Option<f64>>),
    Floats(Vec<Option<f32>>),
    Ints(Vec<Option<i32>>),
    Longs(Vec<Option<i64>>),
    Bools(Vec<Option<bool>>),
    Texts(Vec<Option<&'static str>>),
    Bytes(Vec<Option<&'static [u8]>>),
}

fn write(path: &Path, schema: &str, packing: Compression, groups: &[Vec<Values>]) {
    fn split<T: Clone>(values: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
        let levels = values.iter().map(|value| i16::from(value.is_some()));
        (values.iter().flatten().cloned().collect(), levels.collect())
    }
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(packing).build();
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    for columns in groups {
        let mut group = writer.next_row_group().unwrap();
        for values in columns {
            let mut column = group.next_column().unwrap().unwrap();
            macro_rules! put {
                ($writer:ident, $values:expr) => {{
                    let (values, levels) = $values;
                    $writer.write_batch(&values, Some(&levels), None).unwrap();
                }};
            }
            match (column.untyped(), values) {
                (ColumnWriter::DoubleColumnWriter(to), Values::Doubles(from)) => {
                    put!(to, split(from));
                }
                (ColumnWriter::FloatColumnWriter(to), Values::Floats(from)) => {
                    put!(to, split(from));
                }
                (ColumnWriter::Int32ColumnWriter(to), Values::Ints(from)) => {
                    put!(to, split(from));
                }
                (ColumnWriter::Int64ColumnWriter(to), Values::Longs(from)) => {
                    put!(to, split(from));
                }
                (ColumnWriter::BoolColumnWriter(to), Values::Bools(from)) => {
                    put!(to, split(from));
                }
                (ColumnWriter::ByteArrayColumnWriter(to), Values::Texts(from)) => {
                    let (values, levels) = split(from);
                    let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
                    to.write_batch(&values, Some(&levels), None).unwrap();
                }
                (ColumnWriter::ByteArrayColumnWriter(to), Values::Bytes(from)) => {
                    let (values, levels) = split(from);
                    let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
                    to.write_batch(&values, Some(&levels), None).unwrap();
                }
                _ => panic!("the values are not of the column's type"),
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
}

fn read_groups(
    schema: &str,
    packing: Compression,
    groups: &[Vec<Values>],
    options: &CsvOptions,
) -> Result<Dataset, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, schema, packing, groups);
    read_file(&path, options).map_err(|error| {
        error
            .to_string()
            .replace(&format!("{}/", folder.path().display()), "")
    })
}

const SCHEMA: &str = "message table { optional double a; optional float b; optional int32 c; optional int64 d; \
    optional int32 u (UINT_32); optional boolean e; optional binary kind (STRING); }";

fn group(first: f64, second: Option<f64>, kind: &'static str) -> Vec<Values> {
    vec![
        Values::Doubles(vec![Some(first), second]),
        Values::Floats(vec![Some(0.5), Some(-1.5)]),
        Values::Ints(vec![Some(-1), Some(2)]),
        Values::Longs(vec![Some(3), Some(-4)]),
        Values::Ints(vec![Some(-1), Some(7)]),
        Values::Bools(vec![Some(true), Some(false)]),
        Values::Texts(vec![Some("x"), Some(kind)]),
    ]
}

#[test]
fn columns_of_every_kind_are_read() {
    for packing in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(Default::default()),
        Compression::GZIP(Default::default()),
        Compression::BROTLI(Default::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
    ] {
        let groups = [group(1.0, Some(2.0), "y"), group(3.0, Some(4.0), "x")];
        let set = read_groups(SCHEMA, packing, &groups, &CsvOptions::default()).unwrap();
        assert_eq!(set.feature_names(), ["a", "b", "c", "d", "u", "e"]);
        assert_eq!(
            set.inputs(),
            array![
                [1.0, 0.5, -1.0, 3.0, 4_294_967_295.0, 1.0],
                [2.0, -1.5, 2.0, -4.0, 7.0, 0.0],
                [3.0, 0.5, -1.0, 3.0, 4_294_967_295.0, 1.0],
                [4.0, -1.5, 2.0, -4.0, 7.0, 0.0]
            ]
        );
        let names = vec!["x".to_owned(), "y".to_owned()];
        let labels = vec![0, 1, 0, 0];
        assert_eq!(set.targets(), &Targets::Classes { labels, names });
        assert_eq!(set.target_columns(), ["kind"]);
    }
}

#[test]
fn numbers_of_16_bits_are_read() {
    // numpy.float16([1, -2, 65504, 2**-24, 0.333251953125]).view(numpy.uint16)
    let bits = [0x3C00, 0xC000, 0x7BFF, 0x0001, 0x3555];
    let numbers = [1.0, -2.0, 65504.0, 1.0 / 16_777_216.0, 0.333_251_953_125];
    assert_eq!(bits.map(half), numbers);
    assert!(half(0x7C01).is_nan() && half(0xFC00) == f64::NEG_INFINITY);
}

#[test]
fn the_index_of_pandas_is_left_out() {
    let schema =
        "message table { optional double a; optional int64 y; optional int64 __index_level_0__; }";
    let group = || {
        [vec![
            Values::Doubles((0..20).map(|row| Some(f64::from(row))).collect()),
            Values::Longs((0..20).map(|row| Some(row % 2)).collect()),
            Values::Longs((0..20).map(|row| Some(100 + row)).collect()),
        ]]
    };
    let read =
        |options: &CsvOptions| read_groups(schema, Compression::SNAPPY, &group(), options).unwrap();
    let set = read(&CsvOptions::default());
    assert_eq!(set.feature_names(), ["a"]);
    assert_eq!(set.target_columns(), ["y"]);
    let line = set.read()[0].to_string();
    assert!(
        line.ends_with("left out: `__index_level_0__` (index of pandas)"),
        "{line}"
    );
    // Asked for, it is a column like any other.
    for features in ["__index_level_0__", "3"] {
        let set = read(&CsvOptions {
            features: vec![features.to_owned()],
            ..CsvOptions::default()
        });
        assert_eq!(set.feature_names(), ["__index_level_0__"]);
        assert_eq!(set.target_columns(), ["y"]);
    }
    let index = ["__index_level_0__".to_owned()];
    let target = read(&CsvOptions {
        target: index.to_vec(),
        ..CsvOptions::default()
    });
    assert_eq!(target.target_columns(), index);
    let excluded = read(&CsvOptions {
        exclude: index.to_vec(),
        ..CsvOptions::default()
    });
    assert_eq!(excluded.target_columns(), ["y"]);
}

#[test]
fn nulls_are_missing_and_text_has_categories() {
    let groups = || [group(1.0, Some(2.0), "y"), group(3.0, None, "x")];
    let read = |options| read_groups(SCHEMA, Compression::SNAPPY, &groups(), &options);
    assert_eq!(
        read(CsvOptions::default()).unwrap_err(),
        "`a.parquet`, row 4, column `a`: the value is missing (`null`); fill it in, leave the row or the column out, or \
         train with --missing drop, mean, median, most-frequent or zero"
    );
    let options = CsvOptions {
        target: vec!["e".to_owned()],
        features: vec!["kind".to_owned(), "a".to_owned()],
        missing: MissingPolicy::Impute(ImputeKind::Median),
        categorical: Categorical::OneHot,
        ..Default::default()
    };
    let set = read(options).unwrap();
    assert_eq!(set.feature_names(), ["kind=x", "kind=y", "a"]);
    assert_eq!(set.class_names().unwrap(), ["False", "True"]);
    assert_eq!((set.missing_values(), set.inputs()[[1, 1]]), (1, 1.0));
    let options = CsvOptions {
        target: vec!["e".to_owned()],
        ..Default::default()
    };
    let text = [group(1.0, Some(2.0), "y")];
    let error = read_groups(SCHEMA, Compression::SNAPPY, &text, &options).unwrap_err();
    assert!(
        error.starts_with("`a.parquet`, row 1, column `kind`: `x` is not a number"),
        "{error}"
    );
}

#[test]
fn words_for_missing_values_are_met_by_value() {
    let schema = "message t { optional int64 a; optional double b; optional int32 y; }";
    let groups = [vec![
        Values::Longs([1, -9, 3, 4].map(Some).to_vec()),
        Values::Doubles([-9.0, 2.5, 3.5, 4.5].map(Some).to_vec()),
        Values::Ints([0, 1, 1, 0].map(Some).to_vec()),
    ]];
    let options = |missing| CsvOptions {
        missing,
        format: TableFormat {
            missing_words: vec!["-9".to_owned()],
            ..TableFormat::default()
        },
        ..CsvOptions::default()
    };
    let read = |missing| read_groups(schema, Compression::SNAPPY, &groups, &options(missing));
    let set = read(MissingPolicy::Impute(ImputeKind::Mean)).unwrap();
    assert!(set.inputs()[[1, 0]].is_nan() && set.inputs()[[0, 1]].is_nan());
    assert_eq!(set.missing_values(), 2);
    assert_eq!(read(MissingPolicy::Drop).unwrap().samples(), 2);
    let error = read(MissingPolicy::Refuse).unwrap_err();
    assert!(
        error.contains("row 1, column `b`: the value is missing (`-9`)"),
        "{error}"
    );
}

#[test]
fn batches_follow_each_other() {
    let count = 3 * BATCH + 7;
    let numbers = (0..count).map(|i| Some(i as f64)).collect();
    let classes = (0..count).map(|i| Some((i % 3) as i32)).collect();
    let groups = [vec![Values::Doubles(numbers), Values::Ints(classes)]];
    let schema = "message t { optional double a; optional int32 y; }";
    let set = read_groups(schema, Compression::SNAPPY, &groups, &CsvOptions::default()).unwrap();
    assert!(
        set.inputs()
            .iter()
            .enumerate()
            .all(|(row, &value)| value == row as f64)
    );
    assert_eq!(set.samples(), count);
}

#[test]
fn whole_numbers_beyond_those_with_a_fraction_are_exact() {
    let schema =
        "message t { optional binary a (STRING); optional int64 y; optional int64 u (UINT_64); }";
    let big = 1i64 << 53;
    let texts = ["1,5", "2,5", "-"].map(Some).to_vec();
    let groups = [vec![
        Values::Texts(texts),
        Values::Longs(vec![Some(big + 1), Some(big), Some(big + 1)]),
        Values::Longs(vec![Some(-1), Some(-2), Some(-1)]),
    ]];
    let classes = |target: &str, task| {
        let options = CsvOptions {
            target: vec![target.to_owned()],
            features: vec!["a".to_owned()],
            missing: MissingPolicy::Impute(ImputeKind::Mean),
            format: TableFormat {
                decimal: Some(DecimalMark::Comma),
                ..TableFormat::default()
            },
            task,
            ..CsvOptions::default()
        };
        read_groups(schema, Compression::SNAPPY, &groups, &options).unwrap()
    };
    let set = classes("y", TaskChoice::Classification);
    assert_eq!(
        set.class_names().unwrap(),
        ["9007199254740992", "9007199254740993"]
    );
    assert_eq!(set.class_counts().unwrap(), [1, 2]);
    assert_eq!(set.inputs()[[1, 0]], 2.5);
    assert!(set.inputs()[[2, 0]].is_nan());
    assert_eq!(
        set.table_format().unwrap().decimal,
        Some(DecimalMark::Comma)
    );
    let set = classes("u", TaskChoice::Classification);
    assert_eq!(
        set.class_names().unwrap(),
        ["18446744073709551614", "18446744073709551615"]
    );
}

#[test]
fn nested_columns_are_refused_by_name() {
    let schema = "message t { optional group g { optional double p; optional double q; } optional double a; \
        optional int32 day (DATE); optional int32 y; }";
    let doubles = || Values::Doubles(vec![None, None]);
    let groups = [vec![
        doubles(),
        doubles(),
        Values::Doubles(vec![Some(1.0), Some(2.0)]),
        Values::Ints(vec![Some(1), Some(2)]),
        Values::Ints(vec![Some(0), Some(1)]),
    ]];
    let read = |exclude: &[&str]| {
        let options = CsvOptions {
            exclude: exclude.iter().map(|&name| name.to_owned()).collect(),
            ..Default::default()
        };
        read_groups(schema, Compression::SNAPPY, &groups, &options)
    };
    assert_eq!(
        read(&[]).unwrap_err(),
        "`a.parquet`, column `g`: the column is nested; only flat columns are read, so leave it out"
    );
    assert!(
        read(&["g"])
            .unwrap_err()
            .contains("column `day`: the column holds times")
    );
    let set = read(&["g", "day"]).unwrap();
    assert_eq!(set.inputs(), array![[1.0], [2.0]]);
}

#[test]
fn what_is_no_parquet_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    for bytes in [&b""[..], b"PAR1", b"a,b\n1,2\n3,4\n"] {
        std::fs::write(&path, bytes).unwrap();
        let error = read_file(&path, &CsvOptions::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains("cannot be read as Parquet"), "{error}");
    }
    let path = folder.path().join("a.parquet.gz");
    std::fs::write(&path, b"").unwrap();
    let error = read_file(&path, &CsvOptions::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("unpack the file first"), "{error}");
}

#[test]
fn binary_data_are_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let read = |kind: &str, bytes: &'static [u8]| {
        let schema = format!("message m {{ optional binary a{kind}; optional double y; }}");
        let columns = vec![
            Values::Bytes(vec![Some(bytes), Some(b"text")]),
            Values::Doubles(vec![Some(0.5), Some(1.5)]),
        ];
        write(&path, &schema, Compression::UNCOMPRESSED, &[columns]);
        let options = CsvOptions {
            categorical: Categorical::OneHot,
            ..CsvOptions::default()
        };
        read_file(&path, &options).map_err(|error| error.to_string())
    };
    let binary = "column `a`: the column holds binary data, not text; leave it out, or save it as numbers or text";
    for bytes in [&b"\xFF\xFE"[..], b"\x01\x02"] {
        let error = read("", bytes).unwrap_err();
        assert!(error.ends_with(binary), "{error}");
    }
    assert!(read(" (BSON)", b"{}").unwrap_err().ends_with(binary));
    // Some programs write texts without saying so.
    assert_eq!(
        read("", b"other").unwrap().feature_names(),
        ["a=other", "a=text"]
    );
}
