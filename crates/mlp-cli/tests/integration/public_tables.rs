//! Tables in the styles of statistics offices, agencies and spreadsheets, made up in their form: each is refused with what to do, or
//! read as it is meant, and its model then answers for it.

use crate::mlp;
use crate::running::{said, table, trained};

/// What comes of a table with some options.
enum Comes<'a> {
    /// It is refused, and each of these is said.
    Refused(&'a [&'a str]),
    /// It is read, each of these is said, and so many notes.
    Read(&'a [&'a str], usize),
}

use Comes::{Read, Refused};

/// A table's first lines, its rows, and what comes of it with which options.
type Style<'a> = (
    &'a str,
    &'a dyn Fn(usize) -> String,
    &'a [(&'a str, Comes<'a>)],
);

/// Numbers that follow no order.
fn scattered(row: usize) -> usize {
    row * 7 % 11
}

fn class(row: usize) -> &'static str {
    ["low", "high"][row / 2 % 2]
}

const STYLES: &[Style<'_>] = &[
    // The World Bank: years as columns, `..` for nothing.
    (
        "Country Name,Country Code,Series,2018 [YR2018],2019 [YR2019],2020 [YR2020]",
        &|row| {
            format!(
                "\"Land, {row}\",L{row:02},NY.GDP,{}.5,{},{}.25",
                scattered(row),
                if row % 9 == 4 { ".." } else { "7.75" },
                row * 5 % 13
            )
        },
        &[
            (
                "--exclude 'Country Name,Country Code,Series'",
                Refused(&["the value is missing (`..`)"]),
            ),
            (
                "--exclude 'Country Name,Country Code,Series' --missing drop",
                Read(&["36 of 40 rows", "numbers from 0.25"], 0),
            ),
        ],
    ),
    // Eurostat: tabs, `:` for nothing, flags behind numbers.
    (
        "freq,unit,geo\\TIME_PERIOD\t2019 \t2020 \t2021 ",
        &|row| {
            format!(
                "A,PC,C{row:02}\t{}.5 {}\t{}\t{}.1 ",
                scattered(row),
                ["", "e", "p"][row % 3],
                if row % 9 == 4 {
                    ": ".to_owned()
                } else {
                    format!("{}.3 ", row % 8)
                },
                row * 5 % 13
            )
        },
        &[
            (
                "--exclude 1",
                Refused(&["say which with --header or --no-header"]),
            ),
            (
                "--header --exclude 1",
                Refused(&[
                    "is a number with a letter behind it, as statistics offices flag them; give --units 'e,p'",
                ]),
            ),
            (
                "--header --exclude 1 --units e,p",
                Refused(&["the value is missing (`:`)"]),
            ),
            (
                "--header --exclude 1 --units e,p --missing mean",
                Read(&["4 missing values filled in (mean)"], 0),
            ),
        ],
    ),
    // FRED: a point for nothing, dates.
    (
        "observation_date,UNRATE,RECESSION",
        &|row| {
            format!(
                "20{:02}-{:02}-01,{},{}",
                10 + row / 12,
                row % 12 + 1,
                if row == 7 {
                    ".".to_owned()
                } else {
                    format!("{}.4", 3 + scattered(row))
                },
                row / 2 % 2
            )
        },
        &[
            ("", Refused(&["is a date; give --dates ymd"])),
            (
                "--dates ymd --missing drop",
                Read(&["39 of 40 rows", "1 of dates"], 0),
            ),
        ],
    ),
    // NOAA's daily summaries: trace, missing, codes.
    (
        "STATION,DATE,TMAX,PRCP,SNOW",
        &|row| {
            format!(
                "USW000{:02},2021{:02}{:02},{},{}.{:02},{}",
                row % 3,
                row / 28 + 1,
                row % 28 + 1,
                if row % 13 == 5 {
                    "-9999".to_owned()
                } else {
                    (60 + scattered(row)).to_string()
                },
                row % 3,
                row * 17 % 100,
                ["no", "yes"][row / 2 % 2]
            )
        },
        &[
            (
                "--exclude STATION",
                Read(
                    &[
                        "column `DATE` looks like dates, which are read as numbers",
                        "column `TMAX` has -9999 3 times",
                    ],
                    2,
                ),
            ),
            (
                "--exclude STATION --dates ymd --missing-words -9999 --missing drop",
                Read(&["37 of 40 rows", "1 of dates"], 0),
            ),
        ],
    ),
    // ECDC: day first.
    (
        "dateRep,day,month,cases,deaths,geoId,level",
        &|row| {
            format!(
                "{:02}/{:02}/2020,{},{},{},{},{},{}",
                row % 28 + 1,
                row / 28 + 3,
                row % 28 + 1,
                row / 28 + 3,
                scattered(row) * 37,
                row % 5,
                ["AT", "BE", "CY"][row % 3],
                class(row)
            )
        },
        &[
            (
                "--categories one-hot",
                Refused(&["give --dates dmy for numbers of days"]),
            ),
            (
                "--categories one-hot --dates dmy",
                Read(&["1 of dates", "1 of 3 categories"], 0),
            ),
        ],
    ),
    // WHO: values with their interval.
    (
        "Dim1,Period,Value",
        &|row| {
            format!(
                "{},{},{}.5 [{}.1-{}.9]",
                ["Male", "Female"][row % 2],
                2000 + row % 20,
                60 + scattered(row),
                58 + scattered(row),
                62 + scattered(row)
            )
        },
        &[(
            "--categories one-hot",
            Refused(&["column `Value`: `60.5 [58.1-62.9]` is a number with its error or interval"]),
        )],
    ),
    // Our World in Data: aggregates beside countries.
    (
        "iso_code,location,date,rate",
        &|row| {
            format!(
                "{},{},2021-{:02}-{:02},{}.25",
                ["AUT", "OWID_WRL"][row % 2],
                ["Austria", "World"][row % 2],
                row % 12 + 1,
                row % 28 + 1,
                scattered(row)
            )
        },
        &[(
            "--exclude iso_code --categories one-hot --dates ymd",
            Read(&["1 of dates", "numbers from 0.25"], 0),
        )],
    ),
    // Kaggle: an app store.
    (
        "Rating,Size,Installs,Price,Updated,Free",
        &|row| {
            format!(
                "{}.{},{}M,\"{},000+\",${row}.99,\"January {}, 2018\",{}",
                row % 4 + 1,
                row % 10,
                scattered(row) + 1,
                row % 9 + 1,
                row % 28 + 1,
                ["True", "False"][row / 2 % 2]
            )
        },
        &[
            ("", Refused(&["`1M` is a number"])),
            ("--exclude Size", Refused(&["`1,000+`"])),
            (
                "--exclude Size,Installs --units $ --dates mdy",
                Read(&["`$` stripped", "1 of dates", "2 classes, `False`"], 0),
            ),
        ],
    ),
    // UCI: marks of schools, by semicolons and quotes.
    (
        "\"school\";\"age\";\"famsize\";\"absences\";\"G3\"",
        &|row| {
            format!(
                "\"{}\";{};\"{}\";{};\"{}\"",
                ["GP", "MS"][row % 2],
                15 + row % 5,
                ["GT3", "LE3"][row % 2],
                scattered(row),
                row * 3 % 20
            )
        },
        &[(
            "--categories one-hot",
            Read(&["separated by `;`", "20 classes"], 0),
        )],
    ),
    // A German spreadsheet with a sum in its last row.
    (
        "Filiale;Umsatz;Quote;Rang",
        &|row| match row {
            39 => "Summe;1.462.500;0,5;3".to_owned(),
            row => format!(
                "F{};{}7.500;{},{};{}",
                row % 3,
                row % 9 + 1,
                row % 7,
                row % 10,
                row % 4
            ),
        },
        &[
            ("--categories one-hot", Refused(&["give --decimal ','"])),
            (
                "--categories one-hot --decimal , --thousands .",
                Read(
                    &[
                        "column `Filiale` has `Summe` among its categories; if such rows sum up others, leave them out with --missing-words Summe --missing drop",
                    ],
                    1,
                ),
            ),
            (
                "--categories one-hot --decimal , --thousands . --missing-words Summe --missing drop",
                Read(&["39 of 40 rows"], 0),
            ),
        ],
    ),
    // A French one.
    (
        "Ville;Population;Taux;Classe",
        &|row| match row {
            39 => "Total g\u{E9}n\u{E9}ral;97 500;4,5;A".to_owned(),
            row => format!(
                "V{row};{}\u{202F}{:03};{},{};{}",
                row % 9 + 1,
                row * 10,
                row % 7,
                row % 10,
                ["A", "B"][row / 2 % 2]
            ),
        },
        &[(
            "--exclude Ville --decimal , --thousands space",
            Read(
                &[
                    "the last row (line 41) has `Total g\u{E9}n\u{E9}ral` in column `Ville`, which is left out",
                ],
                1,
            ),
        )],
    ),
    // A Brazilian one.
    (
        "data;pre\u{E7}o;nota",
        &|row| {
            format!(
                "{:02}/{:02}/2023;R$ {}.{:03},50;{}",
                row % 28 + 1,
                row % 12 + 1,
                row % 9 + 1,
                row * 10,
                ["1", "2", "3", "s/d"][row % 4]
            )
        },
        &[(
            "--dates dmy --units R$ --decimal , --thousands .",
            Read(
                &[
                    "the target `nota` has `s/d` beside numbers as classes of their own",
                    "--missing-words 's/d' --missing drop",
                ],
                1,
            ),
        )],
    ),
    // The IMF: months, `n.a.`.
    (
        "Period,CPI,Rate",
        &|row| {
            format!(
                "20{:02}M{},{},{}.25",
                10 + row / 12,
                row % 12 + 1,
                if row == 9 {
                    "n.a.".to_owned()
                } else {
                    format!("{}.5", 100 + scattered(row))
                },
                row * 5 % 13
            )
        },
        &[
            ("", Refused(&["`2010M1` is a date; give --dates ymd"])),
            (
                "--dates ymd --missing drop",
                Read(&["39 of 40 rows", "1 of dates"], 0),
            ),
        ],
    ),
    // A census: brackets of income.
    (
        "age,hours,income",
        &|row| {
            format!(
                "{},{},{}",
                20 + scattered(row),
                30 + row % 20,
                ["$10000-$19999", "$20000-$29999", "$30000-$39999"][row % 3]
            )
        },
        &[(
            "",
            Read(
                &[
                    "3 classes",
                    "has classes with an order, `$10000-$19999` for instance, which is not learned",
                ],
                1,
            ),
        )],
    ),
    // Groups of age, some of them a single year.
    (
        "age,visits,y",
        &|row| {
            format!(
                "{},{},{}",
                ["18", "19", "20-29", "30-39", "65 and over"][row % 5],
                scattered(row),
                class(row)
            )
        },
        &[
            (
                "--categories one-hot",
                Refused(&["is a range, and there are numbers in the column"]),
            ),
            (
                "--categories one-hot --text age",
                Read(&["1 of 5 categories"], 0),
            ),
        ],
    ),
    // Counts that end in `5 or more`.
    (
        "rooms,y",
        &|row| {
            format!(
                "{}.5,{}",
                scattered(row),
                ["1", "2", "3", "5 or more"][row % 4]
            )
        },
        &[
            ("", Refused(&["`5 or more` is a bound, not a number"])),
            ("--task classification", Read(&["4 classes"], 0)),
        ],
    ),
    // A laboratory: below the limit of detection.
    (
        "ph,lead,site",
        &|row| {
            format!(
                "{}.{},{},{}",
                5 + row % 4,
                row * 3 % 10,
                ["0.12", "0.31", "BDL", "0.08"][row % 4],
                class(row)
            )
        },
        &[
            (
                "",
                Refused(&[
                    "`BDL` is not a number; the rest of the column is numbers",
                    "--missing-words BDL --missing drop",
                ]),
            ),
            (
                "--missing-words BDL --missing drop",
                Read(&["30 of 40 rows"], 0),
            ),
        ],
    ),
    // Timetables: hours with minutes behind a point.
    (
        "departure,delay,line",
        &|row| {
            format!(
                "{}.{:02},{}.5,{}",
                6 + row % 14,
                row * 13 % 60,
                scattered(row),
                class(row)
            )
        },
        &[(
            "",
            Read(&["column `departure` looks like hours and minutes (6"], 1),
        )],
    ),
    // Months behind a point, and fiscal years.
    (
        "month,fiscal,sales",
        &|row| {
            format!(
                "20{:02}.{:02},FY20{:02},{}.5",
                10 + row / 12,
                row % 12 + 1,
                10 + row / 12,
                scattered(row)
            )
        },
        &[
            (
                "--categories one-hot",
                Refused(&["`FY2010` is a fiscal year; write the year alone"]),
            ),
            (
                "--exclude fiscal",
                Read(
                    &["column `month` looks like months behind their year (2010.01)"],
                    1,
                ),
            ),
        ],
    ),
    // A log with durations, and halves of a year.
    (
        "half,length,y",
        &|row| {
            format!(
                "H{} 2020,PT{}M,{}",
                row % 2 + 1,
                scattered(row) + 1,
                class(row)
            )
        },
        &[
            (
                "--categories one-hot",
                Refused(&["`H1 2020` is a half of a year"]),
            ),
            ("--exclude half", Refused(&["`PT1M` is a span of time"])),
        ],
    ),
    // Prices in thousands of euros, and stars.
    (
        "price,stars,sold",
        &|row| {
            format!(
                "{}k\u{20AC},{}.0 out of 5 stars,{}",
                scattered(row) + 1,
                row % 5,
                class(row)
            )
        },
        &[
            (
                "",
                Refused(&[
                    "`1k\u{20AC}` is an amount of money, and `k` in the column stands for a power of ten",
                ]),
            ),
            (
                "--exclude price",
                Refused(&[
                    "`0.0 out of 5 stars` is a rating, a number out of another; write the first number alone",
                ]),
            ),
        ],
    ),
];

