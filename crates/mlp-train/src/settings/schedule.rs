//! The steps at which a training is recorded: `last`, `log:64`, `every:100`, `1,10,100`.

use std::{fmt, str::FromStr};

use mlp_core::math;

/// The largest number of records of one network.
const MAXIMUM: u64 = 10_000_000;

/// Which steps are recorded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecordSchedule {
    /// Only the last step.
    Last,
    /// N geometric steps from 1 to the last, rounded and deduplicated, plus 0.
    Log(u64),
    /// Every multiple of N, 0 included, plus the last.
    Every(u64),
    /// The steps listed, plus the last.
    Steps(Vec<u64>),
}

impl RecordSchedule {
    /// The recorded steps of a training of `last` steps: ascending, the last of them `last`.
    ///
    /// # Errors
    /// A listed step beyond the last, or more than ten million records.
    pub fn steps(&self, last: u64) -> Result<Vec<u64>, String> {
        let mut steps = match self {
            Self::Last => Vec::new(),
            Self::Log(count) => geometric(*count, last),
            Self::Every(every) => {
                if last / every >= MAXIMUM {
                    return Err(format!(
                        "every:{every} gives more than {MAXIMUM} records in {last} steps"
                    ));
                }
                (0..=last / every).map(|index| index * every).collect()
            }
            Self::Steps(steps) => match steps.iter().find(|step| **step > last) {
                Some(beyond) => {
                    return Err(format!("step {beyond} is beyond the last step, {last}"));
                }
                None => steps.clone(),
            },
        };
        if steps.last() != Some(&last) {
            steps.push(last);
        }
        Ok(steps)
    }
}

/// 0 and `count` geometric steps from 1 to `last`, without repetitions.
fn geometric(count: u64, last: u64) -> Vec<u64> {
    let mut steps = vec![0];
    if last == 0 {
        return steps;
    }
    let top = math::ln(last as f64);
    for index in 0..count {
        let share = if count == 1 {
            1.0
        } else {
            index as f64 / (count - 1) as f64
        };
        let step = (math::exp(top * share) + 0.5).floor() as u64;
        let step = step.clamp(1, last);
        if steps.last() != Some(&step) {
            steps.push(step);
        }
    }
    steps
}

impl FromStr for RecordSchedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = "write last, log:N, every:N or steps as in 1,10,100";
        let positive =
            |number: &str| match crate::settings::value::Value::from_word(number).as_whole() {
                Some(0) => Err(format!("\"{text}\" records nothing: N is at least 1")),
                Some(n) if n <= MAXIMUM => Ok(n),
                Some(_) => Err(format!("\"{text}\" is more than {MAXIMUM} records")),
                None => Err(format!("\"{text}\" is not a record schedule; {hint}")),
            };
        match text.trim().split_once(':') {
            None if text.trim() == "last" => Ok(Self::Last),
            Some(("log", count)) => Ok(Self::Log(positive(count)?)),
            Some(("every", every)) => Ok(Self::Every(positive(every)?)),
            Some(_) => Err(format!("\"{text}\" is not a record schedule; {hint}")),
            None => {
                let steps = text
                    .split(',')
                    .map(|word| crate::settings::value::Value::from_word(word).as_whole());
                let steps: Option<Vec<u64>> = steps.collect();
                Self::from_steps(
                    steps.ok_or_else(|| format!("\"{text}\" is not a record schedule; {hint}"))?,
                )
            }
        }
    }
}

impl RecordSchedule {
    /// The steps listed, sorted, repetitions dropped.
    pub fn from_steps(mut steps: Vec<u64>) -> Result<Self, String> {
        if steps.is_empty() {
            return Err("no steps are listed; write last for the last step only".to_owned());
        }
        steps.sort_unstable();
        steps.dedup();
        Ok(Self::Steps(steps))
    }
}

impl fmt::Display for RecordSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last => f.write_str("last"),
            Self::Log(count) => write!(f, "log:{count}"),
            Self::Every(every) => write!(f, "every:{every}"),
            Self::Steps(steps) => {
                let words: Vec<String> = steps.iter().map(u64::to_string).collect();
                f.write_str(&words.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str, last: u64) -> Vec<u64> {
        text.parse::<RecordSchedule>().unwrap().steps(last).unwrap()
    }

    #[test]
    fn schedules_become_steps() {
        assert_eq!(steps("last", 1000), [1000]);
        assert_eq!(steps("log:4", 1000), [0, 1, 10, 100, 1000]);
        assert_eq!(steps("log:64", 3), [0, 1, 2, 3]);
        assert_eq!(steps("log:1", 7), [0, 7]);
        assert_eq!(steps("log:5", 1), [0, 1]);
        for text in ["last", "log:1", "log:64", "every:4", "0"] {
            assert_eq!(steps(text, 0), [0], "{text}");
        }
        assert_eq!(steps("every:4", 10), [0, 4, 8, 10]);
        assert_eq!(steps("every:5", 10), [0, 5, 10]);
        assert_eq!(steps("100,1,10,10", 1000), [1, 10, 100, 1000]);
        assert_eq!(steps("0,1000", 1000), [0, 1000]);
    }

    #[test]
    fn sixty_four_geometric_steps_of_a_thousand() {
        let steps = steps("log:64", 1000);
        assert_eq!((steps[0], steps[1], *steps.last().unwrap()), (0, 1, 1000));
        assert!(steps.windows(2).all(|pair| pair[0] < pair[1]));
        // Rounding merges the first few: 1, 1.12, 1.25, 1.39 are all step 1.
        assert_eq!(steps.len(), 53);
    }

    #[test]
    fn impossible_schedules_are_refused() {
        for text in [
            "", "log:0", "every:0", "every:-1", "log:x", "first", "1,x", "log", "1:2", "log:1e18",
        ] {
            assert!(text.parse::<RecordSchedule>().is_err(), "{text}");
        }
        let beyond = RecordSchedule::Steps(vec![1, 2000])
            .steps(1000)
            .unwrap_err();
        assert!(
            beyond.contains("2000") && beyond.contains("1000"),
            "{beyond}"
        );
        assert!(RecordSchedule::Every(1).steps(MAXIMUM * 2).is_err());
    }

    #[test]
    fn schedules_are_written_as_they_are_read() {
        for text in ["last", "log:64", "every:100", "1,10,100"] {
            assert_eq!(text.parse::<RecordSchedule>().unwrap().to_string(), text);
        }
    }
}
