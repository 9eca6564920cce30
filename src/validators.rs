//! Rules for values, and equality of values in Azure.

use azure::id::ResourceId;
use plugin::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// Checks that a text is one of these, in this spelling.
pub fn one_of(allowed: &'static [&'static str]) -> Check {
    Check::text(move |text| {
        if allowed.contains(&text) {
            return Ok(());
        }
        let alike = allowed.iter().find(|word| word.eq_ignore_ascii_case(text));
        let hint = alike.map(|word| format!(" Did you mean {word:?}?")).unwrap_or_default();
        Err(format!("{text:?} is not one of {}.{hint}", quoted(allowed)))
    })
}

/// Checks that a number is in this range.
pub fn between(least: i64, most: i64) -> Check {
    Check::new(move |value| match value.as_i64() {
        Some(number) if (least..=most).contains(&number) => Ok(()),
        _ => Err(format!("The value must be a whole number from {least} to {most}.")),
    })
}

/// Checks the number of characters of a text, which must not be blank if `least` is positive.
pub fn length(least: usize, most: usize) -> Check {
    Check::text(move |text| {
        if least > 0 {
            given().run(&text.into())?;
        }
        let length = text.chars().count();
        if (least..=most).contains(&length) {
            return Ok(());
        }
        Err(format!("The text has {length} characters; Azure allows {least} to {most}."))
    })
}

/// Checks the name of a private endpoint, of its connection, its IP configurations or its zone
/// group: 1 to 80 characters (rule of Microsoft.Network).
pub fn network_name() -> Check {
    Check::text(|name| {
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let first = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        let last = name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if (1..=80).contains(&name.len()) && first && last && name.chars().all(inner) {
            return Ok(());
        }
        Err(format!(
            "{name:?} is not a name that Azure accepts here. Use 1 to 80 letters, digits, `-`, `_` \
             and `.`, beginning with a letter or digit and ending with a letter, a digit or `_`."
        ))
    })
}

/// Checks the name of a resource group: 1 to 90 characters, without a dot at the end.
pub fn resource_group() -> Check {
    Check::text(|name| {
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '(' | ')');
        if !name.is_empty()
            && name.chars().count() <= 90
            && !name.ends_with('.')
            && name.chars().all(allowed)
        {
            return Ok(());
        }
        Err(format!(
            "{name:?} is not a resource group name. Use 1 to 90 letters, digits, `-`, `_`, `.`, \
             `(` and `)`, without `.` at the end."
        ))
    })
}

/// Checks that a subscription ID is a GUID.
pub fn guid() -> Check {
    Check::text(|text| {
        // Of the forms that the parser accepts, only the one with hyphens has this length.
        if text.len() == Hyphenated::LENGTH && Uuid::try_parse(text).is_ok() {
            return Ok(());
        }
        Err(format!("{text:?} is not a GUID such as 00000000-0000-0000-0000-000000000000."))
    })
}

/// Checks the name of a private DNS zone: 2 to 34 labels of 1 to 63 characters, 253 in all.
pub fn zone_name() -> Check {
    Check::text(|name| match is_dns_name(name) {
        true => Ok(()),
        false => Err(format!("{name:?} is not a zone name. Use {DNS_NAME}")),
    })
}

const DNS_NAME: &str =
    "2 to 34 labels of 1 to 63 letters, digits, `-` and `_`, without a dot at the end.";

fn is_dns_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(allowed);
    let labels = name.split('.').count();
    name.len() <= 253 && (2..=34).contains(&labels) && name.split('.').all(label)
}

/// Checks the email address of an SOA record (rule of azurerm): 2 to 34 labels, the first of which
/// is the part before the `@`.
pub fn zone_mail() -> Check {
    Check::text(|text| {
        if text.contains('@') {
            let written = text.replace('@', ".");
            return Err(format!("{text:?} contains an `@`. Use a dot instead: {written:?}."));
        }
        if is_dns_name(text) {
            return Ok(());
        }
        Err(format!("{text:?} is not an email address. Use {DNS_NAME}"))
    })
}

/// Checks that a text is not blank.
pub fn given() -> Check {
    Check::text(|text| match text.trim() {
        "" => Err("The text is blank. Set a text, or remove the attribute.".to_owned()),
        _ => Ok(()),
    })
}

/// Checks a group ID, or the name of a member of a group (rule of azurerm).
pub fn part() -> Check {
    Check::text(|text| {
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
        let end = |c: char| c.is_ascii_alphanumeric();
        let ends = text.starts_with(end) && text.ends_with(end);
        if (3..=63).contains(&text.len()) && ends && text.chars().all(inner) {
            return Ok(());
        }
        Err(format!(
            "{text:?} is not a group ID. Use 3 to 63 letters, digits, `-`, `_`, `.` and blanks, \
             beginning and ending with a letter or digit."
        ))
    })
}

