//! What the numbers of a column tell of how they are written: their unit, and what their points part.

use std::borrow::Cow;

use super::cell::{Spelling, shortened};
use super::disguise::is_scale;
use super::doubt::Doubt;
use super::format::{DecimalMark, ThousandsMark};
use super::number::{format_number, number};
use super::reading::Reading;
use crate::{Place, TableProblem, names};

/// What the numbers of a column tell of how they are written.
#[derive(Debug, Default)]
pub(super) struct Amounts {
    unit: OneUnit,
    points: Points,
    /// The first number with decimals, or the first of these that has no groups of three digits behind its marks.
    decimals: Option<(String, Place)>,
    /// Whether that one has none.
    certain: bool,
    doubt: Doubt,
}

impl Amounts {
    /// Takes a number of the column down.
    ///
    /// # Errors
    /// A unit that is not that of the column; see [`OneUnit::take`].
    pub fn take(
        &mut self,
        number: f64,
        spelling: Spelling<'_>,
        place: Place,
        reading: &Reading,
    ) -> Result<(), TableProblem> {
        self.points.take(spelling, place, reading);
        if !self.certain {
            let mark = reading.marks().0.character();
            let found = match spelling {
                Spelling::Text(text) => text.contains(mark).then(|| text.into()),
                Spelling::Usual => (number.fract() != 0.0).then(|| format_number(number).into()),
                Spelling::Integer(_) | Spelling::Truth(_) => None,
            };
            if let Some(text) = found {
                let text: Cow<'_, str> = text;
                self.certain = !is_grouped(&text, mark);
                if self.certain || self.decimals.is_none() {
                    self.decimals = Some((text.into_owned(), place));
                }
            }
        }
        if let (Spelling::Text(text), true) = (spelling, reading.is_alike()) {
            self.doubt.take(text, place, reading.marks());
        }
        self.unit.take(number, spelling, reading)
    }

    /// Whether the marks of a table for a model may be meant otherwise.
    pub fn doubt(&self) -> &Doubt {
        &self.doubt
    }

    /// The first number with decimals, and where it stands; one that tells what its mark is, if there is any.
    pub fn decimals(&self) -> Option<(&str, Place)> {
        let (text, place) = self.decimals.as_ref()?;
        Some((text, *place))
    }

    /// The unit of the column; none where no number has any.
    pub fn unit(&self) -> Option<&[String]> {
        let (signs, _) = self.unit.signed.as_ref()?;
        Some(signs)
    }

    /// A number that may be meant in two ways, once the column is whole.
    pub fn problem(&self) -> Option<(Place, TableProblem)> {
        self.points.problem()
    }
}

/// Whether three digits stand behind each mark, so that it may stand between thousands.
fn is_grouped(text: &str, mark: char) -> bool {
    let digits = text.trim_matches(|c: char| !c.is_ascii_digit());
    let mut groups = digits.split(mark);
    let first = groups.next().unwrap_or_default();
    let whole = (1..=3).contains(&first.len()) && !first.starts_with('0');
    whole && groups.all(|group| group.len() == 3)
}

/// The one unit of a column: numbers in several are of no common scale.
#[derive(Debug, Default)]
struct OneUnit {
    /// The signs of the first number that has any, and how it is written.
    signed: Option<(Vec<String>, String)>,
    /// The first number without a sign, but 0.
    bare: Option<String>,
}

