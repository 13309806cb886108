//! Section `data`: which samples, how they are split and scaled.

use mlp_data::{
    ScaleKind,
    table::{Categorical, MissingPolicy, TaskChoice},
};

use super::{
    Form,
    access::{count, field, number, number_of, put, spelled, whole, word, words},
    check,
    info::{Access, KeyInfo},
};
use crate::settings::value::Value;

const SCALES: [ScaleKind; 3] = [ScaleKind::None, ScaleKind::Standard, ScaleKind::MinMax];

fn scales() -> Vec<&'static str> {
    SCALES.iter().map(|scale| scale.name()).collect()
}

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    KeyInfo::new(
        "data.name",
        Form::Text,
        field!(data.name, check::owned, spelled),
    )
    .help("data set by name (mlp list datasets), or a file; - is standard input")
    .option("data")
    .takes("DATA")
    .aliases(&["dataset", "file", "path"])
    .voids(&["data.sha256"]),
    KeyInfo::new(
        "data.sha256",
        Form::Text,
        field!(data.sha256, check::digest, spelled),
    )
    .help("digest that the data file must have")
    .takes("HEX")
    .fixed(),
    KeyInfo::new(
        "data.samples",
        Form::Whole,
        field!(data.options.samples, check::count, count),
    )
    .help("samples of a generator, both parts together")
    .option("samples")
    .takes("N")
    .default("by data set, moons 256"),
    KeyInfo::new(
        "data.noise",
        Form::Number,
        field!(data.options.noise, check::not_negative, number),
    )
    .help("noise of a generator")
    .option("noise")
    .takes("X")
    .default("by data set, moons 0.2"),
    KeyInfo::new(
        "data.classes",
        Form::Whole,
        field!(data.options.classes, check::count, count),
    )
    .help("classes of a generator")
    .option("classes")
    .takes("N")
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
    .help("feature columns of a file, by name or position; of a generator, how many")
    .option("features")
    .takes("A,B")
    .default("all other columns; by data set"),
    KeyInfo::new(
        "data.turns",
        Form::Number,
        field!(data.options.turns, check::positive, number),
    )
    .help("turns of a spiral, periods of a wave")
    .takes("X")
    .default("by data set"),
    KeyInfo::new(
        "data.factor",
        Form::Number,
        field!(data.options.factor, check::positive, number),
    )
    .help("radius of the inner circle, the outer being 1")
    .takes("X")
    .default("by data set"),
    KeyInfo::new(
        "data.cells",
        Form::Whole,
        field!(data.options.cells, check::count, count),
    )
    .help("cells along a side of the checkerboard")
    .takes("N")
    .default("by data set"),
    KeyInfo::new(
        "data.hidden",
        Form::Whole,
        field!(data.options.hidden, check::count, count),
    )
    .help("hidden units of the teacher network")
    .takes("N")
    .default("by data set"),
    KeyInfo::new(
        "data.flip",
        Form::Number,
        field!(data.options.flip, check::not_negative, number),
    )
    .help("share of labels replaced by another class")
    .takes("X")
    .default("by data set"),
    KeyInfo::new(
        "data.inputs",
        Form::Columns,
        field!(data.inputs, check::expansion, |inputs| words(
            inputs.names()
        )),
    )
    .help("inputs computed from two features: x,y,x2,y2,xy,sinx,siny")
    .option("inputs")
    .takes("A,B")
    .default("the features themselves"),
    KeyInfo::new(
        "data.target",
        Form::Columns,
        field!(data.target, check::texts, words),
    )
    .help("target columns of a file, by name or position")
    .option("target")
    .takes("COL")
    .default("the last column"),
    KeyInfo::new(
        "data.sample_weight",
        Form::Columns,
        field!(data.sample_weight, check::column, spelled),
    )
    .help("column of a file with what each sample counts in the loss; no feature then")
    .option("sample-weight")
    .takes("COL")
    .default("none; in NPZ files the array sample_weight, if there is one"),
    KeyInfo::new(
        "data.exclude",
        Form::Columns,
        field!(data.exclude, check::texts, words),
    )
    .help("columns of a file to leave out")
    .option("exclude")
    .takes("A,B")
    .default("none"),
    KeyInfo::new(
        "data.task",
        Form::Word(|| TaskChoice::ALL.iter().map(|task| task.name()).collect()),
        field!(
            data.task,
            |v| check::choice(v, &TaskChoice::ALL, TaskChoice::name),
            |choice| word(choice.name())
        ),
    )
    .help(
        "targets are classes (called as written), labels (several columns of 0 and 1) \
             or numbers",
    )
    .option("task")
    .takes("TASK")
    .default("auto: text or at most 20 integers are classes")
    .fixed(),
    KeyInfo::new(
        "data.missing",
        Form::Word(|| {
            MissingPolicy::ALL
                .iter()
                .map(|policy| policy.name())
                .collect()
        }),
        field!(
            data.missing,
            |v| check::choice(v, &MissingPolicy::ALL, MissingPolicy::name),
            |choice| word(choice.name())
        ),
    )
    .help(
        "missing values of a file: refuse, drop rows, or fill in mean, median, \
             most-frequent, zero",
    )
    .option("missing")
    .takes("HOW")
    .default("refuse"),
    KeyInfo::new(
        "data.categories",
        Form::Word(|| {
            Categorical::ALL
                .iter()
                .map(|choice| choice.name())
                .collect()
        }),
        field!(
            data.categories,
            |v| check::choice(v, &Categorical::ALL, Categorical::name),
            |choice| word(choice.name())
        ),
    )
    .help("text in the features of a file: refuse, or one-hot columns")
    .option("categories")
    .takes("HOW")
    .default("refuse"),
    KeyInfo::new(
        "data.rare",
        Form::Whole,
        field!(data.rare, check::whole, number_of),
    )
    .help("make one category, other, of those with fewer than N rows")
    .option("rare")
    .takes("N")
    .default("0: none"),
    KeyInfo::new(
        "data.test_fraction",
        Form::Number,
        field!(data.test_fraction, check::below_one, number),
    )
    .help("share of the samples in the test part, stratified")
    .option("test-fraction")
    .takes("X")
    .default("0.25; 0 for the four xor corners"),
    KeyInfo::new(
        "data.validation_fraction",
        Form::Number,
        field!(data.validation_fraction, check::below_one, number),
    )
    .help("share of the samples in the validation part, stratified")
    .option("validation-fraction")
    .takes("X")
    .default("0"),
    KeyInfo::new(
        "data.validation_file",
        Form::Text,
        field!(data.validation_file, check::owned, spelled),
    )
    .help("file of the validation part, with the columns and classes of the data")
    .option("validation-file")
    .takes("FILE")
    .default("none")
    .fixed()
    .voids(&["data.validation_sha256"]),
    KeyInfo::new(
        "data.validation_sha256",
        Form::Text,
        field!(data.validation_sha256, check::digest, spelled),
    )
    .help("digest that the validation file must have")
    .takes("HEX")
    .fixed(),
    KeyInfo::new(
        "data.test_file",
        Form::Text,
        field!(data.test_file, check::owned, spelled),
    )
    .help("file of the test part, with the columns and classes of the data")
    .option("test-file")
    .takes("FILE")
    .default("none")
    .fixed()
    .voids(&["data.test_sha256"]),
    KeyInfo::new(
        "data.test_sha256",
        Form::Text,
        field!(data.test_sha256, check::digest, spelled),
    )
    .help("digest that the test file must have")
    .takes("HEX")
    .fixed(),
    KeyInfo::new(
        "data.split",
        Form::Text,
        field!(data.split, check::ranges, |[a, b, c]| Value::Text(format!(
            "{a}:{b}:{c}"
        ))),
    )
    .help("rows of the training, validation and test part, in the data's order")
    .option("split")
    .takes("A:B:C")
    .default("none")
    .fixed(),
    KeyInfo::new(
        "data.folds",
        Form::Whole,
        field!(data.folds, check::count, count),
    )
    .help("cross-validation: one network for each of K folds as the test part, stratified")
    .option("folds")
    .takes("K")
    .default("none")
    .fixed(),
    KeyInfo::new(
        "data.fold",
        Form::Whole,
        field!(data.fold, check::index, count),
    )
    .help("the fold that is the test part, from 0")
    .option("fold")
    .takes("I")
    .default("all of them, one after the other"),
    KeyInfo::new(
        "data.scale",
        Form::Word(scales),
        field!(
            data.scale,
            |v| check::choice(v, &SCALES, ScaleKind::name),
            |choice| word(choice.name())
        ),
    )
    .help("scaling of the features, fitted on the training part")
    .option("scale")
    .takes("KIND")
    .default("none for generators, standard for real tables"),
    KeyInfo::new(
        "data.scale_target",
        Form::Word(scales),
        field!(
            data.scale_target,
            |v| check::choice(v, &SCALES, ScaleKind::name),
            |choice| word(choice.name())
        ),
    )
    .help("scaling of the targets, for regression")
    .option("scale-target")
    .takes("KIND")
    .default("standard for real tables, else none"),
    KeyInfo::new(
        "data.data_seed",
        Form::Whole,
        field!(data.data_seed, check::whole, number_of),
    )
    .help("drives the generator and the split")
    .option("data-seed")
    .takes("N")
    .default("0"),
    KeyInfo::new(
        "data.predict_on",
        Form::Text,
        field!(data.predict_on, check::owned, spelled),
    )
    .help("file with the features of points: every network's predictions there, as a table")
    .option("predict-on")
    .takes("FILE")
    .default("none")
    .fixed()
    .voids(&["data.predict_on_sha256"]),
    KeyInfo::new(
        "data.predict_on_sha256",
        Form::Text,
        field!(data.predict_on_sha256, check::digest, spelled),
    )
    .help("digest that the file of points must have")
    .takes("HEX")
    .fixed(),
];
