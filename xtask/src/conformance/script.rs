//! Parser of `az.txt`, the list of commands.

use std::collections::BTreeMap;

/// Expected result of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The command succeeds.
    Success,
    /// The command prints exactly this text.
    Output(String),
    /// The command fails, and its output contains this text.
    Failure(String),
    /// The command prints a value, which later commands use by this name.
    Variable(String),
}

/// A command with its expected result.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Arguments, with placeholders for variables.
    pub(crate) line: String,
    pub(crate) wanted: Wanted,
}

/// Parses all commands.
pub(crate) fn read(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines().map(str::trim) {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        let wanted = match mark {
            "" | "#" => continue,
            "=" => Wanted::Output(rest.to_owned()),
            "!" => Wanted::Failure(rest.to_owned()),
            ">" => Wanted::Variable(rest.to_owned()),
            _ => {
                steps.push(Step { line: line.to_owned(), wanted: Wanted::Success });
                continue;
            }
        };
        if let Some(step) = steps.last_mut() {
            step.wanted = wanted;
        }
    }
    steps
}

/// Replaces the placeholders by the values of the variables.
pub(crate) fn fill(text: &str, variables: &BTreeMap<String, String>) -> String {
    variables
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_parses_commands_and_expectations() {
        let steps = read("# a remark\n\ngroup list\n= rg\nlogout\nshow {id}\n! NotFound\n");
        let step = |line: &str, wanted| Step { line: line.to_owned(), wanted };
        let wanted = [
            step("group list", Wanted::Output("rg".to_owned())),
            step("logout", Wanted::Success),
            step("show {id}", Wanted::Failure("NotFound".to_owned())),
        ];
        assert_eq!(steps, wanted);
    }

    #[test]
    fn fill_replaces_variables() {
        let variables = BTreeMap::from([("id".to_owned(), "/a".to_owned())]);
        let line = fill("rest --url {id} --body '{\"a\": 1}'", &variables);
        assert_eq!(line, "rest --url /a --body '{\"a\": 1}'");
    }
}
