//! Arguments whose values come from a known set, and the errors for other values.

use crate::private_link::environment::{ENVIRONMENTS, Environment};
use crate::private_link::services::{Service, service, types};
use crate::validators::nearest;
use plugin::prelude::*;

/// Returns the text argument at an index.
pub(super) fn text(arguments: &[Value], index: usize) -> &str {
    let argument = arguments.get(index).and_then(Value::as_str);
    argument.unwrap_or_default()
}

/// Returns the cloud that an argument names.
pub(super) fn environment(arguments: &[Value], index: usize) -> Result<Environment, FunctionError> {
    let name = text(arguments, index);
    Environment::by_name(name).ok_or_else(|| {
        FunctionError::argument(place(index), unknown("environment", name, ENVIRONMENTS))
    })
}

/// Returns the service whose type an argument names.
pub(super) fn resource_type(
    arguments: &[Value],
    index: usize,
) -> Result<&'static Service, FunctionError> {
    let ty = text(arguments, index);
    service(ty).ok_or_else(|| {
        let wrong = unknown("resource type for private endpoints", ty, types());
        FunctionError::argument(place(index), wrong)
    })
}

/// Returns the parameters of a function about a group of a type in a cloud.
pub(super) fn of_group() -> Vec<Parameter> {
    vec![
        Parameter::text(
            "resource_type",
            "A resource type in any casing, such as `Microsoft.KeyVault/vaults`.",
        ),
        Parameter::text(
            "group_id",
            "Group ID: the part of the resource that the endpoint reaches, such as \
                          `vault`. The function `private_link_group_ids` lists the group IDs of \
                          a type.",
        ),
        Parameter::text(
            "environment",
            "Cloud. Possible values are `public`, `usgovernment` and `china`.",
        ),
    ]
}

/// Returns the group ID that an argument names, of the type that another argument names.
pub(super) fn group(
    arguments: &[Value],
    of_type: usize,
    index: usize,
) -> Result<&str, FunctionError> {
    let service = resource_type(arguments, of_type)?;
    let group = text(arguments, index);
    if service.suffixes(group).next().is_some() || !service.has_known_groups() {
        return Ok(group);
    }
    let what = format!("group ID of {}", service.arm_type.name);
    let unknown = unknown(&what, group, &service.group_ids());
    Err(FunctionError::argument(place(index), unknown))
}

/// The maximum number of values in an error.
const MOST_WORDS: usize = 12;

/// Returns the error of an unknown value, with the known values and the nearest of them.
pub(super) fn unknown(what: &str, word: &str, allowed: &[&str]) -> String {
    let nearest = nearest(word, allowed);
    let hint = nearest.map_or_else(String::new, |known| format!("; did you mean {known:?}?"));
    if allowed.len() > MOST_WORDS {
        return format!("there is no {what} {word:?} among the {} known{hint}", allowed.len());
    }
    format!("there is no {what} {word:?}, only {}{hint}", allowed.join(", "))
}

/// Converts an index to the protocol's type.
pub(super) fn place(index: usize) -> i64 {
    i64::try_from(index).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_a_near_value() {
        for (word, hint) in [
            ("usgoverment", Some("usgovernment")),
            ("Chinaa", Some("china")),
            ("", None),
            ("german", None),
        ] {
            let said = unknown("environment", word, ENVIRONMENTS);
            let expected = hint.map(|hint| format!("did you mean {hint:?}?"));
            match expected {
                Some(expected) => assert!(said.ends_with(&expected), "{said}"),
                None => assert!(said.ends_with("public, usgovernment, china"), "{said}"),
            }
        }
    }
}
