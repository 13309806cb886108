use super::*;
use mlp_train::{experiment::TableFormat, storing::TableSink};

fn rows() -> (Vec<Column>, Vec<Vec<Cell>>) {
    let columns = vec![
        Column::new("net", ColumnKind::Integer),
        Column::new("loss", ColumnKind::Number),
        Column::new("status", ColumnKind::Text),
        Column::new("shuffle", ColumnKind::Flag),
    ];
    let rows = vec![
        vec![
            Cell::Integer(0),
            Cell::Number(0.1),
            Cell::Text("completed, really".to_owned()),
            Cell::Flag(true),
        ],
        vec![Cell::Integer(-1), Cell::Null, Cell::Null, Cell::Null],
        vec![
            Cell::Null,
            Cell::Number(f64::INFINITY),
            Cell::Text("ä \"b\"".to_owned()),
            Cell::Flag(false),
        ],
        vec![
            Cell::Integer(i64::MAX),
            Cell::Number(5e-324),
            Cell::Text("x".to_owned()),
            Cell::Null,
        ],
    ];
    (columns, rows)
}

fn write(path: &Path, format: TableFormat, count: usize) {
    let (columns, rows) = rows();
    let mut writer = TableWriter::create(path, format, columns).unwrap();
    for row in rows.iter().cycle().take(count) {
        writer.push(row.clone()).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn both_formats_give_back_what_was_written() {
    let directory = tempfile::tempdir().unwrap();
    for (name, format) in [
        ("t.parquet", TableFormat::Parquet),
        ("t.csv", TableFormat::Csv),
    ] {
        let path = directory.path().join(name);
        write(&path, format, 4);
        let table = read(&path).unwrap();
        let (columns, rows) = rows();
        assert_eq!(table.rows(), 4);
        for (index, (name, values)) in table.columns().enumerate() {
            assert_eq!(
                (name, values.kind()),
                (columns[index].name.as_str(), columns[index].kind)
            );
            for (row, cells) in rows.iter().enumerate() {
                assert_eq!(values.cell(row), cells[index], "{name} {row}");
            }
        }
        assert_eq!(table.numbers("loss").unwrap()[2], f64::INFINITY);
        assert!(table.numbers("loss").unwrap()[1].is_nan());
        assert_eq!(table.texts("net").unwrap()[3], i64::MAX.to_string());
        assert!(table.column("none").is_none() && table.numbers("status").is_none());
    }
}

#[test]
fn the_same_rows_are_the_same_bytes_over_several_row_groups() {
    let directory = tempfile::tempdir().unwrap();
    let (a, b) = (
        directory.path().join("a.parquet"),
        directory.path().join("b.parquet"),
    );
    write(&a, TableFormat::Parquet, GROUP + 5);
    write(&b, TableFormat::Parquet, GROUP + 5);
    assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
    let table = read(&a).unwrap();
    assert_eq!(table.rows(), GROUP + 5);
    assert_eq!(
        table.column("loss").unwrap().cell(GROUP + 4),
        Cell::Number(0.1)
    );
}

#[test]
fn an_empty_table_has_its_columns() {
    let directory = tempfile::tempdir().unwrap();
    for (name, format) in [
        ("t.parquet", TableFormat::Parquet),
        ("t.csv", TableFormat::Csv),
    ] {
        let path = directory.path().join(name);
        write(&path, format, 0);
        let table = read(&path).unwrap();
        assert_eq!((table.rows(), table.columns().count()), (0, 4));
    }
}

#[test]
fn damaged_tables_are_refused_without_a_panic() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.parquet");
    write(&path, TableFormat::Parquet, 4);
    let whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = read(&path).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("t.parquet is not a readable table"),
            "{error}"
        );
    }
    // The library panics on some pages; wrong numbers are a matter of the digest.
    for at in 0..whole.len() {
        for flip in [1, 0x80, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            std::fs::write(&path, damaged).unwrap();
            if let Err(error) = read(&path) {
                assert!(matches!(error, Error::Corrupt { .. }), "{error}");
            }
        }
    }
    std::fs::write(&path, b"net,loss\n1,2\n").unwrap();
    assert!(matches!(read(&path), Err(Error::Corrupt { .. })));
    let ragged = directory.path().join("t.csv");
    std::fs::write(&ragged, b"net,loss\n1\n").unwrap();
    assert!(matches!(read(&ragged), Err(Error::Corrupt { .. })));
    assert!(matches!(
        read(&directory.path().join("none.csv")),
        Err(Error::Read { .. })
    ));
}

#[test]
fn columns_are_read_part_by_part() {
    let directory = tempfile::tempdir().unwrap();
    for (name, format) in [
        ("t.parquet", TableFormat::Parquet),
        ("t.csv", TableFormat::Csv),
    ] {
        let path = directory.path().join(name);
        write(&path, format, GROUP + 5);
        let reader = ColumnReader::open(&path).unwrap();
        assert_eq!(reader.names(), ["net", "loss", "status", "shuffle"]);
        let mut rows = Vec::new();
        let mut scan = |part: &Table| {
            assert_eq!(part.columns().count(), 2);
            assert!(part.column("loss").is_none());
            rows.push(part.rows());
            Ok(())
        };
        reader.scan(Some(&["status", "net"]), &mut scan).unwrap();
        assert_eq!(rows, [GROUP, 5]);
        let whole = read(&path).unwrap().numbers("loss").unwrap();
        let bits = |numbers: Vec<f64>| numbers.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(reader.numbers("loss").unwrap().unwrap()), bits(whole));
        assert_eq!(reader.numbers("none").unwrap(), None);
        assert_eq!(reader.numbers("status").unwrap(), None);
    }
}
