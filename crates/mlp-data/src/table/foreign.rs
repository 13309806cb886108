//! Files that are not tables of text, told by their first bytes, and by their name where these say too little.

use crate::TableProblem;

/// The advice for most: every program that writes such files can write a table of text.
const EXPORT: &str = "save the table as CSV or Parquet";

/// What begins so: the bytes, what the file is, and what to do.
const MARKS: &[(&[u8], &str, &str)] = &[
    (
        b"\x1F\x8B",
        "a gzip file",
        "give it the extension .gz, after that of the file that it packs",
    ),
    (b"BZh", "a bzip2 file", "unpack it first (bunzip2)"),
    (b"\xFD7zXZ\0", "an xz file", "unpack it first (unxz)"),
    (
        b"\x28\xB5\x2F\xFD",
        "a zstd file",
        "unpack it first (unzstd)",
    ),
    (
        b"\x04\x22\x4D\x18",
        "an LZ4 file",
        "unpack it first (unlz4)",
    ),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", "unpack it first"),
    (b"Rar!\x1A\x07", "a RAR archive", "unpack it first"),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an Excel workbook (xls)",
        EXPORT,
    ),
    (b"PAR1", "a Parquet file", "give it the extension .parquet"),
    (b"\x93NUMPY", "a NumPy array", "give it the extension .npy"),
    (
        b"ARROW1\0\0",
        "a Feather or Arrow file",
        "save it as Parquet: pandas' to_parquet",
    ),
    (
        b"\xFF\xFF\xFF\xFF",
        "an Arrow stream",
        "save it as Parquet: pandas' to_parquet",
    ),
    (
        b"FEA1",
        "a Feather file",
        "save it as Parquet: pandas' to_parquet",
    ),
    (b"ORC", "an ORC file", EXPORT),
    (b"Obj\x01", "an Avro file", EXPORT),
    (
        b"\x89HDF",
        "an HDF5 file",
        "save its arrays as NPZ (numpy.savez, x and y) or its table as Parquet",
    ),
    (
        b"MATLAB ",
        "a MATLAB file",
        "save its arrays as NPZ (numpy.savez, x and y)",
    ),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "export the table as CSV",
    ),
    (
        b"RDX2\n",
        "an R workspace (RData)",
        "write the table with write.csv(x, file, row.names = FALSE)",
    ),
    (
        b"RDX3\n",
        "an R workspace (RData)",
        "write the table with write.csv(x, file, row.names = FALSE)",
    ),
    (
        b"X\n\0\0\0",
        "an R object (rds)",
        "write the table with write.csv(x, file, row.names = FALSE)",
    ),
    (b"$FL2", "an SPSS file (sav)", EXPORT),
    (b"$FL3", "an SPSS file (zsav)", EXPORT),
    (b"<stata_dta>", "a Stata file (dta)", EXPORT),
    (
        b"\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60",
        "a SAS file (sas7bdat)",
        EXPORT,
    ),
    (
        b"HEADER RECORD*******LIB",
        "a SAS transport file (xpt)",
        EXPORT,
    ),
    (
        b"%PDF-",
        "a PDF document",
        "copy the table out of it and save it as CSV",
    ),
];

/// Endings whose files begin in ways that others do, or in no way of their own.
const ENDINGS: &[(&[&str], &str, &str)] = &[
    (&["xlsx", "xlsm"], "an Excel workbook (xlsx)", EXPORT),
    (&["ods"], "an OpenDocument spreadsheet", EXPORT),
    (
        &["pkl", "pickle", "joblib"],
        "a Python pickle, which may run any code when it is opened",
        "save the table as Parquet: pandas' to_parquet",
    ),
    (
        &["rds"],
        "an R object (rds)",
        "write the table with write.csv(x, file, row.names = FALSE)",
    ),
    (
        &["rdata", "rda"],
        "an R workspace (RData)",
        "write the table with write.csv(x, file, row.names = FALSE)",
    ),
    (&["dta"], "a Stata file (dta)", EXPORT),
    (
        &["mat"],
        "a MATLAB file",
        "save its arrays as NPZ (numpy.savez, x and y)",
    ),
    (&["zip"], "a zip archive", "unpack it first"),
];

