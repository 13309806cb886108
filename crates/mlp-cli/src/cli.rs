//! The command line: commands, their options and examples, and errors of one or two lines.

mod explain;

use clap::{Arg, ArgAction, ArgMatches, Command, error::ErrorKind};
use mlp_store::FORMATS;
use mlp_train::Kind;

use self::explain::explain;
use crate::{commands::list, failure::Failure, options};

/// The whole command line.
pub fn command() -> Command {
    Command::new("mlp")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Trains small neural networks and shows what training does to them.")
        .after_help(
            "Without a command, mlp runs a short tour: one network, a small population, a small map, one report.\n\n\
             Examples:\n  \
             mlp                                                  the tour\n  \
             mlp train moons                                      one network, its curves and its boundary\n  \
             mlp train my.csv --hidden 32,32 --epochs 200         a table of your own\n  \
             mlp population moons --sweep weight_decay=0,1e-3     norms over many networks\n  \
             mlp map moons --x learning_rate=log:1e-3:1e2:96      loss against learning rate and step\n  \
             mlp resume runs/population-moons-001                 go on after an interruption\n  \
             mlp replay runs/population-moons-001 17              one of its networks, with everything recorded\n  \
             mlp list datasets                                    what there is to train on",
        )
        .max_term_width(110)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .global(true)
                .action(ArgAction::SetTrue)
                .help_heading("Running")
                .help("no progress, notes or summaries; what was asked for still comes"),
        )
        .subcommand(train())
        .subcommand(population())
        .subcommand(map())
        .subcommand(run())
        .subcommand(resume())
        .subcommand(replay())
        .subcommand(verify())
        .subcommand(predict())
        .subcommand(evaluate())
        .subcommand(export())
        .subcommand(data())
        .subcommand(list_command())
        .subcommand(analyze())
        .subcommand(plot())
        .subcommand(bench())
}

fn train() -> Command {
    experiment(
        Command::new("train")
            .about("Train one network: curve, boundary, metrics, model")
            .after_help(
                "Examples:\n  \
                 mlp train moons\n  \
                 mlp train iris --hidden 16,16 --epochs 200\n  \
                 mlp train digits --hidden 64,32 --optimizer adam --batch 32 --epochs 50\n  \
                 mlp train my.csv --target price --scale minmax --seed 3",
            ),
        Kind::Train,
    )
}

fn population() -> Command {
    experiment(
        Command::new("population")
            .about("Train many networks, of one setting or of every cell of a sweep: statistics of norms")
            .after_help(
                "Network i of a cell has seed + i; every cell has the same seeds, every network the same data.\n\
             With --draws, cells are drawn at random from the ranges, and network i of all has seed + i.\n\n\
                 Examples:\n  \
                 mlp population moons --nets 500\n  \
                 mlp population moons --nets 100 --sweep weight_decay=0,1e-4,1e-3,1e-2\n  \
                 mlp population xor --samples 4 --noise 0 --sweep hidden=2,4,6,8 --activation relu\n  \
                 mlp population moons --sweep activation=tanh,relu --sweep optimizer=sgd,adam\n  \
             mlp population moons --draws 1000 --sweep lr=log:1e-3:1e1 --sweep hidden=4,8,16x16",
            ),
        Kind::Population,
    )
}

