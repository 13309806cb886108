//! Section `data`, the keys of files: the format of a table.

use mlp_data::table::{DateOrder, DecimalMark};

use super::{
    Form,
    access::{flag, key, put, spelled, texts_key, word, words},
    check,
    info::{Access, KeyInfo},
};

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    key!(data.format.header, Switch, check::flag, flag)
        .help("whether the first line of the file holds names (--header) or data (--no-header)")
        .option("no-header")
        .default("detected")
        .fixed(),
    key!(data.format.delimiter, Verbatim, check::parsed, spelled)
        .help(
            "delimiter of the cells of a file; also tab, space, and whitespace for runs \
             of spaces",
        )
        .takes("CHAR")
        .default("detected")
        .fixed(),
    key!(data.format.comment, Text, check::owned, spelled)
        .help("skip the lines of a file that begin with this, as in #")
        .takes("MARK")
        .default("none")
        .fixed(),
    key!(
        data.format.decimal,
        Word(|| DecimalMark::ALL.map(DecimalMark::name).to_vec()),
        check::parsed,
        |mark| word(mark.name())
    )
    .help("decimal mark of the numbers of a file: . or ,")
    .takes("MARK")
    .default(".")
    .fixed(),
    key!(data.format.thousands, Verbatim, check::parsed, |mark| word(
        mark.name()
    ))
    .help("thousands separator of the numbers of a file: , . ' _ or space")
    .takes("MARK")
    .default("none")
    .fixed(),
    key!(
        data.format.dates,
        Word(|| DateOrder::ALL.map(DateOrder::name).to_vec()),
        check::parsed,
        |order| word(order.name())
    )
    .help("read dates of a file, in the order ymd, dmy or mdy, as days since 1970-01-01")
    .takes("ORDER")
    .default("dates are refused")
    .fixed(),
    texts_key!(data.format.missing_words, Texts)
        .help("additional words for a missing value in a file, as in -999,unknown")
        .takes("A,B")
        .default("none")
        .fixed(),
    texts_key!(data.format.units, Texts)
        .help("units to strip from the numbers of a file, as in '$,%,kg'")
        .takes("A,B")
        .default("none")
        .fixed(),
    texts_key!(data.format.text, Columns)
        .help(
            "columns of a file to read as text, whatever the cells look like: 007, NA, 1.10, \
             16:10",
        )
        .takes("A,B")
        .default("none")
        .fixed(),
];
