//! What a run selected of its networks, and how good that is on rows that no other network saw.

use anyhow::Result;
use mlp_plot::{ReportTable as Shown, Section};
use mlp_train::{Table, why_none};
use serde_json::{Value, json};

use crate::{figures::View, formatting, nets::Nets, summary::decision::Decision};

/// The table `selection`, read.
pub struct Selected {
    score: String,
    compared: i64,
    /// How many networks were asked for.
    asked: usize,
    /// Networks that diverged or exploded, and all.
    unsound: (usize, usize),
    /// Index, seed and validation score of each network, the best first.
    networks: Vec<(i64, i64, f64)>,
    validation: f64,
    test: Option<f64>,
    interval: Option<(f64, f64)>,
    rows: i64,
    /// How many of the networks that were compared have the score of the last one selected.
    tied: usize,
    /// How many of them have the score 0.
    zero: usize,
}

impl Selected {
    /// That of a run; `None` where nothing was selected.
    pub fn read(view: &View) -> Result<Option<Self>> {
        match view.author().population.select {
            Some(_) => {
                let asked = view.author().population.ensemble;
                Ok(Some(Self::of(&view.selection()?, view.nets(), asked)?))
            }
            None => Ok(None),
        }
    }

    /// By the table, that of all networks, and how many are `asked` for as an ensemble.
    pub fn of(table: &Table, nets: &Nets, asked: Option<u64>) -> Result<Self> {
        let integers = |name: &str| table.integers(name).unwrap_or_default();
        let numbers = |name: &str| table.numbers(name).unwrap_or_default();
        let (indices, seeds) = (integers("net"), integers("seed"));
        let validation = numbers("validation");
        let model = table.rows().saturating_sub(1);
        let of_model = |name: &str| {
            let number = numbers(name).get(model).copied();
            number.filter(|number| number.is_finite())
        };
        let texts = table.texts("score").unwrap_or_default();
        let score = texts.first().cloned().unwrap_or_default();
        let all = nets.numbers(&format!("validation_{score}"))?;
        let having = |score: Option<&f64>| {
            all.as_ref().map_or(0, |all| {
                let sound = all.iter().zip(nets.sound()).filter(|(_, sound)| **sound);
                sound.filter(|(one, _)| Some(*one) == score).count()
            })
        };
        let tied = having(validation[..model].last());
        let zero = having(Some(&0.0));
        Ok(Self {
            score,
            compared: integers("compared").get(model).copied().unwrap_or(0),
            asked: asked.map_or(1, |asked| asked as usize),
            unsound: (
                nets.sound().iter().filter(|sound| !**sound).count(),
                nets.rows(),
            ),
            networks: (0..model)
                .map(|row| (indices[row], seeds[row], validation[row]))
                .collect(),
            validation: of_model("validation").unwrap_or(f64::NAN),
            test: of_model("test"),
            interval: of_model("test_low").zip(of_model("test_high")),
            rows: integers("test_rows").get(model).copied().unwrap_or(0),
            tied,
            zero,
        })
    }

    /// The network that was selected, or the first of an ensemble; `None` where none could be.
    pub fn first(&self) -> Option<u64> {
        self.networks.first().map(|(net, ..)| *net as u64)
    }

    /// Why no network could be selected; `None` where one was.
    pub fn why_none(&self) -> Option<String> {
        let (unsound, all) = self.unsound;
        let why = || {
            why_none(
                &format!("validation_{}", self.score),
                (all - unsound) as u64,
            )
        };
        self.networks.is_empty().then(why)
    }

    /// What was chosen, by what, among how many.
    fn choice(&self) -> String {
        let compared = formatting::so_many(self.compared as usize, "network");
        match &self.networks[..] {
            [(net, seed, score)] => format!(
                "net {net} (seed {seed}): validation {} {}, the best of {compared}{}",
                self.score,
                formatting::measured(*score),
                self.ties()
            ),
            all => {
                let nets: Vec<String> = all.iter().map(|(net, ..)| net.to_string()).collect();
                format!(
                    "the {} best of {compared} by validation {} as one model (nets {}): {} together{}",
                    all.len(),
                    self.score,
                    nets.join(", "),
                    formatting::measured(self.validation),
                    self.ties()
                )
            }
        }
    }

    /// That fewer networks could be compared than were asked for.
    fn fewer(&self) -> Option<String> {
        let (unsound, all) = self.unsound;
        let undefined = all.saturating_sub(unsound + self.compared as usize);
        let mut why = Vec::new();
        if unsound > 0 {
            why.push(format!(
                "{unsound} of {} diverged or exploded",
                formatting::so_many(all, "network")
            ));
        }
        if undefined > 0 {
            why.push(format!("of {undefined} the {} is undefined", self.score));
        }
        (!self.networks.is_empty() && self.networks.len() < self.asked)
            .then(|| format!("{} were asked for; {}", self.asked, why.join(", ")))
    }

