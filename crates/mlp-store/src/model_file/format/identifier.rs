//! Names that are identifiers in any language.

use std::collections::BTreeSet;

/// A name as an identifier in any language: letters, digits and underscores, no digit first.
pub(super) fn identifier(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    if !plain.starts_with(|c: char| c.is_ascii_alphabetic()) {
        plain.insert_str(0, "model_");
    }
    plain
}

/// Words of Rust, C and C++ that no field can be called.
const KEYWORDS: &[&str] = &[
    "abstract",
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "as",
    "asm",
    "async",
    "auto",
    "await",
    "become",
    "bitand",
    "bitor",
    "bool",
    "box",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "compl",
    "concept",
    "const",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "crate",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dyn",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "final",
    "float",
    "fn",
    "for",
    "friend",
    "gen",
    "goto",
    "if",
    "impl",
    "in",
    "inline",
    "int",
    "let",
    "long",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "override",
    "priv",
    "private",
    "protected",
    "pub",
    "public",
    "ref",
    "register",
    "requires",
    "restrict",
    "return",
    "self",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "super",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "trait",
    "true",
    "try",
    "type",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "union",
    "unsafe",
    "unsigned",
    "unsized",
    "use",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "where",
    "while",
    "xor",
    "xor_eq",
    "yield",
    "linux",
    "unix",
];

/// A name for a column that no other has. No two underscores stand together: C++ keeps such names for itself, and Rust warns.
pub(super) fn field(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut plain = identifier(name);
    while plain.contains("__") {
        plain = plain.replace("__", "_");
    }
    let plain = match KEYWORDS.contains(&plain.as_str()) {
        true => format!("{plain}_"),
        false => plain,
    };
    let mut field = plain.clone();
    let mut number = 2;
    while !taken.insert(field.clone()) {
        field = format!("{}_{number}", plain.trim_end_matches('_'));
        number += 1;
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_names_in_every_language_and_unlike() {
        let mut taken = BTreeSet::new();
        let names = [
            "Age", "age", "type", "2nd", "größe", "age_2", "Type", "_preis", "gr?e", "a__b",
        ];
        let fields = names.map(|name| field(name, &mut taken));
        assert_eq!(
            fields,
            [
                "age",
                "age_2",
                "type_",
                "model_2nd",
                "gr_e",
                "age_2_2",
                "type_2",
                "model_preis",
                "gr_e_2",
                "a_b"
            ]
        );
    }
}