/// Checks Azure's rules for tags: at most 50, names of 512 and values of 256 characters, none of
/// `<>%&\?/` in names.
pub fn tags() -> Check {
    Check::new(|value| {
        let Some(tags) = value.as_map() else {
            return Ok(());
        };
        if tags.len() > 50 {
            return Err(format!("The map has {} tags; Azure allows 50.", tags.len()));
        }
        let mut names = BTreeSet::new();
        for (name, value) in tags {
            if !names.insert(name.to_lowercase()) {
                return Err(format!(
                    "The tag name {name:?} occurs twice: Azure ignores the case of tag names."
                ));
            }
            if name.is_empty() || name.chars().count() > 512 {
                return Err(format!("The tag name {name:?} must have 1 to 512 characters."));
            }
            if let Some(c) = name.chars().find(|c| "<>%&\\?/".contains(*c)) {
                return Err(format!("The tag name {name:?} must not contain {c:?}."));
            }
            if value.as_str().is_some_and(|value| value.chars().count() > 256) {
                return Err(format!("The value of tag {name:?} has more than 256 characters."));
            }
        }
        Ok(())
    })
}

/// The maximum number of types in an error.
const MOST_TYPES: usize = 8;

/// Checks the ID of a resource of one of these types.
pub fn id_of(types: &'static [&'static str]) -> Check {
    Check::text(move |text| {
        let id = ResourceId::parse(text).map_err(|fault| fault.to_string())?;
        if types.iter().any(|ty| id.is_type(ty)) {
            return Ok(());
        }
        let ty = id.resource_type();
        if types.len() > MOST_TYPES {
            let near = nearest(&ty, types).map(|it| format!(" Did you mean {it:?}?"));
            return Err(format!(
                "{text:?} is the ID of a {ty}, but this attribute accepts {} other types.{} Set \
                 an ID such as {}.",
                types.len(),
                near.unwrap_or_default(),
                shape(types.first().copied().unwrap_or_default()),
            ));
        }
        Err(format!(
            "{text:?} is the ID of a {ty}, not of a {}. Set an ID such as {}.",
            types.join(", "),
            shape(types.first().copied().unwrap_or_default()),
        ))
    })
}

/// Checks the ID of any resource.
pub fn any_id() -> Check {
    Check::text(|text| match ResourceId::parse(text) {
        Ok(_) => Ok(()),
        Err(fault) => Err(fault.to_string()),
    })
}

/// Parses the ID in an attribute.
///
/// # Errors
///
/// Returns an error with the attribute's path if the text is not an ID.
pub fn parse(text: &str, attribute: &str) -> Result<ResourceId, Diagnostic> {
    ResourceId::parse(text).map_err(|fault| {
        Diagnostic::error(format!("`{attribute}` is not valid"), fault.to_string())
            .at(Path::of(attribute))
    })
}

/// Returns the ID of the parent resource.
pub fn parent(id: &ResourceId) -> String {
    id.parent().map(|parent| parent.to_string()).unwrap_or_default()
}

/// Returns the form of the IDs of a type.
fn shape(ty: &str) -> String {
    let mut parts = ty.split('/');
    let mut text =
        format!("/subscriptions/…/resourceGroups/…/providers/{}", parts.next().unwrap_or_default());
    for part in parts {
        text.push_str(&format!("/{part}/…"));
    }
    text
}

/// The maximum number of letters by which a near word can differ.
const MOST_SLIPS: usize = 3;

/// Returns the nearest known word, if one is near.
pub fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    known
        .iter()
        .map(|known| (slips(word, known), *known))
        .min_by_key(|(slips, _)| *slips)
        .filter(|(slips, known)| *slips <= MOST_SLIPS && *slips * 2 < known.len())
        .map(|(_, known)| known)
}

/// Returns the number of insertions, deletions and replacements of letters between two words
/// (Levenshtein distance), ignoring case.
pub fn slips(left: &str, right: &str) -> usize {
    strsim::levenshtein(&left.to_lowercase(), &right.to_lowercase())
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}

/// Returns `true` if two resource IDs are equal. Azure ignores their case.
pub fn same_id(left: &Value, right: &Value) -> bool {
    same_text(left, right, |text| {
        ResourceId::parse(text).map_or(text.to_lowercase(), |id| id.as_str().to_lowercase())
    })
}