    /// What is to be known of the comparison: that fewer networks could be compared than were asked for, and what a precision of 0
    /// may mean.
    fn notes(&self) -> Vec<String> {
        let zero = (self.score == "precision" && self.zero > 0).then(|| {
            format!(
                "{} of {} precision 0: no row that they take for the class is of it, or they take none for it, where precision is undefined and counts as 0",
                self.zero,
                match self.compared {
                    1 => "1 network has".to_owned(),
                    all => format!("{all} networks have"),
                }
            )
        });
        self.fewer().into_iter().chain(zero).collect()
    }

    /// How many networks share the score of the last one selected, and which of them were taken, where not all were.
    fn ties(&self) -> String {
        let last = self.networks.last().map(|(_, _, score)| *score);
        let alike = self
            .networks
            .iter()
            .filter(|(_, _, score)| Some(*score) == last);
        let (taken, tied) = (alike.count(), self.tied);
        if tied <= taken {
            return String::new();
        }
        let who = match tied == self.compared as usize {
            true => format!("all {tied}"),
            false => tied.to_string(),
        };
        let (whose, which) = match &self.networks[..] {
            [_] => ("it".to_owned(), "the first of them by number is".to_owned()),
            _ if taken == 1 => (
                "the last one's score".to_owned(),
                "the first of them by number is".to_owned(),
            ),
            _ => (
                "the last one's score".to_owned(),
                format!("the first {taken} of them by number are"),
            ),
        };
        let other = match &*self.score {
            "loss" => "",
            _ => "; --select loss may tell them apart",
        };
        format!(" ({who} share {whose}, and {which} taken{other})")
    }

    /// How good the model is on the test part.
    fn judgement(&self) -> String {
        let Some(test) = self.test else {
            return match self.rows {
                0 => "there is no test part; its score by which it was chosen is the best of many, and so too good"
                    .to_owned(),
                rows => format!(
                    "{} n/a (undefined on the {} that no other network was asked of)",
                    self.score,
                    formatting::so_many(rows as usize, "row")
                ),
            };
        };
        let interval = self.interval.map_or_else(String::new, |(low, high)| {
            format!(
                ", 95 % interval {} to {}",
                formatting::measured(low),
                formatting::measured(high)
            )
        });
        format!(
            "{} {}{interval} ({} that it was neither trained on nor chosen by)",
            self.score,
            formatting::measured(test),
            formatting::so_many(self.rows as usize, "row")
        )
    }

    /// The lines of a summary.
    pub fn lines(&self) -> String {
        if let Some(why) = self.why_none() {
            return format!("{:<11} none: {why}\n", "selected");
        }
        let notes = self.notes().into_iter();
        let note: String = notes
            .map(|note| format!("{:<11} {note}\n", "note"))
            .collect();
        format!(
            "{:<11} {}\n{note}{:<11} {}\n",
            "selected",
            self.choice(),
            "its test",
            self.judgement()
        )
    }

    /// As an object.
    pub fn json(&self) -> Value {
        let networks = self
            .networks
            .iter()
            .map(|(net, seed, score)| json!({ "net": net, "seed": seed, "validation": score }));
        json!({
            "score": self.score,
            "asked": self.asked,
            "note": self.why_none().or_else(|| {
                let notes = self.notes();
                (!notes.is_empty()).then(|| notes.join("; "))
            }),
            "compared": self.compared,
            "tied": self.tied,
            "networks": networks.collect::<Vec<_>>(),
            "validation": self.validation,
            "test": self.test,
            "test_interval": self.interval.map(|(low, high)| [low, high]),
            "test_rows": self.rows,
        })
    }

    /// The section of a report.
    pub fn section(&self, view: &View, decision: Option<&Decision>) -> Section {
        if let Some(why) = self.why_none() {
            let section = Section::new("The model that was selected");
            return section.paragraph(format!("None: {why}."));
        }
        let rows = self.networks.iter().map(|(net, seed, score)| {
            vec![
                net.to_string(),
                seed.to_string(),
                formatting::measured(*score),
            ]
        });
        let header = ["net", "seed", &format!("validation {}", self.score)];
        let section = Section::new("The model that was selected")
            .paragraph(format!("Selected is {}.", self.choice()));
        let notes = self.notes().into_iter();
        let section = notes.fold(section, |section, note| {
            section.paragraph(format!("Note: {note}."))
        });
        let section = section.paragraph(format!("On the test part: {}.", self.judgement()));
        let section = match decision {
            Some(decision) => decision.paragraphs(section),
            None => section,
        };
        section

            .paragraph(
                "The validation score is the best of those that were compared, and so too good; the test score is not, for \
                 the test part was kept from every network until the choice was made. Its interval is over rows: it says \
                 nothing of other trainings.",
            )
            .table(Shown {
                caption: "By rank".to_owned(),
                header: header.map(str::to_owned).to_vec(),
                rows: rows.collect(),
            })
            .code(format!(
                "mlp predict {} NEW.csv",
                formatting::shell(&view.shown_path())
            ))
    }
}
