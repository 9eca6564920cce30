//! Values that may be given as such, in a file, or both.

use super::inputs::Given;
use azure::credential::{Secret, SecretSource};
use plugin::prelude::*;

/// The value of a file, trimmed.
pub(super) fn contents(file: &Given) -> Result<Given, Diagnostic> {
    let read = SecretSource::File(file.value.clone().into()).read();
    let value = read.map_err(|fault| unreadable(file, &fault.to_string()))?;
    Ok(Given { value: value.expose().to_owned(), ..file.clone() })
}

fn unreadable(file: &Given, fault: &str) -> Diagnostic {
    let (name, origin) = (file.name, file.origin);
    Diagnostic::error(
        format!("`{name}` names a file that gives nothing"),
        format!("{fault} The path is from {origin}."),
    )
    .at(Path::of(name))
}

/// A secret that may be given as a value, as a file, or as both if they say the same. Of both, the
/// file is used: it may change. White space around it is none of it, wherever it comes from.
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

/// Two sources of the same thing must say the same.
pub(super) fn agree(
    name: &str,
    one: Option<Given>,
    other: Option<Given>,
) -> Result<Option<Given>, Diagnostic> {
    match (one, other) {
        (Some(one), Some(other)) if one.value != other.value => {
            let detail = format!(
                "One is `{}` from {}, the other is `{}` from {}. Give one of them, or the same in \
                 both.",
                one.name, one.origin, other.name, other.origin
            );
            let summary = format!("`{name}` is given twice, and differently");
            Err(Diagnostic::error(summary, detail).at(Path::of(name)))
        }
        (one, other) => Ok(one.or(other)),
    }
}
