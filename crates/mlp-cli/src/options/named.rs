//! Keys in messages, by the names that the user knows them by.

use mlp_train::key::Key;

/// A message on settings with `--check-every` for `check_every`, where the arguments of the command are options and do not name the key
/// itself, as `--sweep` does. What a file of an experiment or a run directory holds has keys.
pub fn keys_by_option(message: &str, arguments: &[String]) -> String {
    let is_of_file = |command: &String| ["run", "resume", "verify", "replay"].contains(&&**command);
    if arguments.first().is_none_or(is_of_file) {
        return message.to_owned();
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.`\"".contains(c);
    let mut told = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(start) = rest.find(is_part) {
        let length = rest[start..]
            .find(|c| !is_part(c))
            .unwrap_or(rest.len() - start);
        let (before, behind) = rest.split_at(start);
        let (word, behind) = behind.split_at(length);
        told.push_str(before);
        let is_key = word.contains('_') && !behind.starts_with('=');
        let is_written = || arguments.iter().any(|argument| argument.contains(word));
        let key = Key::parse(word).ok().filter(|_| is_key && !is_written());
        match key.and_then(|key| key.info().option) {
            Some(option) => told.extend(["--", option]),
            None => told.push_str(word),
        }
        rest = behind;
    }
    told + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_options_where_options_are_written() {
        let told = |message, arguments: &str| {
            let arguments: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
            keys_by_option(message, &arguments)
        };
        let message = "check_every has no effect without a stopping rule; give patience too";
        assert_eq!(
            told(message, "train moons --check-every 5"),
            "--check-every has no effect without a stopping rule; give patience too"
        );
        for (message, arguments) in [
            (message, "run experiment.toml"),
            (
                "learning_rate has 2 values",
                "population moons --sweep learning_rate=1,2",
            ),
            (
                "at learning_rate=0.1: `check_every` and train_loss, training.check_every_x",
                "train moons",
            ),
        ] {
            assert_eq!(told(message, arguments), message);
        }
    }
}
