//! Names that are one to a reader and several to a program: `Yes` and `yes`, two spaces and one, NFC and NFD.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::cell::truth;
use crate::names;

/// What is said of names of a column that may be one: of each group which they are, and what they differ in.
pub(super) fn variants(all: &[String]) -> Vec<String> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in all {
        let key = unspaced(&composed(&seen(name)).to_lowercase());
        groups.entry(key).or_default().push(name);
    }
    let alike = groups.values().filter(|names| names.len() > 1);
    let mut said: Vec<String> = alike
        .map(|names| differ(names, difference(names)))
        .collect();
    let mut letters: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for names in groups.values() {
        let key = in_latin(&unspaced(&composed(&seen(names[0]))));
        letters.entry(key).or_default().push(names[0]);
    }
    for alike in letters.values().filter(|names| names.len() > 1) {
        let shown: Vec<String> = alike.iter().map(|name| with_doubles(name)).collect();
        said.push(format!(
            "{}, which look alike and are written in letters of different alphabets",
            names::join(&shown)
        ));
    }
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

fn differ(names: &[&str], what: &str) -> String {
    let shown: Vec<String> = names.iter().map(|name| visible(name)).collect();
    let listed = names::list(shown.iter().map(String::as_str));
    format!("{listed}, which differ only in {what}")
}

/// A name without its invisible characters.
fn seen(name: &str) -> String {
    let is_shown = |c: &char| {
        !names::is_invisible(*c) && !c.is_control() && !('\u{FE00}'..='\u{FE0F}').contains(c)
    };
    name.chars().filter(is_shown).collect()
}

/// A name in quotes, with what in it looks like a Latin letter and is none.
fn with_doubles(name: &str) -> String {
    let mut codes: Vec<String> = Vec::new();
    for c in name.chars().filter(|c| latin(*c) != *c) {
        let code = format!("U+{:04X}", u32::from(c));
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    match codes.is_empty() {
        true => format!("`{name}`"),
        false => format!("`{name}` (with {})", names::join(&codes)),
    }
}

/// A name with Latin letters in place of the Cyrillic and Greek ones that look the same.
fn in_latin(name: &str) -> String {
    name.chars().map(latin).collect()
}

/// The Latin letter that a Cyrillic or Greek one looks like, or the letter itself.
fn latin(c: char) -> char {
    /// The Latin letters, and below each its doubles.
    const DOUBLES: [(&str, char); 29] = [
        ("\u{410}\u{391}", 'A'),
        ("\u{412}\u{392}", 'B'),
        ("\u{421}\u{3F9}", 'C'),
        ("\u{415}\u{395}", 'E'),
        ("\u{41D}\u{397}", 'H'),
        ("\u{406}\u{399}\u{4C0}", 'I'),
        ("\u{408}\u{37F}", 'J'),
        ("\u{41A}\u{39A}", 'K'),
        ("\u{41C}\u{39C}", 'M'),
        ("\u{39D}", 'N'),
        ("\u{41E}\u{39F}", 'O'),
        ("\u{420}\u{3A1}", 'P'),
        ("\u{405}", 'S'),
        ("\u{422}\u{3A4}", 'T'),
        ("\u{425}\u{3A7}", 'X'),
        ("\u{4AE}\u{3A5}", 'Y'),
        ("\u{396}", 'Z'),
        ("\u{430}", 'a'),
        ("\u{441}\u{3F2}", 'c'),
        ("\u{435}", 'e'),
        ("\u{4BB}", 'h'),
        ("\u{456}", 'i'),
        ("\u{458}\u{3F3}", 'j'),
        ("\u{43E}\u{3BF}", 'o'),
        ("\u{440}", 'p'),
        ("\u{455}", 's'),
        ("\u{3BD}", 'v'),
        ("\u{445}", 'x'),
        ("\u{443}", 'y'),
    ];
    let mut doubles = DOUBLES.iter();
    let found = doubles.find(|(doubles, _)| doubles.contains(c));
    found.map_or(c, |(_, latin)| *latin)
}

/// What names differ in that are alike.
fn difference(names: &[&str]) -> &'static str {
    let same = |form: &dyn Fn(&str) -> String| {
        let mut forms = names.iter().map(|name| form(name));
        let first = forms.next();
        forms.all(|other| Some(&other) == first.as_ref())
    };
    if same(&seen) {
        "invisible characters"
    } else if same(&composed) {
        "their Unicode form (NFC, NFD)"
    } else if same(&|name| name.to_lowercase()) {
        "case"
    } else if same(&unspaced) {
        "white space"
    } else {
        "case, white space, Unicode form or invisible characters"
    }
}

/// The text in NFC.
pub(super) fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// The text with single spaces.
fn unspaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// A name with its white space other than single spaces written out, so that a reader sees it; what takes no room a message
/// writes out by itself.
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
            ["`YES`, `Yes` and `yes`, which differ only in case"]
        );
        assert_eq!(
            said(&["New  York", "New York", "x"]),
            ["`New  York` and `New York`, which differ only in white space"]
        );
        assert_eq!(
            said(&["New York", "New\u{A0}York"]),
            ["`New York` and `New\\u{a0}York`, which differ only in white space"]
        );
        assert_eq!(
            said(&["Zu\u{308}rich", "Z\u{FC}rich"]),
            [
                "`Zu\u{308}rich` and `Z\u{FC}rich`, which differ only in their Unicode form (NFC, NFD)"
            ]
        );
        assert_eq!(
            said(&["a b", "A  b"]),
            [
                "`a b` and `A  b`, which differ only in case, white space, Unicode form or invisible characters"
            ]
        );
        assert_eq!(
            said(&["no", "no\u{200B}", "n\u{AD}o", "yes", "yes\0"]),
            [
                "`no`, `no\u{200B}` and `n\u{AD}o`, which differ only in invisible characters",
                "`yes` and `yes\0`, which differ only in invisible characters"
            ]
        );
        assert_eq!(
            said(&["Moscow", "M\u{43E}scow", "x", "\u{3A1}\u{391}", "PA"]),
            [
                "`Moscow` and `M\u{43E}scow` (with U+043E), which look alike and are written in letters of different alphabets",
                "`PA` and `\u{3A1}\u{391}` (with U+03A1 and U+0391), which look alike and are written in letters of different alphabets"
            ]
        );
        assert!(said(&["\u{410}", "\u{412}", "\u{430}\u{431}"]).is_empty());
        assert!(said(&["TRUE", "1", "x"])[0].contains("`TRUE` beside `1`"));
        assert!(said(&["a", "b", "1", "0"]).is_empty() && said(&["TRUE", "FALSE"]).is_empty());
    }
}
