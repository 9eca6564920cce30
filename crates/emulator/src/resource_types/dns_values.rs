//! Checks of the values in record sets.
//!
//! Addresses are returned as they were written: azurerm's own tests write
//! `fd5d:70bc:930e:d008:0000:0000:0000:7334`, compare texts, and pass.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde_json::Value;

use crate::arm_error::ArmError;
use crate::body;
use crate::cloud::Cloud;
use crate::world::type_info::TypeInfo;

/// Maximum length of one string of a TXT record, in characters.
const TEXT: usize = 255;

/// Description of a record type's values.
#[derive(Clone, Copy)]
pub(super) struct RecordValues {
    /// Property with the records: a list (`aRecords`) or one object (`cnameRecord`).
    pub(super) property: &'static str,
    /// Refuses a record at a path such as `properties.aRecords[0]`.
    pub(super) check: fn(&TypeInfo, &str, &Value) -> Result<(), ArmError>,
}

impl RecordValues {
    /// Refuses a value that is not a list, a list that is too long, and records of the wrong form.
    pub(super) fn check_all(&self, info: &TypeInfo, value: &Value) -> Result<(), ArmError> {
        let path = format!("properties.{}", self.property);
        if self.property.ends_with("Record") {
            return match value {
                Value::Null => Ok(()),
                Value::Object(_) => (self.check)(info, &path, value),
                _ => Err(body::wrong_type(info, &path, "an object")),
            };
        }
        let list = body::items(info, &path, value)?;
        if list.len() > 20 {
            return Err(bad("A record set may hold at most 20 records."));
        }
        let check = |(index, entry)| (self.check)(info, &format!("{path}[{index}]"), entry);
        list.iter().enumerate().try_for_each(check)
    }
}

/// Checks `{"ipv4Address": "10.0.0.4"}`.
pub(super) fn ipv4(_facts: &TypeInfo, _path: &str, record: &Value) -> Result<(), ArmError> {
    address::<Ipv4Addr>(&record["ipv4Address"])
}

/// Checks `{"ipv6Address": "fd00::4"}`.
pub(super) fn ipv6(_facts: &TypeInfo, _path: &str, record: &Value) -> Result<(), ArmError> {
    address::<Ipv6Addr>(&record["ipv6Address"])
}

/// Checks `{"cname": "host.example"}`. An empty object is an empty record set.
pub(super) fn alias(_facts: &TypeInfo, _path: &str, record: &Value) -> Result<(), ArmError> {
    if record["cname"].is_null() { Ok(()) } else { domain(&record["cname"]) }
}

/// Checks `{"preference": 10, "exchange": "mail.example"}`.
pub(super) fn mail(info: &TypeInfo, path: &str, record: &Value) -> Result<(), ArmError> {
    short(info, path, record, "preference")?;
    domain(&record["exchange"])
}

/// Checks `{"ptrdname": "host.example"}`.
pub(super) fn pointer(_facts: &TypeInfo, _path: &str, record: &Value) -> Result<(), ArmError> {
    domain(&record["ptrdname"])
}

/// Checks `{"priority": 1, "weight": 1, "port": 443, "target": "host.example"}`.
pub(super) fn service(info: &TypeInfo, path: &str, record: &Value) -> Result<(), ArmError> {
    for name in ["priority", "weight", "port"] {
        short(info, path, record, name)?;
    }
    domain(&record["target"])
}

/// Checks `{"value": ["a string", "another"]}`, which resolvers read as one text.
pub(super) fn text(info: &TypeInfo, path: &str, record: &Value) -> Result<(), ArmError> {
    let path = format!("{path}.value");
    for (index, part) in body::items(info, &path, &record["value"])?.iter().enumerate() {
        let Some(part) = part.as_str() else {
            return Err(body::wrong_type(info, &format!("{path}[{index}]"), "a string"));
        };
        if part.chars().count() > TEXT {
            let text = format!("The value '{part}' is longer than {TEXT} characters.");
            return Err(bad(text));
        }
    }
    Ok(())
}

/// Accepts anything. The properties of a start of authority are only checked by name.
pub(super) fn any(_facts: &TypeInfo, _path: &str, _record: &Value) -> Result<(), ArmError> {
    Ok(())
}

/// Refuses texts with more than 4096 characters in all, or 1024 in sovereign clouds.
pub(super) fn check_texts(cloud: &Cloud, records: &Value) -> Result<(), ArmError> {
    let most = if cloud.is_public() { 4096 } else { 1024 };
    let records = records.as_array().into_iter().flatten();
    let parts = records.flat_map(|record| record["value"].as_array().into_iter().flatten());
    let length: usize = parts.filter_map(Value::as_str).map(|part| part.chars().count()).sum();
    if length <= most {
        return Ok(());
    }
    Err(bad(format!(
        "The combined length of all TXT records in a record set may not exceed {most} characters."
    )))
}

fn bad(text: impl Into<String>) -> ArmError {
    ArmError::bad("BadRequest", text)
}

fn address<T: FromStr>(value: &Value) -> Result<(), ArmError> {
    let text = value.as_str().unwrap_or_default();
    match text.parse::<T>() {
        Ok(_) => Ok(()),
        Err(_) => Err(bad(format!("The IP address '{text}' is not valid."))),
    }
}

fn short(info: &TypeInfo, path: &str, record: &Value, name: &str) -> Result<(), ArmError> {
    if record[name].as_u64().is_some_and(|number| number <= u64::from(u16::MAX)) {
        return Ok(());
    }
    Err(body::wrong_type(info, &format!("{path}.{name}"), "a number from 0 to 65535"))
}

/// Checks a name of labels separated by dots. A final dot is allowed.
fn domain(value: &Value) -> Result<(), ArmError> {
    let text = value.as_str().unwrap_or_default();
    let name = text.strip_suffix('.').unwrap_or(text);
    let letter = |c: char| c.is_ascii_alphanumeric() || "-_*".contains(c);
    let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(letter);
    if name.len() <= 253 && name.split('.').all(label) {
        return Ok(());
    }
    Err(bad(format!("The domain name '{text}' is invalid.")))
}
