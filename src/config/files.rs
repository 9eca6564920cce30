//! Values that can be set directly, in a file, or both.

use super::inputs::Given;
use azure::credential::{Secret, SecretSource};
use plugin::prelude::*;

/// Returns the trimmed content of a file.
pub(super) fn contents(file: &Given) -> Result<Given, Diagnostic> {
    let read = SecretSource::File(file.value.clone().into()).read();
    let value = read.map_err(|fault| unreadable(file, &fault.to_string()))?;
    Ok(Given { value: value.expose().to_owned(), ..file.clone() })
}

fn unreadable(file: &Given, fault: &str) -> Diagnostic {
    let (name, origin) = (file.name, file.origin);
    Diagnostic::error(
        format!("`{name}` names a file that cannot be used"),
        format!("{fault} The path comes from {origin}."),
    )
    .at(Path::of(name))
}

/// Returns the source of a secret that can be set as a value, as a file, or as both with equal
/// content. A file takes precedence, because its content can change. Surrounding white space is
/// ignored.
pub(super) fn source(
    name: &'static str,
    value: Option<Given>,
    file: Option<Given>,
) -> Result<Option<(Given, SecretSource)>, Diagnostic> {
    let trimmed = |it: Given| Given { value: it.value.trim().to_owned(), ..it };
    match (value.map(trimmed).filter(|it| !it.value.is_empty()), file) {
        (value, Some(file)) => {
            agree(name, value, Some(contents(&file)?))?;
            let source = SecretSource::File(file.value.clone().into());
            Ok(Some((file, source)))
        }
        (Some(value), None) => {
            let source = SecretSource::Value(Secret::new(value.value.clone()));
            Ok(Some((value, source)))
        }
        (None, None) => Ok(None),
    }
}

/// Returns the only input of two, or an error if both are set and differ.
pub(super) fn agree(
    name: &str,
    one: Option<Given>,
    other: Option<Given>,
) -> Result<Option<Given>, Diagnostic> {
    match (one, other) {
        (Some(one), Some(other)) if one.value != other.value => {
            let detail = format!(
                "`{}` from {} and `{}` from {} have different values. Remove one of them, or set \
                 both to the same value.",
                one.name, one.origin, other.name, other.origin
            );
            let summary = format!("`{name}` has two different values");
            Err(Diagnostic::error(summary, detail).at(Path::of(name)))
        }
        (one, other) => Ok(one.or(other)),
    }
}