fn map() -> Command {
    experiment(
        Command::new("map")
            .about("Train a grid over two keys, or over a key and the steps: a performance map")
            .after_help(
                "With --y step, one training gives a whole column of the map.\n\
                 Ranges: log:FROM:TO:COUNT, lin:FROM:TO:COUNT, or values as in 1,2,5.\n\n\
                 Examples:\n  \
                 mlp map --preset fractal\n  \
                 mlp map moons --x learning_rate=log:1e-3:1e2:96 --y step --steps 2000\n  \
                 mlp map circles --x learning_rate=log:1e-2:1e1:16 --y weight_decay=log:1e-5:1e-1:12\n  \
                 mlp map moons --x hidden=2,4,8,16 --y activation=tanh,relu,sine --seeds 5 --metric test_accuracy\n  \
                 mlp map moons --x lr=log:1e-2:1e2:32 --y init_gain=log:0.1:10:24 --facet depth=1,2,3 --hidden 8\n  \
                 mlp map moons --x lr=log:1e-2:1e2:256 --y wd=log:1e-5:1e-1:256 --budget 60s\n  \
                 mlp map runs/map-moons-001 --zoom 5:20,1e-3:1e-2\n  \
                 mlp map runs/map-moons-001 --zoom 5:20,1e-3:1e-2 --film 24",
            ),
        Kind::Map,
    )
    .arg(
        Arg::new("zoom")
            .long("zoom")
            .value_name("x0:x1,y0:y1")
            .allow_hyphen_values(true)
            .help_heading("Map")
            .help("the map over this part of its axes, in f64; of a run, named in place of DATA, or of the axes given"),
    )
    .arg(
        Arg::new("film")
            .long("film")
            .value_name("N")
            .help_heading("Map")
            .help("N maps on the way to the window of --zoom, and an animated PNG of them"),
    )
}

fn experiment(command: Command, kind: Kind) -> Command {
    let command = command.arg(
        Arg::new("DATA")
            .help("data set by name (mlp list datasets), or a file; - is standard input"),
    );
    running(options::add_layers(options::add(command, &[kind])))
}

fn run() -> Command {
    let command = Command::new("run")
        .about("Run an experiment file of any kind")
        .after_help(
            "Options overrule the file, and --set overrules options. The file experiment.toml of any run can be run again.\n\n\
             Examples:\n  \
             mlp run decay.toml\n  \
             mlp run decay.toml --nets 1000 --set sweep.weight_decay=log:1e-5:1e-1:9\n  \
             mlp run runs/train-moons-001/experiment.toml --out again",
        )
        .arg(Arg::new("FILE").required(true).help("experiment file (TOML)"));
    running(options::add(command, &Kind::ALL).arg(options::set()))
}

fn resume() -> Command {
    let command = Command::new("resume")
        .about("Finish an interrupted run, to the bytes of an undisturbed one")
        .after_help(
            "What was finished is kept, however the run ended, kill -9 included. A complete run is told of again.\n\n\
             Examples:\n  \
             mlp resume runs/population-moons-001\n  \
             mlp resume runs/population-moons-001 --threads 1",
        )
        .arg(directory());
    command.args(
        running_options().into_iter().filter(|arg| {
            ["force", "threads", "json", "no-progress"].contains(&arg.get_id().as_str())
        }),
    )
}

fn replay() -> Command {
    let command = Command::new("replay")
        .about("Train a network of a run again exactly, with everything recorded")
        .after_help(
            "Its curve, norms, boundary and a film of boundaries are drawn. Without --record, every step is recorded,\n\
             or as many geometric ones as fit.\n\n\
             Examples:\n  \
             mlp replay runs/population-moons-001 17\n  \
             mlp replay runs/population-moons-001 17 --record every:10 --out net-17\n  \
             mlp replay runs/population-moons-001 --where 'test_accuracy > 0.9' --most 3\n  \
             mlp replay runs/population-moons-001 --where 'status == diverged'",
        )
        .arg(directory())
        .arg(Arg::new("NET").help("number of the network, as in the column net"))
        .arg(
            Arg::new("where")
                .long("where")
                .value_name("CONDITION")
                .help("replay the networks of nets that fit, as in 'test_accuracy > 0.9 and seed < 100'"),
        )
        .arg(
            Arg::new("most")
                .long("most")
                .value_name("N")
                .help("networks to replay of those that fit [default: 10]"),
        );
    let command = options::add_some(
        command,
        &["training.record", "output.format", "output.figures"],
    );
    command.args(
        running_options()
            .into_iter()
            .filter(|arg| arg.get_id() != "dry-run"),
    )
}

