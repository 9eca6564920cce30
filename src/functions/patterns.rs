//! Names of zones, and ends of public names, that have labels in braces.

use super::words::place;
use crate::private_link::arm_types::ArmType;
use plugin::prelude::*;

/// The argument that says what stands for the labels.
pub(super) fn placeholders() -> Parameter {
    Parameter {
        name: "placeholders",
        ty: Type::map(Type::String),
        description: "What stands for the labels in braces of a name, such as \
                      `{ regionName = \"eastus\" }` for \
                      `privatelink.{regionName}.azmk8s.io`.",
    }
}

/// Where that argument stands.
const PLACEHOLDERS: usize = 3;

/// The names of a type, with what is given for their labels in braces.
///
/// # Errors
///
/// That a label lacks a value, or that a value is for no label.
pub(super) fn filled(
    names: &[&str],
    ty: &ArmType,
    given: Option<&Value>,
) -> Result<Vec<String>, FunctionError> {
    let has = |label: &str| names.iter().any(|name| name.contains(&format!("{{{label}}}")));
    let labels = given.and_then(Value::as_map).into_iter().flatten();
    if let Some((label, _)) = labels.into_iter().find(|(label, _)| !has(label)) {
        let wrong = format!("no name of {} has a label {{{label}}}", ty.name);
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
