//! The levels of the checks in the provider's configuration.

use crate::codes::{self, Code, Level};
use crate::validators::nearest;
use plugin::prelude::*;
use std::collections::BTreeMap;

/// Names of the levels.
pub const LEVELS: &[&str] = &["enforce", "warn", "off"];

/// The levels of the checks: the general one, and those of single checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckLevels {
    general: Option<String>,
    own: BTreeMap<String, String>,
    /// `true` while the levels are unknown.
    pending: bool,
}

impl CheckLevels {
    /// Reads the levels of a configuration. While they are unknown, no check runs.
    pub fn of(config: &Value) -> Self {
        let (general, own) = (config.get("checks"), config.get("check_overrides"));
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let own_words = own.as_map().into_iter().flatten();
        Self {
            general: word(general),
            own: own_words.filter_map(|(code, it)| Some((code.clone(), word(it)?))).collect(),
            pending: general.has_unknown() || own.has_unknown(),
        }
    }

    /// Returns the level of a check.
    pub fn level(&self, code: Code) -> Level {
        let rule = code.rule();
        if self.pending {
            return Level::Off;
        }
        if let Some(own) = self.own.get(rule.name) {
            return level(own);
        }
        rule.level.min(self.general.as_deref().map_or(Level::Enforce, level))
    }

    /// Returns `true` if any of these checks runs.
    pub fn makes(&self, codes: &[Code]) -> bool {
        codes.iter().any(|code| self.level(*code) > Level::Off)
    }

    /// Returns `true` if any check runs.
    pub fn makes_any(&self) -> bool {
        codes::checks().any(|rule| self.makes(&[rule.code]))
    }

    /// Returns `true` if the configuration turns all checks off.
    pub fn is_off(&self) -> bool {
        self.pending || self.general.as_deref() == Some("off")
    }
}

fn level(word: &str) -> Level {
    match word {
        "off" => Level::Off,
        "warn" => Level::Warn,
        _ => Level::Enforce,
    }
}

/// Checks that the keys of `check_overrides` are codes of checks and its values levels.
pub fn overrides() -> Check {
    Check::new(|value| {
        let names: Vec<&str> = codes::checks().map(|rule| rule.name).collect();
        for (code, level) in value.as_map().into_iter().flatten() {
            if !names.contains(&code.as_str()) {
                let hint = nearest(code, &names).map(|it| format!(" Did you mean {it}?"));
                let (first, last) = (names.first(), names.last());
                return Err(format!(
                    "There is no check {code:?}. The codes are {} to {}; the guide \"Checks\" \
                     lists them.{}",
                    first.unwrap_or(&""),
                    last.unwrap_or(&""),
                    hint.unwrap_or_default(),
                ));
            }
            if level.as_str().is_some_and(|word| !LEVELS.contains(&word)) {
                let levels = LEVELS.join("\", \"");
                return Err(format!("The level of {code} must be one of \"{levels}\"."));
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(general: Option<&str>, own: &[(&str, &str)]) -> CheckLevels {
        let own = Value::map(own.iter().map(|(code, level)| (*code, Value::from(*level))));
        let general = general.map_or(Value::Null, Value::from);
        CheckLevels::of(&Value::map([("checks", general), ("check_overrides", own)]))
    }

    #[test]
    fn an_override_wins_over_the_general_level() {
        let rows = [
            (levels(None, &[]), Level::Enforce, Level::Warn),
            (levels(Some("enforce"), &[]), Level::Enforce, Level::Warn),
            (levels(Some("warn"), &[]), Level::Warn, Level::Warn),
            (levels(Some("off"), &[]), Level::Off, Level::Off),
            (levels(Some("off"), &[("AAI006", "enforce")]), Level::Off, Level::Enforce),
            (levels(None, &[("AAI001", "off"), ("AAI006", "off")]), Level::Off, Level::Off),
            (levels(None, &[("AAI001", "warn")]), Level::Warn, Level::Warn),
        ];
        for (levels, subresource, docker) in rows {
            assert_eq!(levels.level(Code::Subresource), subresource, "{levels:?}");
            assert_eq!(levels.level(Code::Docker), docker, "{levels:?}");
        }
    }

    #[test]
    fn no_check_runs_while_its_level_is_unknown() {
        let config = Value::map([("checks", Value::Unknown), ("check_overrides", Value::Null)]);
        assert!(!CheckLevels::of(&config).makes(&[Code::Subresource]));
        let config = Value::map([("checks", "warn".into()), ("check_overrides", Value::Null)]);
        assert_eq!(CheckLevels::of(&config).level(Code::Subresource), Level::Warn);
    }

    #[test]
    fn unknown_codes_are_rejected() {
        let run = |code: &str, level: &str| overrides().run(&Value::map([(code, level.into())]));
        assert_eq!(run("AAI006", "off"), Ok(()));
        assert!(run("AAI06", "off").is_err_and(|text| text.contains("Did you mean AAI00")));
        assert!(run("AAI006", "error").is_err_and(|text| text.contains("\"enforce\"")));
    }
}
