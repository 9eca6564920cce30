//! The list of commands in `az.txt`: how a line is read.

use std::collections::BTreeMap;

/// What a command must do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Succeed.
    Success,
    /// Print exactly this.
    Output(String),
    /// Fail, and say this.
    Failure(String),
    /// Print what later commands call by this name.
    Variable(String),
}

/// One command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The arguments, with their variables in them still.
    pub(crate) line: String,
    pub(crate) wanted: Wanted,
}

/// Reads all commands.
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

/// Puts the variables' values in.
pub(crate) fn fill(text: &str, variables: &BTreeMap<String, String>) -> String {
    variables
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_and_what_it_must_do() {
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
    fn variables_are_filled_in() {
        let variables = BTreeMap::from([("id".to_owned(), "/a".to_owned())]);
        let line = fill("rest --url {id} --body '{\"a\": 1}'", &variables);
        assert_eq!(line, "rest --url /a --body '{\"a\": 1}'");
    }
}