fn verify() -> Command {
    let arg = |name: &'static str| Arg::new(name).long(name);
    Command::new("verify")
        .about("Train some networks of a run again and compare the bits")
        .after_help(
            "Whatever level and number of threads made the run, the bits are the same; what differs is told.\n\n\
             Examples:\n  \
             mlp verify runs/population-moons-001\n  \
             mlp verify runs/population-moons-001 --nets 100 --seed 3\n  \
             MLP_SIMD=portable mlp verify runs/population-moons-001 --threads 1",
        )
        .arg(directory())
        .arg(arg("nets").value_name("K").help("networks to train again [default: 20]"))
        .arg(arg("seed").value_name("N").help("draws another sample [default: 0]"))
        .args(
            running_options()
                .into_iter()
                .filter(|arg| ["threads", "json"].contains(&arg.get_id().as_str())),
        )
}

fn directory() -> Arg {
    Arg::new("DIR").required(true).help("run directory")
}

/// Options of every command that trains.
fn running(command: Command) -> Command {
    command.args(running_options())
}

fn running_options() -> [Arg; 6] {
    let arg = |name: &'static str| Arg::new(name).long(name).help_heading("Running");
    let flag = |name: &'static str| arg(name).action(ArgAction::SetTrue);
    [
        arg("out")
            .short('o')
            .value_name("DIR")
            .help("run directory [default: runs/<command>-<data>-001, the next free number]"),
        flag("force")
            .help("rename a run directory of another experiment to <out>.old-1 and begin anew"),
        arg("threads")
            .short('j')
            .value_name("N")
            .help("threads to train on; results do not depend on it [default: all cores]"),
        flag("dry-run")
            .help("print the plan (networks, FLOP, time, memory, disk) and train nothing"),
        flag("json").help("print the results as one JSON object"),
        flag("no-progress").help("show no progress"),
    ]
}

/// Options of every command that writes one file.
fn out_file() -> [Arg; 2] {
    [
        Arg::new("out")
            .long("out")
            .short('o')
            .value_name("FILE")
            .help("file to write [default: standard output]"),
        Arg::new("force")
            .long("force")
            .action(ArgAction::SetTrue)
            .help("overwrite the file of --out"),
    ]
}
/// How a table is written.
const TABLE_KEYS: [&str; 8] = [
    "data.header",
    "data.delimiter",
    "data.comment",
    "data.decimal",
    "data.thousands",
    "data.dates",
    "data.missing_words",
    "data.units",
];

fn predict() -> Command {
    let arg = |name: &'static str| Arg::new(name).long(name);
    options::add_some(
        Command::new("predict")
            .about("Predict with a trained model: CSV in, CSV out")
            .after_help(
                "Columns are matched by name; the model's own scaling is applied. Written are prediction, then p_<class>.\n\n\
                 Examples:\n  \
                 mlp predict runs/train-my-001 new.csv > predictions.csv\n  \
                 mlp predict model.safetensors new.csv --keep id --out predictions.csv\n  \
                 cat new.csv | mlp predict model.safetensors -",
            )
            .arg(Arg::new("MODEL").required(true).help("model file, or the run directory of a train run"))
            .arg(Arg::new("DATA").required(true).help("table with the model's features; - is standard input"))
            .arg(arg("keep").value_name("COLS").help("columns to copy to the output, as in id,name"))
            .args(out_file()),
        &TABLE_KEYS,
    )
}

fn evaluate() -> Command {
    options::add_some(
        Command::new("evaluate")
            .about("Evaluate a trained model on labelled data")
            .after_help(
                "Examples:\n  \
                 mlp evaluate runs/train-my-001 fresh.csv\n  \
                 mlp evaluate model.safetensors fresh.csv --target kind --json",
            )
            .arg(
                Arg::new("MODEL")
                    .required(true)
                    .help("model file, or the run directory of a train run"),
            )
            .arg(
                Arg::new("DATA").required(true).help(
                    "data set by name, or a table with features and target; - is standard input",
                ),
            )
            .arg(
                Arg::new("json")
                    .long("json")
                    .action(ArgAction::SetTrue)
                    .help("print one JSON object"),
            )
            .arg(options::set()),
        &[
            &TABLE_KEYS[..],
            &[
                "data.target",
                "data.sample_weight",
                "data.samples",
                "data.noise",
                "data.classes",
                "data.data_seed",
            ],
        ]
        .concat(),
    )
}

