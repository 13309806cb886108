//! Names that are one to a reader and several to a program: `Yes` and `yes`, two spaces and one, NFC and NFD.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::cell::truth;
use crate::names;

/// What is said of names of a column that may be one: of each group which they are, and what they differ in.
pub(super) fn variants(all: &[String]) -> Vec<String> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in all {
        let key = unspaced(&composed(name).to_lowercase());
        groups.entry(key).or_default().push(name);
    }
    let alike = groups.values().filter(|names| names.len() > 1);
    let mut said: Vec<String> = alike
        .map(|names| {
            let listed = names::list(
                names
                    .iter()
                    .map(|name| visible(name))
                    .collect::<Vec<_>>()
                    .iter()
                    .map(String::as_str),
            );
            format!("{listed}, which differ in {} alone", difference(names))
        })
        .collect();
    let of = |wanted: &[&str]| all.iter().find(|name| wanted.contains(&name.as_str()));
    if let Some(word) = all.iter().find(|name| truth(name).is_some())
        && let Some(digit) = of(&["0", "1"])
    {
        said.push(format!(
            "`{word}` beside `{digit}`, which both may say yes or no"
        ));
    }
    said
}

/// What names differ in that are alike.
fn difference(names: &[&str]) -> &'static str {
    let same = |form: &dyn Fn(&str) -> String| {
        let mut forms = names.iter().map(|name| form(name));
        let first = forms.next();
        forms.all(|other| Some(&other) == first.as_ref())
    };
    if same(&composed) {
        "their Unicode form (NFC, NFD)"
    } else if same(&|name| name.to_lowercase()) {
        "case"
    } else if same(&unspaced) {
        "white space"
    } else {
        "case, white space or Unicode form"
    }
}

/// The text in NFC.
fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// The text with single spaces.
fn unspaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// A name with its white space other than single spaces written out, so that a reader sees it.
fn visible(name: &str) -> String {
    let plain = |c: char| match c {
        '\u{A0}' | '\u{202F}' | '\u{2009}' | '\u{3000}' => c.escape_unicode().to_string(),
        c => c.to_string(),
    };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        variants(&names)
    }

    #[test]
    fn names_that_may_be_one_are_told() {
        assert_eq!(
            said(&["YES", "Yes", "no", "yes"]),
            ["`YES`, `Yes` and `yes`, which differ in case alone"]
        );
        assert_eq!(
            said(&["New  York", "New York", "x"]),
            ["`New  York` and `New York`, which differ in white space alone"]
        );
        assert_eq!(
            said(&["New York", "New\u{A0}York"]),
            ["`New York` and `New\\u{a0}York`, which differ in white space alone"]
        );
        assert_eq!(
            said(&["Zu\u{308}rich", "Z\u{FC}rich"]),
            [
                "`Zu\u{308}rich` and `Z\u{FC}rich`, which differ in their Unicode form (NFC, NFD) alone"
            ]
        );
        assert_eq!(
            said(&["a b", "A  b"]),
            ["`a b` and `A  b`, which differ in case, white space or Unicode form alone"]
        );
        assert!(said(&["TRUE", "1", "x"])[0].contains("`TRUE` beside `1`"));
        assert!(said(&["a", "b", "1", "0"]).is_empty() && said(&["TRUE", "FALSE"]).is_empty());
    }
}