impl OneUnit {
    /// Takes a number of the column down.
    ///
    /// # Errors
    /// A unit that is another than that of the numbers before; none beside per cents or thousands.
    fn take(
        &mut self,
        number: f64,
        spelling: Spelling<'_>,
        reading: &Reading,
    ) -> Result<(), TableProblem> {
        if !reading.has_units() && reading.known_units().is_none_or(<[_]>::is_empty) {
            return Ok(());
        }
        let signs = reading.signs(spelling);
        if let Some(known) = reading.known_units() {
            return as_known(known, number, spelling, &signs);
        }
        let clash = if signs.is_empty() {
            if self.bare.is_none() && number != 0.0 {
                self.bare = Some(spelling.name(number).into_owned());
            }
            (self.signed.as_ref())
                .filter(|(known, _)| number != 0.0 && known.iter().any(|sign| is_scale(sign)))
                .map(|(_, text)| text)
        } else {
            let (known, text) = self.signed.get_or_insert_with(|| {
                let owned = signs.iter().map(|&sign| sign.to_owned()).collect();
                (owned, spelling.name(number).into_owned())
            });
            match &self.bare {
                _ if !same(known, &signs) => Some(&*text),
                Some(bare) if signs.iter().any(|sign| is_scale(sign)) => Some(bare),
                _ => None,
            }
        };
        match clash {
            None => Ok(()),
            Some(other) => Err(TableProblem::Disguised {
                cell: shortened(&spelling.name(number)),
                what: format!(
                    "not in the unit of `{}` in the same column, and several are no common scale",
                    shortened(other)
                ),
                remedy: "write the numbers of a column in one unit".to_owned(),
            }),
        }
    }
}

/// Refuses a number in another unit than the column had where the model was trained.
fn as_known(
    known: &[String],
    number: f64,
    spelling: Spelling<'_>,
    signs: &[&str],
) -> Result<(), TableProblem> {
    let refuse = |what: String, remedy: String| {
        Err(TableProblem::Disguised {
            cell: shortened(&spelling.name(number)),
            what,
            remedy,
        })
    };
    let had = names::list(known.iter().map(String::as_str));
    let found = names::list(signs.iter().copied());
    if signs.is_empty() {
        // Numbers of a table that is no text have no sign to show.
        let written = matches!(spelling, Spelling::Text(_)) && number != 0.0;
        return match known.iter().any(|sign| is_scale(sign)) && written {
            true => refuse(
                format!("a number without {had}, which the column had where the model was trained"),
                format!("write {had} behind it"),
            ),
            false => Ok(()),
        };
    }
    if same(known, signs) {
        return Ok(());
    }
    let option = signs.join(",");
    match known {
        [] => refuse(
            format!(
                "a number with {found}, and the column had no unit where the model was trained"
            ),
            format!("write it as there, or give --units '{option}' for this file"),
        ),
        _ => refuse(
            format!("a number with {found}, and the column had {had} where the model was trained"),
            format!(
                "write it as there, or give --units '{option}' for this file if that is the same"
            ),
        ),
    }
}

/// Whether two lists of signs are one unit.
fn same(known: &[String], signs: &[&str]) -> bool {
    known.len() == signs.len() && (known.iter().zip(signs)).all(|(known, sign)| alike(known, sign))
}

/// Points that part thousands, perhaps: `1.200` beside `950`.
#[derive(Debug, Default)]
struct Points {
    first: Option<(String, Place)>,
    /// Whether a whole number has three digits.
    hundreds: bool,
    /// Whether a number is written as no table of thousands has it.
    decimals: bool,
    months: Months,
}

/// Months and years, perhaps: `01.2020`.
#[derive(Debug, Default)]
enum Months {
    /// No number yet.
    #[default]
    Unknown,
    /// Every number may be one, and this one begins with a zero, as no other number does.
    All(Option<(String, Place)>),
    /// A number is none.
    None,
}

impl Months {
    fn take(&mut self, text: &str, place: Place) {
        let is_month = || {
            let (month, year) = text.split_once('.')?;
            let right = month.len() == 2 && (1..=12).contains(&month.parse::<u32>().ok()?);
            let year = (year.len() == 4).then(|| year.parse::<u32>().ok())??;
            Some(right && (1900..2100).contains(&year))
        };
        let first = match std::mem::replace(self, Self::None) {
            Self::None => return,
            Self::Unknown => None,
            Self::All(first) => first,
        };
        if is_month() == Some(true) {
            let zero = || text.starts_with('0').then(|| (text.to_owned(), place));
            *self = Self::All(first.or_else(zero));
        }
    }
}