fn export() -> Command {
    let arg = |name: &'static str| Arg::new(name).long(name);
    let formats = FORMATS
        .iter()
        .map(|format| format!("  {:<12} {}\n", format.name, format.description));
    Command::new("export")
        .about("Write a trained model as a file for other programs")
        .after_help(format!(
            "Formats:\n{}\n\
             mlp predict and mlp evaluate read onnx, safetensors, npz and json of this program as they read models.\n\n\
             Examples:\n  \
             mlp export runs/train-iris-001 --out iris.onnx\n  \
             mlp export runs/train-iris-001 --to rust --out src/iris.rs\n  \
             mlp export model.safetensors --to json | jq .features",
            formats.collect::<String>()
        ))
        .arg(
            Arg::new("MODEL")
                .required(true)
                .help("model file, or the run directory of a train run"),
        )
        .arg(arg("to").value_name("FORMAT").help(
            "format, of those below [default: by the ending of --out]",
        ))
        .args(out_file())
        .arg(arg("name").value_name("NAME").help(
            "name of the model in the file: the prefix of names in C, the graph in ONNX [default: the file's stem]",
        ))
}

fn data() -> Command {
    options::add_some(
        Command::new("data")
            .about("Write a data set as CSV: the features in order, then the target")
            .after_help(
                "Examples:\n  \
                 mlp data moons > moons.csv\n  \
                 mlp data spirals --samples 1000 --noise 0.1 --data-seed 7 --out spirals.csv\n  \
                 mlp data blobs --set classes=5 --set features=3",
            )
            .arg(
                Arg::new("NAME")
                    .required(true)
                    .help("data set by name (mlp list datasets)"),
            )
            .args(out_file())
            .arg(options::set()),
        &[
            "data.samples",
            "data.noise",
            "data.classes",
            "data.features",
            "data.inputs",
            "data.data_seed",
        ],
    )
}

fn list_command() -> Command {
    Command::new("list")
        .about("List data sets, activations, losses, optimizers and whatever else has a name")
        .after_help("Examples:\n  mlp list\n  mlp list datasets\n  mlp list keys --json")
        .arg(Arg::new("WHAT").help(format!("what to list: {}", list::names().join(", "))))
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("print a JSON array"),
        )
}

fn analyze() -> Command {
    let arg = |name: &'static str| Arg::new(name).long(name);
    let flag = |name: &'static str| arg(name).action(ArgAction::SetTrue);
    let command = Command::new("analyze")
        .about("Tell what the networks of a run say together: laws of norms, success, classes, tests")
        .after_help(
            "Tables (CSV) and figures go to DIR/analysis, and the report is renewed. Intervals are of 95 %.\n\
             An axis is a column, |W| or |b| (all norms), |W_0| or |b_out| (of a layer), a power of\n\
             these as in |W|^2 or |W|^L (as many as there are layers), a sum or difference of such\n\
             terms, or ln(...) of them.\n\n\
             Examples:\n  \
             mlp analyze runs/population-moons-001\n  \
             mlp analyze runs/population-moons-001 --compare weight_decay=0,1e-3\n  \
             mlp analyze runs/population-xor-001 --scatter '|W|^L,|b_out|' --where 'train_loss < 0.01' --color class\n  \
             mlp analyze runs/population-xor-001 --records --scatter 'ln(step),|b_out|' --after 1000",
        )
        .arg(directory())
        .arg(
            arg("scatter")
                .value_name("X,Y")
                .action(ArgAction::Append)
                .help("axes of a scatter with its law; repeatable [default: |W|^2,|b|^2 and |W|^L,|b| and |W|,test_accuracy]"),
        )
        .arg(arg("color").value_name("WHAT").help(
            "class, outcome, cell, a swept key or an axis [default: cell, the first swept key, or outcome]",
        ))
        .arg(flag("records").help("points of scatters are all records instead of the last ones, with a law a network"))
        .arg(arg("after").value_name("STEP").help("leave records before this step out [default: 0]"))
        .arg(arg("where").value_name("CONDITION").help(
            "look at the networks of nets that fit, as in 'test_accuracy > 0.9 and hidden == 4'",
        ))
        .arg(
            arg("compare")
                .value_name("KEY=A,B")
                .action(ArgAction::Append)
                .help("compare two settings on common seeds; repeatable [default: every key with two values]"),
        )
        .arg(flag("json").help("print one JSON object"));
    options::add_some(command, &["output.figures"])
}

