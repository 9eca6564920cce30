//! Conditions of a write: `If-Match` and `If-None-Match`.

use serde_json::Value;

use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::world::type_info::{Etag, TypeInfo};

/// Refuses a write whose condition does not hold, if the type supports conditions.
pub(super) fn precondition(
    info: &TypeInfo,
    request: &HttpRequest,
    before: Option<&Value>,
) -> Result<(), ArmError> {
    let dns = matches!(info.etag, Etag::Bare | Etag::Quoted | Etag::Record);
    if !dns && !matches!(info.etag, Etag::Weak | Etag::Matched) {
        return Ok(());
    }
    let code = match info.etag {
        Etag::Matched => "IfMatchPreconditionFailed",
        _ => "PreconditionFailed",
    };
    let failed = |message: String| {
        let error = ArmError::new(412, code, message);
        Err(match info.etag {
            // Zones and links accept the request, and the operation fails.
            Etag::Bare | Etag::Quoted => error.in_operation(),
            Etag::Record => error.without_envelope(),
            _ => error,
        })
    };
    let current = before.and_then(|before| before["etag"].as_str()).unwrap_or_default();
    if dns && request.header("if-none-match") == Some("*") && before.is_some() {
        let resource_type = info.short();
        return failed(format!(
            "The {resource_type} exists already and hence cannot be created again."
        ));
    }
    match request.header("if-match") {
        None => Ok(()),
        Some("*") if before.is_some() => Ok(()),
        Some(wanted) if before.is_some() && bare(wanted) == bare(current) => Ok(()),
        Some(wanted) => failed(format!(
            "The condition '{wanted}' in the If-Match header was not satisfied. The current was \
             '{current}'."
        )),
    }
}

fn bare(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}