/// Returns `true` if two lists or sets of resource IDs are equal in any order.
pub fn same_ids(left: &Value, right: &Value) -> bool {
    let keys = |value: &Value| -> Option<Vec<String>> {
        let mut keys = value
            .as_list()?
            .iter()
            .map(|element| element.as_str().map(str::to_lowercase))
            .collect::<Option<Vec<_>>>()?;
        keys.sort();
        Some(keys)
    };
    matches!((keys(left), keys(right)), (Some(left), Some(right)) if left == right)
}

/// Returns `true` if two names are equal. Azure ignores their case.
pub fn same_name(left: &Value, right: &Value) -> bool {
    same_text(left, right, str::to_lowercase)
}

/// Returns `true` if two texts are spellings of one IP address.
pub fn same_address(left: &Value, right: &Value) -> bool {
    let address = |value: &Value| value.as_str()?.parse::<IpAddr>().ok();
    matches!((address(left), address(right)), (Some(left), Some(right)) if left == right)
}

/// Returns `true` if two maps of tags are equal. Azure ignores the case of tag names, and a null
/// tag does not count.
pub fn same_tags(left: &Value, right: &Value) -> bool {
    let tags = |value: &Value| -> Option<BTreeMap<String, Value>> {
        let tags = value.as_map()?.iter().filter(|(_, value)| !value.is_null());
        Some(tags.map(|(name, value)| (name.to_lowercase(), value.clone())).collect())
    };
    matches!((tags(left), tags(right)), (Some(left), Some(right)) if left == right)
}

/// Returns `true` if two regions are equal: `East US` is `eastus`.
pub fn same_region(left: &Value, right: &Value) -> bool {
    same_text(left, right, region)
}

/// Returns a region in ARM's spelling: lower case, without spaces.
pub fn region(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

fn same_text(left: &Value, right: &Value, key: impl Fn(&str) -> String) -> bool {
    matches!((left.as_str(), right.as_str()), (Some(left), Some(right)) if key(left) == key(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: &Check, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(rule.run(&Value::from(*text)), Ok(()), "{text:?}");
        }
        for text in bad {
            assert!(rule.run(&Value::from(*text)).is_err(), "{text:?}");
        }
    }

    #[test]
    fn names_follow_azures_rules() {
        let long = "a".repeat(81);
        check(&network_name(), &["a", "pe-hub", "9_", "a.b_c-d"], &["", "-a", "a-", "a b", &long]);
        check(&resource_group(), &["rg-ai", "(x)", "ü"], &["", "a.", "a/b", &"a".repeat(91)]);
        check(&zone_name(), &["privatelink.api.azureml.ms", "a_b.c"], &["com", "a..b", "a.b."]);
        check(&guid(), &["00000000-0000-0000-0000-00000000000F"], &["", "x", "0000-00"]);
    }

    #[test]
    fn ids_of_other_types_are_rejected() {
        let zone = "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rg/\
                    PROVIDERS/microsoft.network/privatednszones/a.b";
        check(&id_of(&["Microsoft.Network/privateDnsZones"]), &[zone], &["", "/x", "pe-hub"]);
        let wrong = id_of(&["Microsoft.Network/virtualNetworks"]).run(&Value::from(zone));
        assert!(wrong.is_err_and(|text| text.contains("virtualNetworks/…")));
    }

    #[test]
    fn errors_name_a_near_value() {
        let wrong = one_of(&["Enabled", "Disabled"]).run(&Value::from("disabled"));
        assert!(wrong.is_err_and(|text| text.ends_with("Did you mean \"Disabled\"?")));
    }

    #[test]
    fn values_that_azure_treats_as_equal_are_equal() {
        assert!(same_region(&"East US".into(), &"eastus".into()));
        assert!(same_ids(&vec!["/A", "/b"].into(), &vec!["/B", "/a"].into()));
        assert!(!same_ids(&vec!["/A"].into(), &vec!["/B", "/a"].into()));
        assert!(!same_name(&"a".into(), &Value::Null));
        assert!(same_address(&"fd00::1".into(), &"FD00:0::0001".into()));
        let tags = |tags: &[(&str, Option<&str>)]| {
            let value = |value: Option<&str>| value.map_or(Value::Null, Value::from);
            Value::map(tags.iter().map(|(name, it)| (*name, value(*it))))
        };
        assert!(same_tags(&tags(&[("A", Some("1")), ("b", None)]), &tags(&[("a", Some("1"))])));
        assert!(!same_tags(&tags(&[("a", Some("x"))]), &tags(&[("a", Some("X"))])));
    }

    #[test]
    fn differences_are_counted_ignoring_case() {
        for (left, right, count) in [("", "abc", 3), ("Vault", "vault", 0), ("valt", "vault", 1)] {
            assert_eq!(slips(left, right), count, "{left} {right}");
        }
    }
}
