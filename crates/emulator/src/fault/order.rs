//! Parses the faults of the control API.

use serde_json::Value;

use super::{Fault, FaultKind, Filter};

const NAMES: [&str; 21] = [
    "kind",
    "method",
    "path",
    "nth",
    "count",
    "every",
    "rate",
    "seed",
    "status",
    "code",
    "message",
    "retry_after",
    "as_date",
    "milliseconds",
    "reads",
    "id",
    "body",
    "name",
    "value",
    "after",
    "list",
];

impl Fault {
    /// Parses a fault of the control API.
    ///
    /// # Errors
    /// Says what is missing or unknown.
    pub fn from_json(order: &Value) -> Result<Self, String> {
        let map = order.as_object().ok_or("the body is not a JSON object")?;
        if let Some(name) = map.keys().find(|name| !NAMES.contains(&name.as_str())) {
            return Err(format!("unknown name '{name}'. Known names are {}", NAMES.join(", ")));
        }
        let number = |name: &str| match &order[name] {
            Value::Null => Ok(None),
            value => value.as_u64().map(Some).ok_or(format!("{name} is not a number")),
        };
        let mut fault = Self::new(kind(order)?).nth(number("nth")?.unwrap_or(1));
        fault.filter = filter(order);
        fault.after = order["after"].is_object().then(|| filter(&order["after"]));
        if let Some(every) = number("every")? {
            fault = fault.every(every);
        }
        if !order["rate"].is_null() {
            let rate = order["rate"].as_f64().filter(|rate| (0.0..=1.0).contains(rate));
            let rate = rate.ok_or("rate is not a number between 0 and 1")?;
            fault = fault.chance(rate, number("seed")?.unwrap_or_default());
        }
        Ok(match number("count")? {
            Some(count) => fault.count(count),
            None => fault,
        })
    }
}

/// Parses the method and the path of a fault, or of the request that it waits for.
fn filter(order: &Value) -> Filter {
    let text = |name: &str| order[name].as_str().map(str::to_owned);
    Filter { method: text("method"), path: text("path") }
}

fn kind(order: &Value) -> Result<FaultKind, String> {
    let text = |name: &str, default: &str| order[name].as_str().unwrap_or(default).to_owned();
    let need = |name: &str| {
        order[name].as_str().map(str::to_owned).ok_or_else(|| format!("{name} is missing"))
    };
    let id = || need("id");
    let number = |name: &str| order[name].as_u64().ok_or(format!("{name} is not a number"));
    let reads = || u32::try_from(number("reads")?).map_err(|error| error.to_string());
    Ok(match order["kind"].as_str().ok_or("kind is missing")? {
        "status" => refusal(order)?,
        "reset_before" => FaultKind::ResetBefore,
        "reset_after" => FaultKind::ResetAfter,
        "hang" => FaultKind::Hang,
        "delay" => FaultKind::Delay { milliseconds: number("milliseconds")? },
        "truncate" => FaultKind::Truncate,
        "garbage" => FaultKind::Garbage,
        "html" => FaultKind::Html { status: status(order, 502)? },
        "fail_operation" => FaultKind::FailOperation {
            code: text("code", "InternalServerError"),
            message: text("message", "The emulator failed this request because of a fault."),
        },
        "never_end" => FaultKind::NeverEnd,
        "expired_token" => FaultKind::ExpiredToken,
        "hide_after_create" => FaultKind::HideAfterCreate { reads: reads()? },
        "stale_reads" => FaultKind::StaleReads { reads: reads()? },
        "header" => FaultKind::Header { name: need("name")?, value: need("value")? },
        "etag_conflict" => FaultKind::EtagConflict,
        "change" => FaultKind::Change { id: id()?, change: order["body"].clone() },
        "add" => FaultKind::Add {
            id: id()?,
            list: order["list"].as_str().ok_or("list is missing")?.to_owned(),
            entry: order["body"].clone(),
        },
        "put" => FaultKind::Put { id: id()?, body: order["body"].clone() },
        "delete" => FaultKind::Delete { id: id()? },
        other => return Err(format!("unknown kind '{other}'")),
    })
}

fn refusal(order: &Value) -> Result<FaultKind, String> {
    let text = |name: &str, default: &str| order[name].as_str().unwrap_or(default).to_owned();
    let retry_after = match &order["retry_after"] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    Ok(FaultKind::Status {
        status: status(order, 500)?,
        code: text("code", "InternalServerError"),
        message: text("message", "The emulator failed this request because of a fault."),
        retry_after,
        as_date: order["as_date"].as_bool().unwrap_or_default(),
    })
}

fn status(order: &Value, default: u16) -> Result<u16, String> {
    match order["status"].as_u64().map(u16::try_from) {
        None => Ok(default),
        Some(Ok(status)) if (200..=599).contains(&status) => Ok(status),
        Some(_) => Err("status is not an HTTP status".to_owned()),
    }
}