fn plot() -> Command {
    options::add_some(
        Command::new("plot")
            .about("Draw the figures of a run again, from its stored results")
            .after_help("Examples:\n  mlp plot runs/population-moons-001\n  mlp plot runs/map-moons-001 --figures png --metric test_accuracy\n  mlp plot runs/map-moons-002 --metric gap --step 100")
            .arg(Arg::new("DIR").required(true).help("run directory"))
            .arg(
                Arg::new("plane")
                    .long("plane")
                    .value_name("A,B")
                    .help("draw the decision boundary over these two features [default: the principal plane]"),
            )
            .arg(
                Arg::new("step")
                    .long("step")
                    .value_name("N")
                    .help("draw a map over two keys at this recorded step [default: the last]"),
            ),
        &["output.figures", "map.metric"],
    )
}

fn bench() -> Command {
    Command::new("bench")
        .about("Self-test of this machine: its peak, networks a second, and the same bits at every level")
        .after_help(
            "Takes a few seconds. MLP_SIMD=portable|avx2|avx512 chooses the level that comes first.\n\n\
             Examples:\n  \
             mlp bench\n  \
             mlp bench --threads 1 --json",
        )
        .arg(
            Arg::new("threads")
                .long("threads")
                .short('j')
                .value_name("N")
                .help("threads to train on [default: all cores]"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("print one JSON object"),
        )
}

/// Reads the command line. Help and version are printed here; then nothing is left to do.
pub fn parse(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
) -> Result<Option<ArgMatches>, Failure> {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let error = match command().try_get_matches_from(&arguments) {
        Ok(matches) => return Ok(Some(matches)),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => match error.print() {
            Ok(()) => Ok(None),
            Err(error) => Err(Failure::io("cannot print the help", error)),
        },
        _ => Err(Failure::usage(explain(&error, &arguments))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(arguments: &[&str]) -> String {
        let arguments = std::iter::once("mlp")
            .chain(arguments.iter().copied())
            .map(Into::into);
        parse(arguments).unwrap_err().to_string()
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_help_and_examples() {
        for command in command().get_subcommands() {
            let name = command.get_name();
            let examples = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(examples.contains(&format!("mlp {name}")), "{name}");
            assert!(command.get_about().is_some(), "{name}");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{name} {}",
                    argument.get_id()
                );
            }
        }
    }

    #[test]
    fn wrong_arguments_get_one_line() {
        assert_eq!(
            refuse(&["trian"]),
            "there is no command \"trian\"; did you mean \"train\"? (mlp --help)"
        );
        assert_eq!(
            refuse(&["train", "moons", "--learnig-rate", "1"]),
            "unknown option --learnig-rate; did you mean --learning-rate? (mlp train --help)"
        );
        assert_eq!(
            refuse(&["predict", "model"]),
            "<DATA> is missing (mlp predict --help)"
        );
        assert!(refuse(&["train", "moons", "--lr"]).contains("needs a value"));
        assert!(refuse(&["train", "a", "b"]).contains("unexpected argument \"b\""));
    }
}