/// What a file is that is not a table of text, by its beginning and name.
pub(super) fn foreign(sample: &[u8], file: &str) -> Option<TableProblem> {
    if sample.starts_with(b"\xFF\xFE") || sample.starts_with(b"\xFE\xFF") {
        return Some(TableProblem::NotUtf8(" but seems to be UTF-16"));
    }
    let problem = |what, advice| Some(TableProblem::Foreign { what, advice });
    let is_text = !sample
        .iter()
        .take(4096)
        .any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31));
    let name = file.to_ascii_lowercase();
    let by_name = || {
        let has = |ending: &&str| {
            name.strip_suffix(ending)
                .is_some_and(|stem| stem.ends_with('.'))
        };
        ENDINGS.iter().find(|(endings, ..)| endings.iter().any(has))
    };
    let marked = MARKS.iter().find(|(mark, ..)| sample.starts_with(mark));
    if sample.starts_with(b"PK\x03\x04") {
        let holds = |part: &[u8]| sample.windows(part.len()).any(|window| window == part);
        let (what, advice) = if holds(b"application/vnd.oasis.opendocument.spreadsheet") {
            ("an OpenDocument spreadsheet", EXPORT)
        } else if holds(b"xl/") || holds(b"[Content_Types].xml") {
            ("an Excel workbook (xlsx)", EXPORT)
        } else if holds(b".npy") {
            ("an NPZ archive", "give it the extension .npz")
        } else {
            by_name().map_or(
                ("a zip archive", "unpack it first"),
                |&(_, what, advice)| (what, advice),
            )
        };
        return problem(what, advice);
    }
    let packed = sample.starts_with(b"\x1F\x8B")
        || sample.starts_with(b"BZh")
        || sample.starts_with(b"\xFD7zXZ\0");
    // R packs what it writes.
    if packed
        && let Some(&(_, what, advice)) = by_name().filter(|(_, what, _)| what.contains(" R "))
    {
        return problem(what, advice);
    }
    // Letters alone may begin a table of text.
    let letters = |mark: &[u8]| mark.iter().all(u8::is_ascii_graphic) && mark.len() < 7;
    if let Some(&(mark, what, advice)) = marked
        && !(letters(mark) && is_text)
    {
        return problem(what, advice);
    }
    let pickled = matches!(sample, [0x80, 2..=5, ..]);
    if pickled {
        let (_, what, advice) = ENDINGS[2];
        return problem(what, advice);
    }
    let start = sample.trim_ascii_start();
    let begins = |mark: &str| {
        start
            .get(..mark.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(mark.as_bytes()))
    };
    if begins("<!doctype") || begins("<html") || begins("<table") {
        return problem("a web page (some programs call such files .xls)", EXPORT);
    }
    if begins("<?xml") {
        return problem("an XML document", EXPORT);
    }
    if start.starts_with(b"{\"") || start.starts_with(b"[{") || start.starts_with(b"{\n") {
        return problem(
            "JSON",
            "write it as CSV: pandas' read_json(...).to_csv(..., index=False)",
        );
    }
    if is_text && is_libsvm(sample) {
        return problem("a LIBSVM file", "give it the extension .svm");
    }
    match by_name() {
        Some(&(_, what, advice))
            if !is_text || name.ends_with("pkl") || name.ends_with("pickle") =>
        {
            problem(what, advice)
        }
        _ => None,
    }
}

/// Whether every line is a label and numbers behind their ascending indices; of a sample the last may be cut short.
fn is_libsvm(sample: &[u8]) -> bool {
    let whole = sample.iter().rposition(|&byte| byte == b'\n');
    let Ok(text) = std::str::from_utf8(&sample[..whole.unwrap_or(sample.len())]) else {
        return false;
    };
    let is_pair = |word: &str| -> Option<u32> {
        let (index, value) = word.split_once(':')?;
        value.parse::<f64>().ok().and_then(|_| index.parse().ok())
    };
    let mut pairs = 0;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let all = lines.take(100).all(|line| {
        let mut words = line.split_whitespace();
        let label = words.next().is_some_and(|word| word.parse::<f64>().is_ok());
        let mut last = None;
        label
            && words.all(|word| {
                let index = is_pair(word);
                pairs += 1;
                index > std::mem::replace(&mut last, index)
            })
    });
    all && pairs > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sample: &[u8], file: &str) -> String {
        foreign(sample, file).map_or_else(String::new, |problem| problem.to_string())
    }

    #[test]
    fn files_are_told_by_their_first_bytes() {
        for (sample, file, what) in [
            (
                &b"PK\x03\x04....[Content_Types].xml"[..],
                "a.csv",
                "an Excel workbook (xlsx)",
            ),
            (
                b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                "a.ods",
                "OpenDocument",
            ),
            (b"PK\x03\x04....x.npy", "a.zip", "NPZ"),
            (b"1 1:0.5 3:2\n-1\n+1 2:1e-3\n", "a.txt", "a LIBSVM file"),
            (b"PK\x03\x04....a.csv", "a.zip", "a zip archive"),
            (b"PK\x03\x04....", "book.xlsx", "an Excel workbook (xlsx)"),
            (
                b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0",
                "a.xls",
                "an Excel workbook (xls)",
            ),
            (b"BZh91AY&SY\0\x01", "a.csv.bz2", "a bzip2 file"),
            (b"\xFD7zXZ\0\0", "a.csv.xz", "an xz file"),
            (b"\x28\xB5\x2F\xFD\0", "a.zst", "a zstd file"),
            (b"7z\xBC\xAF\x27\x1C\0", "a.7z", "a 7z archive"),
            (b"\x80\x04\x95\0", "model", "a Python pickle"),
            (b"(lp0\n", "a.pkl", "a Python pickle"),
            (b"ARROW1\0\0", "a.feather", "a Feather or Arrow file"),
            (b"FEA1\0", "a.feather", "a Feather file"),
            (b"ORC\x08", "a.orc", "an ORC file"),
            (b"\x89HDF\r\n\x1A\n", "a.h5", "an HDF5 file"),
            (b"SQLite format 3\0", "a.db", "an SQLite database"),
            (b"\x1F\x8B\x08\0", "a.rds", "an R object"),
            (b"\x1F\x8B\x08\0", "a.csv", "a gzip file"),
            (b"RDX3\nX\n", "a.RData", "an R workspace"),
            (b"$FL2@(#) SPSS\0", "a.sav", "an SPSS file"),
            (b"<stata_dta><header>", "a.dta", "a Stata file"),
            (b"\x73\x02\x01\0", "a.dta", "a Stata file"),
            (b"  <!DOCTYPE html>", "a.xls", "a web page"),
            (b"[{\"a\": 1}]", "a.json", "JSON"),
        ] {
            let found = told(sample, file);
            assert!(found.contains(what), "{file}: {found}");
        }
    }

    #[test]
    fn tables_of_text_are_none_of_these() {
        for sample in [
            "ORC,y\n1,2\n",
            "BZh,y\n",
            "PAR1;PAR2\n",
            "FEA1,FEA2\n",
            "$FL2,a\n",
            "a,b\n1,2\n",
            "",
        ] {
            assert_eq!(told(sample.as_bytes(), "a.csv"), "", "{sample}");
        }
        assert_eq!(told(b"a,b\n1,2\n", "a.mat"), "");
    }
}
