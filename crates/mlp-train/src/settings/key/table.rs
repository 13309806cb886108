//! Section `data`, the keys of files: the format of a table.

use mlp_data::table::{DateOrder, DecimalMark};

use super::{
    Form,
    access::{field, flag, put, spelled, texts_field, word, words},
    check,
    info::{Access, KeyInfo},
};

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    KeyInfo::new(
        "data.header",
        Form::Switch,
        field!(data.format.header, check::flag, flag),
    )
    .help("whether the first line of the file holds names (--header) or data (--no-header)")
    .option("no-header")
    .default("detected")
    .fixed(),
    KeyInfo::new(
        "data.delimiter",
        Form::Verbatim,
        field!(data.format.delimiter, check::parsed, spelled),
    )
    .help(
        "delimiter of the cells of a file; also tab, space, and whitespace for runs \
             of spaces",
    )
    .option("delimiter")
    .takes("CHAR")
    .default("detected")
    .fixed(),
    KeyInfo::new(
        "data.comment",
        Form::Text,
        field!(data.format.comment, check::owned, spelled),
    )
    .help("skip the lines of a file that begin with this, as in #")
    .option("comment")
    .takes("MARK")
    .default("none")
    .fixed(),
    KeyInfo::new(
        "data.decimal",
        Form::Word(|| DecimalMark::ALL.map(DecimalMark::name).to_vec()),
        field!(data.format.decimal, check::parsed, |mark| word(mark.name())),
    )
    .help("decimal mark of the numbers of a file: . or ,")
    .option("decimal")
    .takes("MARK")
    .default(".")
    .fixed(),
    KeyInfo::new(
        "data.thousands",
        Form::Verbatim,
        field!(data.format.thousands, check::parsed, |mark| word(
            mark.name()
        )),
    )
    .help("thousands separator of the numbers of a file: , . ' _ or space")
    .option("thousands")
    .takes("MARK")
    .default("none")
    .fixed(),
    KeyInfo::new(
        "data.dates",
        Form::Word(|| DateOrder::ALL.map(DateOrder::name).to_vec()),
        field!(data.format.dates, check::parsed, |order| word(order.name())),
    )
    .help("read dates of a file, in the order ymd, dmy or mdy, as days since 1970-01-01")
    .option("dates")
    .takes("ORDER")
    .default("dates are refused")
    .fixed(),
    KeyInfo::new(
        "data.missing_words",
        Form::Texts,
        texts_field!(data.format.missing_words),
    )
    .help("additional words for a missing value in a file, as in -999,unknown")
    .option("missing-words")
    .takes("A,B")
    .default("none")
    .fixed(),
    KeyInfo::new("data.units", Form::Texts, texts_field!(data.format.units))
        .help("units to strip from the numbers of a file, as in '$,%,kg'")
        .option("units")
        .takes("A,B")
        .default("none")
        .fixed(),
    KeyInfo::new("data.text", Form::Columns, texts_field!(data.format.text))
        .help(
            "columns of a file to read as text, whatever the cells look like: 007, NA, \
             1.10, 16:10",
        )
        .option("text")
        .takes("A,B")
        .default("none")
        .fixed(),
];