/// Options as a shell parts them.
fn options(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

#[test]
fn tables_of_public_sets_are_refused_or_read_as_they_are_meant() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut wrong = String::new();
    for (at, (header, row, steps)) in STYLES.iter().enumerate() {
        let ending = if header.contains('\t') { "tsv" } else { "csv" };
        let file = table(folder, &format!("t{at}.{ending}"), header, row);
        for (line, comes) in *steps {
            let options = options(line);
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            let plan = mlp()
                .args(["train", &file, "--dry-run"])
                .args(&options)
                .output()
                .unwrap();
            let (code, words, notes) = match comes {
                Refused(words) => (2, words, 0),
                Read(words, notes) => (0, words, *notes),
            };
            let text = String::from_utf8([plan.stdout, plan.stderr].concat()).unwrap();
            let right = plan.status.code() == Some(code)
                && words.iter().all(|word| text.contains(word))
                && text.matches("\nnote ").count() == notes;
            if !right {
                wrong += &format!("{header} {line}: {text}\n");
            } else if code == 0 {
                let model = trained(&file, folder, &format!("run{at}.{}", line.len()), &options);
                // `evaluate` leaves out what the training did, and `predict` gives a row a row.
                if !line.contains("--missing drop") {
                    said(&["predict", &model, &file]);
                }
                // Names that are numbers are asked for here, too.
                let header = options
                    .iter()
                    .filter(|option| **option == "--header")
                    .copied();
                let evaluate = ["evaluate", &model, &file].into_iter().chain(header);
                said(&evaluate.collect::<Vec<_>>());
            }
        }
    }
    assert_eq!(wrong, "");
}
