//! Zone names, and suffixes of public names, that contain placeholders in braces.

use super::words::place;
use crate::private_link::arm_types::ArmType;
use plugin::prelude::*;

/// Returns the parameter with the values of placeholders.
pub(super) fn placeholders() -> Parameter {
    Parameter {
        name: "placeholders",
        ty: Type::map(Type::String),
        description: "Values of the placeholders in a name, such as `{ regionName = \"eastus\" }` \
                      for `privatelink.{regionName}.azmk8s.io`.",
    }
}

/// Index of that argument.
const PLACEHOLDERS: usize = 3;

/// Returns the names of a type with the placeholders replaced.
///
/// # Errors
///
/// Returns an error if a placeholder has no value, or if a value has no placeholder.
pub(super) fn filled(
    names: &[&str],
    ty: &ArmType,
    given: Option<&Value>,
) -> Result<Vec<String>, FunctionError> {
    let has = |label: &str| names.iter().any(|name| name.contains(&format!("{{{label}}}")));
    let labels = given.and_then(Value::as_map).into_iter().flatten();
    if let Some((label, _)) = labels.into_iter().find(|(label, _)| !has(label)) {
        let wrong = format!("no name of {} has the placeholder {{{label}}}", ty.name);
        return Err(FunctionError::argument(place(PLACEHOLDERS), wrong));
    }
    names.iter().map(|name| one(name, given)).collect()
}

fn one(name: &str, given: Option<&Value>) -> Result<String, FunctionError> {
    let label = |label: &str| {
        let Some(known) = label.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
            return Ok(label.to_owned());
        };
        let value = given.and_then(|given| given.get(known).as_str()).unwrap_or_default();
        if value.is_empty() {
            let wrong = format!("the name {name} needs a value: add {{ {known} = \"...\" }}");
            return Err(FunctionError::new(wrong));
        }
        Ok(value.to_owned())
    };
    let labels: Result<Vec<String>, _> = name.split('.').map(label).collect();
    Ok(labels?.join("."))
}
