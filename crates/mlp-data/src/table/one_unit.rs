//! The unit of a column's numbers: one, and where the table is like another, that which the column had there.

use super::cell::is_flag;
use super::cell::{Numeral, Spelling, shortened};
use super::disguise::{is_percent, is_scale};
use super::reading::Reading;
use super::units::alike;
use crate::{Place, TableProblem, names};

/// The one unit of a column: numbers in several are of no common scale.
#[derive(Debug, Default)]
pub(super) struct OneUnit {
    /// The signs of the first number that has any, and how it is written.
    signed: Option<(Vec<String>, String)>,
    /// The first number without a sign, but 0, and where it stands.
    bare: Option<(String, Place)>,
    /// The first of these between -1 and 1, which are no per cents beside larger ones.
    share: Option<String>,
    /// How many there are of these.
    bares: u64,
}

impl OneUnit {
    /// Takes a number of the column down.
    ///
    /// # Errors
    /// A unit that is another than that of the numbers before; none beside per cents or thousands.
    pub fn take(&mut self, numeral: Numeral<'_>, reading: &Reading) -> Result<(), TableProblem> {
        let (number, spelling) = (numeral.number, numeral.spelling);
        if !reading.has_units() && reading.known_units().is_none_or(<[_]>::is_empty) {
            return Ok(());
        }
        let mut signs = reading.signs(spelling);
        signs.retain(|sign| !is_flag(sign));
        // Numbers of a table that is not text have no sign to show.
        if signs.is_empty() && number != 0.0 && matches!(spelling, Spelling::Text(_)) {
            self.bares += 1;
            let text = || spelling.name(number).into_owned();
            (self.bare).get_or_insert_with(|| (text(), numeral.place));
            if number.abs() < 1.0 {
                self.share.get_or_insert_with(text);
            }
        }
        if let Some(known) = reading.known_units() {
            return as_known((known, reading.has_bare()), number, spelling, &signs);
        }
        let clash = if signs.is_empty() {
            (self.signed.as_ref())
                .filter(|(known, _)| number != 0.0 && needs_sign(known.iter(), number))
                .map(|(_, text)| text)
        } else {
            let (known, text) = self.signed.get_or_insert_with(|| {
                let owned = signs.iter().map(|&sign| sign.to_owned()).collect();
                (owned, spelling.name(number).into_owned())
            });
            match &self.bare {
                _ if !same(known, &signs) && !reading.are_one(known, &signs) => Some(&*text),
                Some((bare, _)) if needs_sign(signs.iter(), 1.0) => Some(bare),
                _ => (self.share.as_ref()).filter(|_| needs_sign(signs.iter(), 0.0)),
            }
        };
        match clash {
            None => Ok(()),
            Some(other) => Err(TableProblem::Disguised {
                cell: shortened(&spelling.name(number)),
                what: format!(
                    "not in the unit of `{}` in the same column, and several units have no common scale",
                    shortened(other)
                ),
                remedy: "write the numbers of a column in one unit".to_owned(),
            }),
        }
    }

    /// The unit of the column; none where no number has any.
    pub fn unit(&self) -> Option<&[String]> {
        let (signs, _) = self.signed.as_ref()?;
        Some(signs)
    }

    /// Whether some numbers have none where it is that of per cents.
    pub fn has_bare(&self) -> bool {
        self.bares > 0
            && self
                .signed
                .as_ref()
                .is_some_and(|(signs, _)| signs.iter().any(|sign| is_percent(sign)))
    }

    /// What is said of numbers without the column's unit, which are taken for numbers in it.
    pub fn note(&self, column: &str, reading: &Reading) -> Option<String> {
        let (text, place) = self.bare.as_ref()?;
        let unit = match (self.unit(), reading.known_units()) {
            (Some(unit), _) => unit,
            (None, Some(known)) if !known.is_empty() => known,
            (None, _) => return None,
        };
        let unit = names::list(unit.iter().map(String::as_str));
        Some(format!(
            "column `{column}` has {} without {unit}, for instance `{}` ({place}), read as if it were there",
            names::so_many(self.bares, "number"),
            shortened(text)
        ))
    }
}

/// Refuses a number in another unit than the column had when the model was trained.
fn as_known(
    (known, has_bare): (&[String], bool),
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
        // Numbers of a table that is not text have no sign to show.
        let written = matches!(spelling, Spelling::Text(_)) && number != 0.0;
        return match known.iter().any(|sign| is_scale(sign)) && written && !has_bare {
            true => refuse(
                format!("a number without {had}, which the column had when the model was trained"),
                format!("write {had} after it"),
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
            format!("a number with {found}, and the column had no unit when the model was trained"),
            format!("write it as there, or give --units '{option}' for this file"),
        ),
        _ => refuse(
            format!("a number with {found}, and the column had {had} when the model was trained"),
            format!(
                "write it as there, or give --units '{option}' for this file if that is the same"
            ),
        ),
    }
}

/// Whether two lists of signs are one unit.
pub(super) fn same(known: &[String], signs: &[&str]) -> bool {
    known.len() == signs.len() && (known.iter().zip(signs)).all(|(known, sign)| alike(known, sign))
}

/// Whether a number without a sign is no number in this unit: for thousands and millions, and for per cents if it is a share.
fn needs_sign(mut signs: impl Iterator<Item = impl AsRef<str>>, number: f64) -> bool {
    signs.any(|sign| is_scale(sign.as_ref()) && (!is_percent(sign.as_ref()) || number.abs() < 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::TableFormat;

    #[test]
    fn a_column_has_one_unit() {
        let units = "€,$,K,M,kg,KG,g,%,day,days,e,b"
            .split(',')
            .map(str::to_owned);
        let reading = Reading::of(&TableFormat {
            units: units.collect(),
            ..TableFormat::default()
        });
        let taken = |texts: &[&str]| {
            let mut unit = OneUnit::default();
            texts.iter().try_for_each(|text| {
                let numeral = Numeral::of(reading.cell(text), Place::Row(1));
                unit.take(numeral.unwrap(), &reading)
            })
        };
        for texts in [
            &["€69.0K", "€70K", "0"][..],
            &["5 kg", "6", "7 kg"],
            &["1 day", "2 days"],
            &["5%", "-7 %"],
            &["5.9%", "6.1"],
            &["6.1", "5.9%", "0"],
            &["5 kg", "6 KG"],
            &["12.5 e", "7", "8 b"],
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
            &["0.07", "5%"],
            &["700", "1.5M"],
        ] {
            let problem = taken(texts).unwrap_err().to_string();
            assert!(problem.contains("in one unit"), "{problem}");
        }
    }

    #[test]
    fn numbers_without_the_unit_are_counted() {
        let reading = Reading::of(&TableFormat {
            units: vec!["kg".to_owned()],
            ..TableFormat::default()
        });
        let said = |texts: &[&str]| {
            let mut unit = OneUnit::default();
            for (text, line) in texts.iter().zip(2..) {
                let numeral = Numeral::of(reading.cell(text), Place::Line(line));
                unit.take(numeral.unwrap(), &reading).unwrap();
            }
            unit.note("w", &reading)
        };
        assert_eq!(
            said(&["5 kg", "500", "0", "600"]).unwrap(),
            "column `w` has 2 numbers without `kg`, for instance `500` (line 3), read as if it were there"
        );
        assert_eq!(said(&["5", "6"]), None);
        assert_eq!(said(&["5 kg", "0"]), None);
    }
}
