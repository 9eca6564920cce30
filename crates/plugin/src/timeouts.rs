//! The `timeouts` block of resources.

use crate::model::Model;
use crate::schema::{Check, Facts, Member, Nested, Nesting};
use crate::value::Value;
use std::time::Duration;

/// Default timeouts of the operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Timeout of a create.
    pub create: Duration,
    /// Timeout of a read.
    pub read: Duration,
    /// Timeout of an update.
    pub update: Duration,
    /// Timeout of a delete.
    pub delete: Duration,
}

/// Operation on a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Create.
    Create,
    /// Read.
    Read,
    /// Update.
    Update,
    /// Delete.
    Delete,
}

impl Timeouts {
    /// Creates equal timeouts for the writing operations, and five minutes for reads.
    pub const fn minutes(minutes: u64) -> Self {
        let writing = Duration::from_secs(minutes * 60);
        Self { create: writing, read: Duration::from_secs(300), update: writing, delete: writing }
    }

    /// Creates the timeout of a data source.
    pub(crate) const fn reading(read: Duration) -> Self {
        Self { create: read, read, update: read, delete: read }
    }

    /// Returns the timeout of one operation, given the value of the resource or its configuration.
    pub(crate) fn of(&self, action: Action, value: &Value) -> Duration {
        let (name, default) = match action {
            Action::Create => ("create", self.create),
            Action::Read => ("read", self.read),
            Action::Update => ("update", self.update),
            Action::Delete => ("delete", self.delete),
        };
        let given = value.get("timeouts").get(name).as_str().and_then(|text| parse(text).ok());
        given.unwrap_or(default)
    }
}

/// Durations such as `30m`, `1h30m` or `90s`.
#[derive(Model)]
struct Block {
    /// Time limit for creating the resource, such as `30m` or `1h30m`.
    #[tf(check = Check::text(rule))]
    create: Option<String>,
    /// Time limit for reading the resource.
    #[tf(check = Check::text(rule))]
    read: Option<String>,
    /// Time limit for updating the resource.
    #[tf(check = Check::text(rule))]
    update: Option<String>,
    /// Time limit for deleting the resource.
    #[tf(check = Check::text(rule))]
    delete: Option<String>,
}

/// Returns the block type as a member of a resource.
pub(crate) fn member() -> Member {
    let facts = Facts::new("timeouts", "Time limits of the operations.");
    Member::Block(Nested { facts, nesting: Nesting::Single, block: Block::block() })
}

/// Durations such as `5m` or `90s`.
#[derive(Model)]
struct ReadBlock {
    /// Time limit for reading, such as `5m`.
    #[tf(check = Check::text(rule))]
    read: Option<String>,
}

/// Returns the block type as a member of a data source.
pub(crate) fn read_member() -> Member {
    let facts = Facts::new(
        "timeouts",
        "Time limit of the read. A read that exceeds its limit \
                                        fails.",
    );
    Member::Block(Nested { facts, nesting: Nesting::Single, block: ReadBlock::block() })
}

fn rule(text: &str) -> Result<(), String> {
    parse(text).map(|_| ())
}

/// Returns the check that a text is a duration.
pub fn duration() -> Check {
    Check::text(rule)
}

/// Parses a duration in Go's form: decimal numbers, each with a unit.
///
/// # Errors
///
/// Returns what is wrong with the text and what is allowed.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!(
            "{text:?} is not a duration. Set a value such as \"30m\", \"1h30m\", or \
                    \"90s\"."
        )
    };
    let mut seconds = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, after) = rest.split_at(digits);
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let (unit, after) = UNITS
            .iter()
            .find_map(|(name, unit)| after.strip_prefix(name).map(|after| (unit, after)))
            .ok_or_else(wrong)?;
        seconds += number * unit;
        rest = after;
    }
    if seconds <= 0.0 {
        return Err(wrong());
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// Units in seconds. A unit precedes the units that it begins with.
const UNITS: [(&str, f64); 6] =
    [("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("h", 3600.0), ("m", 60.0), ("s", 1.0)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_parsed_in_gos_form() {
        let check = |text: &str, seconds: f64| {
            assert_eq!(parse(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        };
        check("30m", 1800.0);
        check("1h30m", 5400.0);
        check("90s", 90.0);
        check("1.5h", 5400.0);
        check("1500ms", 1.5);
        for wrong in
            ["", "5", "m", "0s", "-5m", "5 m", "1d", "1h-5m", "1..5h", "999999999999999999999h"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_configuration_takes_precedence_over_the_default() {
        let timeouts = Timeouts::minutes(30);
        let given = Value::map([("timeouts", Value::map([("create", "5s".into())]))]);
        assert_eq!(timeouts.of(Action::Create, &given), Duration::from_secs(5));
        assert_eq!(timeouts.of(Action::Delete, &given), Duration::from_secs(1800));
        assert_eq!(timeouts.of(Action::Read, &Value::Null), Duration::from_secs(300));
    }
}