impl Points {
    /// Takes a number of the column down.
    fn take(&mut self, spelling: Spelling<'_>, place: Place, reading: &Reading) {
        let Spelling::Text(text) = spelling else {
            self.decimals = true;
            self.months = Months::None;
            return;
        };
        if !matches!(self.months, Months::None) && !reading.marked() {
            self.months.take(text, place);
        }
        if self.decimals || reading.marked() {
            return;
        }
        let text = text.trim_matches(|c: char| !c.is_ascii_digit());
        let whole = number(text, (DecimalMark::Comma, Some(ThousandsMark::Point)));
        match whole {
            Some(_) if text.contains('.') => {
                self.first.get_or_insert_with(|| (text.to_owned(), place));
            }
            Some(number) if number < 1000.0 => self.hundreds |= number >= 100.0,
            _ => self.decimals = true,
        }
    }

    /// The first number that may be meant in two ways, and which, once the column is whole.
    fn problem(&self) -> Option<(Place, TableProblem)> {
        if let Months::All(Some((text, place))) = &self.months {
            let problem = TableProblem::Disguised {
                cell: text.clone(),
                what: "a month and a year, as are all of the column".to_owned(),
                remedy: "write 01/2020 or 2020-01 and give --dates, or give --decimal . if they are numbers"
                    .to_owned(),
            };
            return Some((*place, problem));
        }
        let (text, place) = self.first.as_ref()?;
        if self.decimals || !self.hundreds {
            return None;
        }
        let digits = text.replace('.', "");
        let problem = TableProblem::Disguised {
            cell: text.clone(),
            what: format!(
                "{text} with a decimal point, or {digits} with points between the thousands"
            ),
            remedy: "give --decimal . or --thousands . with --decimal ,".to_owned(),
        };
        Some((*place, problem))
    }
}

