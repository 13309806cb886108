//! Section `data`: the samples, their split and scaling.

use mlp_data::{
    ScaleKind, TargetTransform,
    table::{Categorical, MissingPolicy, TaskChoice, Unknown},
};

use super::{
    Form,
    access::{count, flag, key, number, number_of, put, spelled, whole, word, words},
    check,
    info::{Access, KeyInfo},
};
use crate::settings::value::Value;

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    key!(data.name, Text, check::owned, spelled)
        .help("data set by name (mlp list datasets), or a file; - is standard input")
        .option("data")
        .takes("DATA")
        .aliases(&["dataset", "file", "path"])
        .voids(&["data.sha256"]),
    key!(data.sha256, Text, check::digest, spelled)
        .help("digest that the data file must have")
        .takes("HEX")
        .fixed()
        .without_option(),
    key!(data.options.samples, Whole, check::count, count)
        .help("number of samples of a generator, all parts together")
        .default("by data set, moons 256"),
    key!(data.options.noise, Number, check::not_negative, number)
        .help("noise of a generator")
        .default("by data set, moons 0.2"),
    key!(data.options.classes, Whole, check::count, count)
        .help("number of classes of a generator")
        .default("by data set"),
    KeyInfo::new(
        "data.features",
        Form::Features,
        Access {
            set: |e, v| match v {
                Value::List(_) => {
                    e.data.options.features = None;
                    put(&mut e.data.columns, check::texts(v))
                }
                count => {
                    e.data.columns = None;
                    put(&mut e.data.options.features, check::count(count))
                }
            },
            get: |e| {
                e.data.columns.as_deref().map(words).or(e
                    .data
                    .options
                    .features
                    .map(|count| whole(count as u64)))
            },
            clear: |e| {
                e.data.columns = None;
                e.data.options.features = None;
            },
        },
    )
    .help("feature columns of a file, by name or position; number of features of a generator")
    .option("features")
    .takes("A,B")
    .default("all other columns; by data set"),
    key!(data.options.turns, Number, check::positive, number)
        .help("turns of a spiral, periods of a wave")
        .default("by data set")
        .without_option(),
    key!(data.options.factor, Number, check::positive, number)
        .help("radius of the inner circle, the outer being 1")
        .default("by data set")
        .without_option(),
    key!(data.options.cells, Whole, check::count, count)
        .help("cells along a side of the checkerboard")
        .default("by data set")
        .without_option(),
    key!(data.options.hidden, Whole, check::count, count)
        .help("hidden units of the teacher network")
        .default("by data set")
        .without_option(),
    key!(data.options.flip, Number, check::not_negative, number)
        .help("fraction of labels replaced by another class")
        .default("by data set")
        .without_option(),
    key!(data.inputs, Columns, check::expansion, |inputs| words(
        inputs.names()
    ))
    .help("inputs computed from two features: x,y,x2,y2,xy,sinx,siny")
    .takes("A,B")
    .default("the features themselves"),
    key!(data.target, Columns, check::texts, words)
        .help("target columns of a file, by name or position")
        .takes("COL")
        .default("the last column"),
    key!(data.sample_weight, Columns, check::column, spelled)
        .help("column of a file with sample weights for the loss; it is not a feature")
        .takes("COL")
        .default("none; in NPZ files the array sample_weight, if there is one"),
    key!(data.exclude, Columns, check::texts, words)
        .help("columns of a file to leave out")
        .takes("A,B")
        .default("none"),
    key!(data.task, OneOf(TaskChoice))
        .help("classification (classes), multilabel (several columns of 0 and 1), regression (numbers) or auto")
        .takes("TASK")
        .default("auto: text or at most 20 integers are classes")
        .fixed(),
    key!(data.positive, Text, check::owned, spelled)
        .help(
            "the positive one of two classes: precision, recall and --threshold are of it, and it comes \
             second",
        )
        .takes("CLASS")
        .default("none: the second by number or alphabet")
        .fixed(),
    key!(data.missing, OneOf(MissingPolicy))
        .help(
            "missing values of a file: refuse, drop rows, or fill in mean, median, \
             most-frequent, zero",
        )
        .takes("HOW")
        .default("refuse"),
    key!(data.categories, OneOf(Categorical))
        .help("text features of a file: refuse, or encode as one-hot columns")
        .takes("HOW")
        .default("refuse"),
    key!(data.rare, Whole, check::whole, number_of)
        .help("merge categories with fewer than N rows into one, other")
        .default("0: none"),
    key!(data.test_fraction, Number, check::below_one, number)
        .help("fraction of the samples in the test part, stratified")
        .default("0.25; 0 for the four xor corners"),
    key!(data.validation_fraction, Number, check::below_one, number)
        .help("fraction of the samples in the validation part, stratified")
        .default("0"),
    key!(data.validation_file, Text, check::owned, spelled)
        .help("file of the validation part, with the columns and classes of the data")
        .takes("FILE")
        .default("none")
        .fixed()
        .voids(&["data.validation_sha256"]),
    key!(data.validation_sha256, Text, check::digest, spelled)
        .help("digest that the validation file must have")
        .takes("HEX")
        .fixed()
        .without_option(),
    key!(data.test_file, Text, check::owned, spelled)
        .help("file of the test part, with the columns and classes of the data")
        .takes("FILE")
        .default("none")
        .fixed()
        .voids(&["data.test_sha256"]),
    key!(data.test_sha256, Text, check::digest, spelled)
        .help("digest that the test file must have")
        .takes("HEX")
        .fixed()
        .without_option(),
    key!(data.split, Text, check::ranges, |[a, b, c]| Value::Text(
        format!("{a}:{b}:{c}")
    ))
    .help("rows of the training, validation and test parts, in the order of the data")
    .takes("A:B:C")
    .default("none")
    .fixed(),
    key!(data.folds, Whole, check::count, count)
        .help(
            "cross-validation: one network per fold, with each of K stratified folds as the \
             test part",
        )
        .takes("K")
        .default("none")
        .fixed(),
    key!(data.fold, Whole, check::index, count)
        .help("fold used as the test part, counted from 0")
        .takes("I")
        .default("all of them, in turn"),
    key!(data.withhold_test, Flag, check::flag, flag)
        .help("no network is evaluated on the test part, as while --select compares them")
        .fixed(),
    key!(data.scale, OneOf(ScaleKind))
        .help("scaling of the features, fitted on the training part")
        .takes("KIND")
        .default("none for generators, standard for real tables"),
    key!(data.target_transform, OneOf(TargetTransform))
        .help(
            "for regression: train on log (above 0) or log1p (above -1) of the targets; \
             predictions invert it",
        )
        .takes("KIND")
        .default("none"),
    key!(data.scale_target, OneOf(ScaleKind))
        .help("scaling of the targets, for regression")
        .takes("KIND")
        .default("standard for real tables, else none"),
    key!(data.data_seed, Whole, check::whole, number_of)
        .help("seed of the generator and the split")
        .default("0"),
    key!(data.predict_on, Text, check::owned, spelled)
        .help("file with the features of points: every network's predictions there, as a table")
        .takes("FILE")
        .default("none")
        .fixed()
        .voids(&["data.predict_on_sha256"]),
    key!(data.predict_on_sha256, Text, check::digest, spelled)
        .help("digest that the file of points must have")
        .takes("HEX")
        .fixed()
        .without_option(),
    key!(data.unknown, OneOf(Unknown))
        .help(
            "unknown categories in --predict-on: refuse them, zero their features, or leave out the row \
             (row)",
        )
        .takes("WAY")
        .default("refuse")
        .fixed(),
];
