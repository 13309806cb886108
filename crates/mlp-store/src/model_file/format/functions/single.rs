//! The functions in single precision: the same lines with shorter series and other numbers.
//!
//! Their names end in `f`, as those of C's library do.

use super::{ALL, Function};

/// Whether an expression calls no function, or only those that have a form in single precision.
pub(in super::super) fn has_single<'n>(mut names: impl Iterator<Item = &'n str>) -> bool {
    names.all(|name| {
        let function = ALL.iter().find(|function| function.name == name);
        function.is_some_and(|function| function.single.is_some())
    })
}

impl Function {
    /// The text in Rust; `None` where it has no such form.
    pub(in super::super) fn single_rust(&self) -> Option<String> {
        self.replaced(self.rust).map(|text| for_single(&text, ""))
    }

    /// The text in C.
    pub(in super::super) fn single_c(&self) -> Option<String> {
        self.replaced(self.c).map(|text| for_single(&text, "f"))
    }

    fn replaced(&self, text: &str) -> Option<String> {
        let replace = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
        Some(self.single?.iter().fold(text.to_owned(), replace))
    }
}

/// A text in double precision for single precision: types, names of functions, and the end of each literal.
pub(in super::super) fn for_single(text: &str, end: &str) -> String {
    let text = text.replace("double", "float");
    let text = text.replace("f64::from(k)", "(k as f32)");
    let text = text.replace("f64::from(n)", "(n as f32)");
    let text = text.replace("f64", "f32");
    let mut single = String::new();
    let mut rest = &text[..];
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let mut length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        // A negative exponent.
        let number = first.is_ascii_digit();
        if number && rest[..length].ends_with('e') && rest[length..].starts_with(['-', '+']) {
            let more = rest[length + 1..].find(|c| !is_part(c));
            length = more.map_or(rest.len(), |more| length + 1 + more);
        }
        let length = length.max(first.len_utf8());
        let word = &rest[..length];
        single.push_str(word);
        rest = &rest[length..];
        let called = rest.starts_with('(') && ALL.iter().any(|function| function.name == word);
        // The point of a sentence ends no number.
        let is_literal = number && word.contains('.') && !word.ends_with('.');
        match () {
            () if called => single.push('f'),
            () if is_literal => single.push_str(end),
            () => {}
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_for_single_precision_name_no_double() {
        assert_eq!(
            for_single(
                "/* e^x: 2^n, ln 2. */ @exp(0.5 * z) + 1e-3 * exponent(2) - 2.5e-7",
                "f"
            ),
            "/* e^x: 2^n, ln 2. */ @expf(0.5f * z) + 1e-3 * exponent(2) - 2.5e-7f"
        );
        for function in ALL.iter().filter(|function| function.single.is_some()) {
            let (c, rust) = (
                function.single_c().unwrap(),
                function.single_rust().unwrap(),
            );
            assert!(!c.contains("double") && !rust.contains("f64"), "{c}{rust}");
            // Each replacement is of something that one of the two texts has.
            for (from, _) in function.single.unwrap() {
                assert!(
                    function.c.contains(from) || function.rust.contains(from),
                    "{from}"
                );
            }
        }
        assert!(!has_single(["sin"].into_iter()) && has_single(["exp", "tanh"].into_iter()));
    }
}
