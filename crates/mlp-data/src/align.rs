//! Aligning data with the columns that a model, or another data set, has.

use ndarray::{Array2, Axis};

use crate::table::{OneHot, Unknown, format_number};
use crate::{Dataset, Error, Targets, names};

/// The columns of a file that the named features come from, each once: for categories, the one column that
/// became several features.
pub fn source_columns(features: &[String], one_hot: &[OneHot]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for feature in features {
        let category = one_hot
            .iter()
            .find(|known| known.feature_names().any(|name| name == *feature));
        let column = category.map_or(feature, |known| &known.column);
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    columns
}

impl Dataset {
    /// The same samples with the named features in the given order, where `one_hot` lists those that
    /// are categories: a category without samples is 0 everywhere, and a column of
    /// numbers that are categories becomes its features.
    ///
    /// # Errors
    /// [`Error::NoSuchColumn`]; [`Error::UnknownCategory`] where a sample has a category that is not
    /// known.
    pub fn aligned(&self, features: &[String], one_hot: &[OneHot]) -> Result<Self, Error> {
        if self.feature_names() == features {
            return Ok(self.clone());
        }
        for known in one_hot {
            self.check_categories(known)?;
        }
        let mut inputs = Array2::zeros((self.samples(), features.len()));
        for (name, column) in features.iter().zip(inputs.columns_mut()) {
            self.fill(name, one_hot, column)?;
        }
        self.with_inputs(features.to_vec(), inputs)
    }

    /// The columns of [categories](Self::one_hot) as a network knows them that was trained on these rows.
    pub fn one_hot_of(&self, rows: &[usize]) -> Vec<OneHot> {
        let columns = self.one_hot().iter().zip(self.category_features());
        let inputs = self.inputs();
        let trained = |feature: usize| rows.iter().any(|&row| inputs[[row, feature]] == 1.0);
        let of = |(known, features): (&OneHot, Vec<usize>)| OneHot {
            untrained: (known.categories.iter().zip(features))
                .filter(|&(_, feature)| !trained(feature))
                .map(|(name, _)| name.clone())
                .collect(),
            ..known.clone()
        };
        columns.map(of).collect()
    }

    /// The samples as a model sees them that knows these categories, where some of them are
    /// [untrained](OneHot::untrained): what happens to samples of those is as for categories that no table had.
    ///
    /// # Errors
    /// [`Error::UnknownCategory`] where they are refused.
    pub fn as_known(&self, one_hot: &[OneHot], unknown: Unknown) -> Result<Self, Error> {
        let mut inputs = self.inputs().to_owned();
        let mut rows: Vec<usize> = (0..self.samples()).collect();
        for (own, features) in self.one_hot().iter().zip(self.category_features()) {
            let Some(known) = one_hot.iter().find(|known| known.column == own.column) else {
                continue;
            };
            for (category, &feature) in own.categories.iter().zip(&features) {
                if !known.untrained.contains(category) {
                    continue;
                }
                let is_of_it = |row: usize| self.inputs()[[row, feature]] == 1.0;
                if !(0..self.samples()).any(is_of_it) {
                    continue;
                }
                let place = known.position_of(category);
                match unknown {
                    Unknown::Refuse if place.is_none() => {
                        return Err(self.unknown(known, category.clone()));
                    }
                    Unknown::Row if place.is_none() => rows.retain(|&row| !is_of_it(row)),
                    _ => {}
                }
                for row in (0..self.samples()).filter(|&row| is_of_it(row)) {
                    inputs[[row, feature]] = 0.0;
                    if let Some(place) = place {
                        inputs[[row, features[place]]] = 1.0;
                    }
                }
            }
        }
        let seen = self.with_inputs(self.feature_names().to_vec(), inputs)?;
        match rows.len() == self.samples() {
            true => Ok(seen),
            false => seen.select_rows(&rows),
        }
    }

    /// The error for a category that is not among the known ones.
    fn unknown(&self, known: &OneHot, category: String) -> Error {
        Error::UnknownCategory {
            dataset: self.name().to_owned(),
            column: known.column.clone(),
            category,
            known: names::list(known.known()),
        }
    }

    fn position(&self, feature: &str) -> Option<usize> {
        self.feature_names().iter().position(|name| name == feature)
    }

    /// Refuses categories of a column that are not among the known ones.
    fn check_categories(&self, known: &OneHot) -> Result<(), Error> {
        let unknown = |category: String| self.unknown(known, category);
        if let Some(own) = self.own_categories(known) {
            let mut categories = own.categories.iter();
            return match categories.find(|category| known.position_of(category).is_none()) {
                Some(category) => Err(unknown(category.clone())),
                None => Ok(()),
            };
        }
        if let Some(column) = self.position(&known.column) {
            for value in self
                .inputs()
                .column(column)
                .iter()
                .filter(|value| !value.is_nan())
            {
                let text = format_number(*value + 0.0);
                if known.position_of(&text).is_none() {
                    return Err(unknown(text));
                }
            }
        }
        Ok(())
    }

    /// The categories of a column in this set.
    fn own_categories(&self, known: &OneHot) -> Option<&OneHot> {
        self.one_hot().iter().find(|own| own.column == known.column)
    }

    /// Fills the column of a feature.
    fn fill(
        &self,
        name: &str,
        one_hot: &[OneHot],
        mut column: ndarray::ArrayViewMut1<'_, f64>,
    ) -> Result<(), Error> {
        let inputs = self.inputs();
        let category = one_hot.iter().find_map(|known| {
            let place = known.feature_names().position(|feature| feature == name)?;
            Some((known, place))
        });
        if let (Some(position), None) = (self.position(name), category) {
            column.assign(&inputs.column(position));
            return Ok(());
        }
        let missing = || Error::NoSuchColumn {
            dataset: self.name().to_owned(),
            column: name.to_owned(),
            hint: names::hint(name, self.feature_names().iter().map(String::as_str)),
        };
        let (known, place) = category.ok_or_else(missing)?;
        if let Some(own) = self.own_categories(known) {
            // The sum over what maps to this category: several where rare ones are pooled, none where no sample has it. Where
            // the column is missing, so is the sum.
            for (name, category) in own.feature_names().zip(&own.categories) {
                let values = inputs.column(self.position(&name).ok_or_else(missing)?);
                let held = f64::from(u8::from(known.position_of(category) == Some(place)));
                column.zip_mut_with(&values, |sum, &value| *sum += held * value);
            }
            return Ok(());
        }
        let numbers = self.position(&known.column).ok_or_else(missing)?;
        column.assign(&inputs.column(numbers).mapv(|value| {
            if value.is_nan() {
                return value;
            }
            let category = known.position_of(&format_number(value + 0.0));
            f64::from(u8::from(category == Some(place)))
        }));
        Ok(())
    }

    /// These samples followed by those of `other`: its features and classes are matched by
    /// name.
    ///
    /// # Errors
    /// As [`aligned`](Self::aligned); [`Error::Shape`] where the other has other targets, or a class
    /// that is not known here.
    pub fn followed_by(&self, other: &Self) -> Result<Self, Error> {
        let differ = |problem: String| Error::Shape {
            dataset: other.name().to_owned(),
            problem,
        };
        let other = other.aligned(self.feature_names(), self.one_hot())?;
        let targets = match (self.targets(), other.targets()) {
            (
                Targets::Classes { labels, names },
                Targets::Classes {
                    labels: behind,
                    names: theirs,
                },
            ) => {
                let label = |name: &String| {
                    let label = names.iter().position(|known| known == name);
                    label.map(|label| label as u32).ok_or_else(|| {
                        let known = names::list(names.iter().map(String::as_str));
                        differ(format!(
                            "class `{name}` is unknown; the training data have {known}"
                        ))
                    })
                };
                let places = theirs
                    .iter()
                    .map(label)
                    .collect::<Result<Vec<u32>, Error>>()?;
                let behind = behind.iter().map(|&label| places[label as usize]);
                Targets::Classes {
                    labels: labels.iter().copied().chain(behind).collect(),
                    names: names.clone(),
                }
            }
            (
                Targets::Values { values, names },
                Targets::Values {
                    values: behind,
                    names: theirs,
                },
            ) if names == theirs => Targets::Values {
                values: joined(values, behind),
                names: names.clone(),
            },
            _ => {
                let problem = "its targets are not those of the training data".to_owned();
                return Err(differ(problem));
            }
        };
        let set = self.with_rows(
            joined(&self.inputs().to_owned(), &other.inputs().to_owned()),
            targets,
        )?;
        let read = other.provenance().read.iter().cloned();
        let set = read.fold(set, Self::with_read);
        let set = set.with_places(self.places_followed_by(&other));
        match (self.weights(), other.weights()) {
            (None, None) => Ok(set),
            (Some(weights), Some(behind)) => {
                let column = self.weight_column().unwrap_or_default();
                set.with_weights(column, [weights, behind].concat())
            }
            (Some(_), None) => Err(differ("it has no sample weights".to_owned())),
            (None, Some(_)) => {
                let problem = "it has sample weights, and the training data do not";
                Err(differ(problem.to_owned()))
            }
        }
    }
}

fn joined(first: &Array2<f64>, second: &Array2<f64>) -> Array2<f64> {
    let rows = [first.view(), second.view()];
    ndarray::concatenate(Axis(0), &rows).expect("both have as many columns")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImputeKind;
    use crate::table::{Categorical, CsvOptions, MissingPolicy, read_csv};

    fn read(text: &str) -> Dataset {
        let options = CsvOptions {
            missing: MissingPolicy::Impute(ImputeKind::Mean),
            categorical: Categorical::OneHot,
            ..CsvOptions::default()
        };
        read_csv(text.as_bytes(), "t.csv", &options).unwrap()
    }

    #[test]
    fn what_samples_count_is_joined_too() {
        let read = |text: &str, weight: Option<&str>| {
            let options = CsvOptions {
                sample_weight: weight.map(str::to_owned),
                ..CsvOptions::default()
            };
            read_csv(text.as_bytes(), "t.csv", &options).unwrap()
        };
        let first = read("a,w,y\n1,2,u\n2,1,v\n", Some("w"));
        let second = read("w,a,y\n0,3,v\n4,5,u\n", Some("w"));
        let both = first.followed_by(&second).unwrap();
        assert_eq!(both.weights(), Some(&[2.0, 1.0, 0.0, 4.0][..]));
        let plain = read("a,y\n1,u\n2,v\n", None);
        assert!(first.followed_by(&plain).is_err() && plain.followed_by(&first).is_err());
    }

    #[test]
    fn features_and_classes_are_matched_by_name() {
        let first = read("size,colour,kind\n1,red,a\n2,blue,b\n3,green,a\n");
        assert_eq!(
            first.feature_names()[1..],
            ["colour=blue", "colour=green", "colour=red"]
        );
        // Other order, fewer categories, a gap, one more column, classes in another order.
        let options = CsvOptions {
            target: vec!["kind".to_owned()],
            exclude: vec!["more".to_owned()],
            missing: MissingPolicy::Impute(ImputeKind::Mean),
            categorical: Categorical::OneHot,
            ..CsvOptions::default()
        };
        let text = "kind,more,colour,size\nb,9,red,4\na,9,,5\n";
        let second = read_csv(text.as_bytes(), "t.csv", &options).unwrap();
        let both = first.followed_by(&second).unwrap();
        assert_eq!((both.samples(), both.class_names().unwrap().len()), (5, 2));
        assert_eq!(both.inputs().row(3).to_vec(), [4.0, 0.0, 0.0, 1.0]);
        assert_eq!(both.inputs()[[4, 0]], 5.0);
        assert!((1..4).all(|column| both.inputs()[[4, column]].is_nan()));
        assert_eq!(both.missing_values(), 3);
        let Targets::Classes { labels, .. } = both.targets() else {
            panic!("classes")
        };
        assert_eq!(labels, &[0, 1, 0, 1, 0]);
    }

    #[test]
    fn what_is_unknown_is_among_the_rare_where_these_are_pooled() {
        let known = OneHot {
            column: "code".to_owned(),
            categories: vec!["a".to_owned(), "other".to_owned()],
            pooled: true,
            untrained: Vec::new(),
        };
        let features = ["code=a", "code=other"].map(str::to_owned);
        let set = read("code,y\na,0\nb,1\nc,0\n,1\n");
        let known_set = set
            .aligned(&features, std::slice::from_ref(&known))
            .unwrap();
        let rows = known_set.inputs().select(Axis(0), &[0, 1, 2]);
        assert_eq!(rows, ndarray::array![[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]);
        assert!(known_set.inputs().row(3).iter().all(|value| value.is_nan()));
        let strict = OneHot {
            pooled: false,
            ..known
        };
        assert!(set.aligned(&features, &[strict]).is_err());
    }

    #[test]
    fn categories_may_look_like_numbers() {
        let first = read("code,y\n1,0\n2,1\nx,0\n");
        let second = read("code,y\n2,1\n1,0\n");
        let both = first.followed_by(&second).unwrap();
        assert_eq!(both.inputs().row(3).to_vec(), [0.0, 1.0, 0.0]);
        let error = first.followed_by(&read("code,y\n3,1\n1,0\n")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("category `3` of column `code` is unknown"),
            "{error}"
        );
        let error = first.followed_by(&read("code,y\nz,1\n1,0\n")).unwrap_err();
        assert!(error.to_string().contains("category `z`"), "{error}");
    }

    #[test]
    fn what_does_not_match_is_named() {
        let first = read("a,b,y\n1,2,0\n3,4,1\n");
        let refused = |text: &str| first.followed_by(&read(text)).unwrap_err().to_string();
        assert!(refused("a,c,y\n1,2,0\n3,4,1\n").contains("no column `b`"));
        assert!(refused("a,b,y\n1,2,0\n3,4,7\n").contains("class `7` is unknown"));
        assert!(refused("a,b,y\n1,2,0.5\n3,4,1.25\n").contains("targets are not those"));
    }
}
