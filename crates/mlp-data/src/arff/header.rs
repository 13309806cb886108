//! The declarations at the top of an ARFF file.

use std::collections::HashSet;
use std::io::Read;

use super::tokens::{cells, word};
use crate::files::malformed;
use crate::lines::Lines;
use crate::{Error, Place};

/// The declared columns.
#[derive(Debug)]
pub(super) struct Header {
    pub attributes: Vec<Attribute>,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub name: String,
    pub kind: Kind,
}

/// The type of a column.
#[derive(Debug)]
pub(crate) enum Kind {
    Numeric,
    /// One of these categories.
    Nominal {
        known: HashSet<String>,
        order: Vec<String>,
    },
    Text,
    Date,
}

impl Header {
    /// Reads up to `@data`.
    pub fn read(file: &str, lines: &mut Lines<'_, impl Read>) -> Result<Self, Error> {
        let mut attributes = Vec::new();
        while let Some((number, line)) = lines.next()? {
            let refuse = |problem: String| malformed(file, Some(Place::Line(number)), problem);
            let line = line.trim();
            if line.is_empty() || line.starts_with('%') {
                continue;
            }
            let (keyword, rest) = word(line).map_err(refuse)?;
            match keyword.to_ascii_lowercase().as_str() {
                "@relation" => {}
                "@attribute" => attributes.push(Attribute::read(rest).map_err(refuse)?),
                "@data" if attributes.is_empty() => {
                    return Err(refuse("there is no `@attribute` before `@data`".to_owned()));
                }
                "@data" => return Ok(Self { attributes }),
                _ => {
                    let shown: String = keyword.chars().take(20).collect();
                    return Err(refuse(format!(
                        "`{shown}` is not a declaration; `@relation`, `@attribute` or `@data` is expected"
                    )));
                }
            }
        }
        Err(malformed(
            file,
            None,
            "there is no `@data`; is this an ARFF file, and is it complete?",
        ))
    }
}

impl Attribute {
    /// Reads `name type`; anything after the type, such as KEEL's range, is ignored.
    pub fn read(text: &str) -> Result<Self, String> {
        let (name, rest) = word(text)?;
        let name = name.into_owned();
        let rest = rest.trim();
        if let Some(rest) = rest.strip_prefix('{') {
            let Some(inside) = rest.strip_suffix('}') else {
                return Err(format!(
                    "the categories of `{name}` do not end with a brace"
                ));
            };
            let mut known = HashSet::new();
            let mut order = Vec::new();
            for (category, _) in cells(inside)? {
                if !known.insert(category.to_string()) {
                    return Err(format!("`{name}` has the category `{category}` twice"));
                }
                order.push(category.into_owned());
            }
            let kind = Kind::Nominal { known, order };
            return Ok(Self { name, kind });
        }
        let (kind, _) = word(rest)?;
        let kind = kind.split('[').next().unwrap_or_default();
        let kind = match kind.to_ascii_lowercase().as_str() {
            "numeric" | "real" | "integer" => Kind::Numeric,
            "string" => Kind::Text,
            "date" => Kind::Date,
            "relational" => {
                return Err(format!(
                    "`{name}` is a nested table, which is not supported; remove it"
                ));
            }
            _ => {
                let shown: String = kind.chars().take(20).collect();
                return Err(format!(
                    "`{name}` has the type `{shown}`; `numeric`, `string` or categories in braces are expected"
                ));
            }
        };
        Ok(Self { name, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Header, String> {
        Header::read("t", &mut Lines::new("t", text.as_bytes())).map_err(|error| error.to_string())
    }

    #[test]
    fn attributes_have_a_name_and_a_type() {
        let text = "@relation 'a b'\n@ATTRIBUTE \"x y\" Real\n@attribute z{ 'b c', d }\n@attribute s STRING\n@data\n";
        let header = read(text).unwrap();
        let names: Vec<&str> = header
            .attributes
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(names, ["x y", "z", "s"]);
        assert!(
            matches!(&header.attributes[1].kind, Kind::Nominal { order, .. } if *order == ["b c", "d"])
        );
        assert!(matches!(header.attributes[2].kind, Kind::Text));
    }

    #[test]
    fn what_is_no_header_is_refused() {
        let refuse = |text| read(text).unwrap_err();
        assert!(refuse("@relation r\n").contains("there is no `@data`"));
        assert!(refuse("@data\n").starts_with("`t`, line 1: there is no `@attribute`"));
        assert!(refuse("a,b\n1,2\n").starts_with("`t`, line 1: `a,b` is not a declaration"));
        assert!(refuse("@attribute a {x,x}\n").contains("the category `x` twice"));
        assert!(refuse("@attribute a {x\n").contains("do not end with a brace"));
        assert!(refuse("@attribute a complex\n").contains("the type `complex`"));
        assert!(refuse("@attribute a relational\n").contains("`a` is a nested table"));
    }
}
