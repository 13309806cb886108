//! Figures that are asked for by name.

use mlp_data::names::did_you_mean;

/// Names of figures, as of their files; none where all are drawn.
#[derive(Clone, Debug, Default)]
pub struct Only(Vec<String>);

impl Only {
    /// These names, of figures whose names are of these forms, as in `learning-curves, learning-curves-by-KEY`.
    ///
    /// # Errors
    /// A name of no such form, with what is like it.
    pub fn new(names: &[String], forms: &[&str]) -> Result<Self, String> {
        for name in names {
            if !forms.iter().any(|forms| are_of(forms, name)) {
                let known = forms.iter().flat_map(|forms| forms.split(", "));
                return Err(match did_you_mean(name, known) {
                    none if none.is_empty() => {
                        format!("there is no figure \"{name}\"; mlp list figures names all")
                    }
                    meant => format!("there is no figure \"{name}\"{meant}"),
                });
            }
        }
        Ok(Self(names.to_vec()))
    }

    /// Whether all figures are drawn.
    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a figure that is drawn may be of these forms.
    pub fn wants_of(&self, forms: &str) -> bool {
        self.is_all() || self.0.iter().any(|name| are_of(forms, name))
    }

    /// Whether a figure of this name is drawn.
    pub fn wants(&self, name: &str) -> bool {
        self.is_all() || self.0.iter().any(|wanted| wanted == name)
    }

    /// The first name that is not among these.
    pub fn not_among(&self, drawn: &[String]) -> Option<&str> {
        let mut names = self.0.iter();
        names.find(|name| !drawn.contains(name)).map(String::as_str)
    }
}

fn are_of(forms: &str, name: &str) -> bool {
    forms.split(", ").any(|form| is_of(name, form))
}

/// Whether a name is of this form, in which words in capitals stand for any.
fn is_of(name: &str, form: &str) -> bool {
    fn fits(name: &[&str], form: &[&str]) -> bool {
        match form {
            [] => name.is_empty(),
            [any, rest @ ..] if any.chars().all(|c| c.is_ascii_uppercase()) => {
                (1..=name.len()).any(|words| fits(&name[words..], rest))
            }
            [word, rest @ ..] => name.first() == Some(word) && fits(&name[1..], rest),
        }
    }
    let words = |text| str::split(text, '-').collect::<Vec<&str>>();
    fits(&words(name), &words(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_capitals_stand_for_any() {
        assert!(is_of("map-test-loss-step-100", "map-METRIC"));
        assert!(is_of("learning-curves", "learning-curves"));
        assert!(!is_of("learning-curves-by-lr", "learning-curves"));
        assert!(is_of("learning-curves-by-lr", "learning-curves-by-KEY"));
        assert!(!is_of("map", "map-METRIC"));
    }
}