/// Whether two signs are one unit: `day` and `days` are.
fn alike(one: &str, other: &str) -> bool {
    let plural = |one: &str, other: &str| one.len() > 1 && other.strip_suffix('s') == Some(one);
    one == other || plural(one, other) || plural(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Cell, TableFormat};

    #[test]
    fn a_column_has_one_unit() {
        let units = "€,$,K,M,kg,g,%,day,days".split(',').map(str::to_owned);
        let reading = Reading::of(&TableFormat {
            units: units.collect(),
            ..TableFormat::default()
        });
        let taken = |texts: &[&str]| {
            let mut unit = OneUnit::default();
            texts.iter().try_for_each(|text| match reading.cell(text) {
                Cell::Number(number, spelling) => unit.take(number, spelling, &reading),
                other => panic!("{other:?}"),
            })
        };
        for texts in [
            &["€69.0K", "€70K", "0"][..],
            &["5 kg", "6", "7 kg"],
            &["1 day", "2 days"],
            &["5%", "-7 %"],
        ] {
            assert_eq!(taken(texts), Ok(()), "{texts:?}");
        }
        for texts in [
            &["€69.0K", "€1.5M"][..],
            &["1.50M", "700.1K"],
            &["€5", "€5K"],
            &["$5", "€7"],
            &["5 kg", "5000 g"],
            &["5%", "0.07"],
            &["700", "1.5M"],
        ] {
            let problem = taken(texts).unwrap_err().to_string();
            assert!(problem.contains("in one unit"), "{problem}");
        }
    }

    #[test]
    fn points_before_three_digits_beside_hundreds_are_doubtful() {
        let doubt = |texts: &[&str], format: &TableFormat| {
            let (mut points, reading) = (Points::default(), Reading::of(format));
            for text in texts {
                points.take(Spelling::Text(text), Place::Row(1), &reading);
            }
            points.problem().map(|(_, problem)| problem.to_string())
        };
        let plain = TableFormat::default();
        let both =
            "`1.200` is 1.200 with a decimal point, or 1200 with points between the thousands";
        for texts in [&["950", "1.200", "3.450"][..], &["1.200 €", "950 €"]] {
            assert!(doubt(texts, &plain).unwrap().starts_with(both), "{texts:?}");
        }
        for texts in [
            &["12.345", "-7.125"][..],
            &["12.345", "7"],
            &["950", "1.200", "3.45"],
            &["950", "0.125"],
            &["1.200", "1200", "950"],
        ] {
            assert_eq!(doubt(texts, &plain), None, "{texts:?}");
        }
        let named = TableFormat {
            decimal: Some(DecimalMark::Point),
            ..plain
        };
        assert_eq!(doubt(&["950", "1.200"], &named), None);
    }

    #[test]
    fn months_before_years_are_no_numbers() {
        let doubt = |texts: &[&str]| {
            let (mut points, reading) = (Points::default(), Reading::of(&TableFormat::default()));
            for text in texts {
                points.take(Spelling::Text(text), Place::Row(1), &reading);
            }
            points.problem().is_some()
        };
        assert!(doubt(&["11.2019", "01.2020", "02.2020"]));
        assert!(!doubt(&["11.2019", "12.2020"]));
        assert!(!doubt(&["01.2020", "13.2020"]));
        assert!(!doubt(&["01.2020", "0.5"]));
    }

    #[test]
    fn a_column_has_the_unit_that_the_model_knows() {
        let like = |units: &[&str], columns: &[(&str, &str)]| TableFormat {
            units: units.iter().map(|&unit| unit.to_owned()).collect(),
            unit_columns: (columns.iter())
                .map(|(column, unit)| ((*column).to_owned(), vec![(*unit).to_owned()]))
                .collect(),
            ..TableFormat::default()
        };
        let taken = |like: &TableFormat, given: &[&str], text: &str| {
            let given = TableFormat {
                units: given.iter().map(|&unit| unit.to_owned()).collect(),
                ..TableFormat::default()
            };
            let format = given.or_cells_of(like);
            let reading = Reading::of(&format).of_column("a", &format, Some(like));
            match reading.cell(text) {
                Cell::Number(number, spelling) => Amounts::default()
                    .take(number, spelling, Place::Line(2), &reading)
                    .map_err(|problem| problem.to_string()),
                cell => Err(reading.number(cell).unwrap_err().to_string()),
            }
        };
        let known = like(&["kg", "lb", "%"], &[("a", "kg"), ("b", "lb")]);
        assert_eq!(taken(&known, &[], "3 kg"), Ok(()));
        assert_eq!(taken(&known, &[], "3"), Ok(()));
        assert_eq!(
            taken(&known, &[], "12 lb").unwrap_err(),
            "`12 lb` is a number with `lb`, and the column had `kg` where the model was trained; \
             write it as there, or give --units 'lb' for this file if that is the same"
        );
        assert_eq!(taken(&known, &["lb"], "12 lb"), Ok(()));
        let bare = like(&["lb"], &[("b", "lb")]);
        assert!(
            taken(&bare, &[], "12 lb")
                .unwrap_err()
                .contains("the column had no unit where the model was trained")
        );
        let share = like(&["%"], &[("a", "%")]);
        assert_eq!(taken(&share, &[], "12%"), Ok(()));
        assert!(
            taken(&share, &[], "0.12")
                .unwrap_err()
                .contains("without `%`")
        );
        let plain = TableFormat::default();
        assert_eq!(
            taken(&plain, &[], "3 kg").unwrap_err(),
            "`3 kg` is a number with the unit `kg`, and the column had no unit where the model was trained; \
             write it as there, or give --units 'kg'"
        );
        assert_eq!(taken(&plain, &["kg"], "3 kg"), Ok(()));
    }
}
