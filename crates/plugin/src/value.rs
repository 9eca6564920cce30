//! Values of Terraform: typed by the schema, possibly unknown, with exact numbers.

use crate::ty::Type;
use bigdecimal::{BigDecimal, ToPrimitive};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A value. The [`Type`] beside it says whether a list is a list, set, or tuple, and whether a map
/// is a map, object, or block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value.
    Null,
    /// Value that is known only after the apply.
    Unknown,
    /// Boolean.
    Bool(bool),
    /// Number.
    Number(Number),
    /// String.
    String(String),
    /// List, tuple, or set. A set is sorted and has no duplicates.
    List(Vec<Value>),
    /// Map, object, or block.
    Map(BTreeMap<String, Value>),
    /// Value with its type, where the schema says `any`.
    Dynamic(Box<(Type, Value)>),
}

/// Exact decimal number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(BigDecimal);

/// Maximum number of digits of a written number. Terraform's numbers have 512 bits.
const MAX_DIGITS: u64 = 10_000;

impl Number {
    /// Returns the number as an `i64`, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.is_integer().then(|| self.0.to_i64()).flatten()
    }

    /// Returns the number as a `u64`, if it is one.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.is_integer().then(|| self.0.to_u64()).flatten()
    }

    /// Returns the exact value of a float, or `None` for infinities and NaN.
    pub fn from_f64(float: f64) -> Option<Self> {
        BigDecimal::try_from(float).ok().as_ref().map(Self::normal)
    }

    fn normal(decimal: &BigDecimal) -> Self {
        Self(decimal.normalized())
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self::normal(&number.into())
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self::normal(&number.into())
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let wrong = || NotANumber(text.chars().take(40).collect());
        // Allow only digits and an exponent, because the parser below also accepts underscores.
        if text.bytes().any(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
        {
            return Err(wrong());
        }
        let number = Self::normal(&BigDecimal::from_str(text).map_err(|_| wrong())?);
        let (_, exponent) = number.0.as_bigint_and_exponent();
        let written_out = exponent.unsigned_abs().saturating_add(number.0.digits());
        if written_out > MAX_DIGITS { Err(wrong()) } else { Ok(number) }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.to_plain_string())
    }
}

/// Error of a text that is not a decimal number, or has too many digits.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is not a decimal number")]
pub struct NotANumber(pub String);

impl Value {
    /// Creates an object, map, or block.
    pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// Creates a set: sorted and without duplicates. Keeps equal elements with unknown values,
    /// because they may turn out to be different.
    pub fn set(mut elements: Vec<Value>) -> Self {
        elements.sort();
        elements.dedup_by(|left, right| left == right && !left.has_unknown());
        Self::List(elements)
    }

    /// Returns `true` if the value is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns `true` if the value is neither null nor unknown.
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Null | Self::Unknown)
    }

    /// Returns `true` if the value, or a value in it, is unknown.
    pub fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::List(elements) => elements.iter().any(Self::has_unknown),
            Self::Map(entries) => entries.values().any(Self::has_unknown),
            Self::Dynamic(inner) => inner.1.has_unknown(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => false,
        }
    }

    /// Returns the text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the value of a known Boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// Returns the value of a known number, if it is an `i64`.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// Returns the elements of a known list, set, or tuple.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the entries of a known map, object, or block.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Returns the entry with this name, null if it is missing, or unknown if this value is
    /// unknown.
    pub fn get(&self, name: &str) -> &Value {
        match self {
            Self::Map(entries) => entries.get(name).unwrap_or(&Self::Null),
            Self::Unknown => &Self::Unknown,
            _ => &Self::Null,
        }
    }

    /// Sets the entry with this name, if the value is a map, object, or block.
    pub fn set_entry(&mut self, name: &str, value: Value) {
        if let Self::Map(entries) = self {
            entries.insert(name.to_owned(), value);
        }
    }

    /// Replaces every unknown value by null.
    #[must_use]
    pub fn without_unknown(self) -> Self {
        match self {
            Self::Unknown => Self::Null,
            Self::List(elements) => {
                Self::List(elements.into_iter().map(Self::without_unknown).collect())
            }
            Self::Map(entries) => Self::Map(
                entries.into_iter().map(|(key, value)| (key, value.without_unknown())).collect(),
            ),
            Self::Dynamic(inner) => {
                let (ty, value) = *inner;
                Self::Dynamic(Box::new((ty, value.without_unknown())))
            }
            known => known,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(elements: Vec<T>) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_keeps_unknown_elements_that_may_differ() {
        let known = || Value::from("a");
        let set = Value::set(vec![Value::Unknown, known(), Value::Unknown, known()]);
        assert_eq!(set.as_list().map(<[Value]>::len), Some(3));
    }

    #[test]
    fn equal_numbers_have_one_plain_form() {
        let check = |text: &str, plain: &str| {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), plain, "{text}");
        };
        check("0.10", "0.1");
        check("1e20", "100000000000000000000");
        check("18446744073709551615", "18446744073709551615");
        check("-0.0", "0");
        assert_eq!("1.0".parse::<Number>(), "1".parse());
        assert_eq!(Number::from_f64(0.1).unwrap().to_string().len(), 57);
        assert_eq!(Number::from_f64(f64::NAN), None);
    }

    #[test]
    fn hostile_numbers_are_refused() {
        for text in
            ["", "abc", "1e999999999", "1_000", "NaN", "inf", "0x10", "1e-99999999999999999999"]
        {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }
}
