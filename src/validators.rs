//! Rules for values, and when two values mean the same to Azure.

use azure::id::ResourceId;
use plugin::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The text is one of these, as written.
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

/// The number lies in these bounds.
pub fn between(least: i64, most: i64) -> Check {
    Check::new(move |value| match value.as_i64() {
        Some(number) if (least..=most).contains(&number) => Ok(()),
        _ => Err(format!("It must be a whole number from {least} to {most}.")),
    })
}

/// The text has this many characters, not only blanks where it must have any.
pub fn length(least: usize, most: usize) -> Check {
    Check::text(move |text| {
        if least > 0 {
            given().run(&text.into())?;
        }
        let length = text.chars().count();
        if (least..=most).contains(&length) {
            return Ok(());
        }
        Err(format!("It has {length} characters; Azure allows {least} to {most}."))
    })
}

/// The name of a private endpoint, of its connection, its address configurations or its zone
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
            "{name:?} is no name that Azure accepts here: 1 to 80 letters, digits, `-`, `_` and \
             `.`, beginning with a letter or digit and ending with one or with `_`."
        ))
    })
}

/// The name of a resource group: 1 to 90 characters, not ending in a dot.
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
            "{name:?} is no resource group name: 1 to 90 letters, digits, `-`, `_`, `.`, `(` and \
             `)`, not ending in `.`."
        ))
    })
}

/// A subscription ID: a GUID.
pub fn guid() -> Check {
    Check::text(|text| {
        // With this length it is the form with hyphens, and no other that the parser takes.
        if text.len() == Hyphenated::LENGTH && Uuid::try_parse(text).is_ok() {
            return Ok(());
        }
        Err(format!("{text:?} is no GUID such as 00000000-0000-0000-0000-000000000000."))
    })
}

/// The name of a private DNS zone: 2 to 34 labels of 1 to 63 characters, 253 in all.
pub fn zone_name() -> Check {
    Check::text(|name| match is_dns_name(name) {
        true => Ok(()),
        false => Err(format!("{name:?} is no zone name: {DNS_NAME}")),
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

/// The mail address of a zone's start of authority (rule of azurerm): 2 to 34 labels, the first of
/// which is what stands before the `@`.
pub fn zone_mail() -> Check {
    Check::text(|text| {
        if text.contains('@') {
            let written = text.replace('@', ".");
            return Err(format!(
                "{text:?} has an `@`. In a zone a dot stands for it: {written:?}."
            ));
        }
        if is_dns_name(text) {
            return Ok(());
        }
        Err(format!("{text:?} is no mail address: {DNS_NAME}"))
    })
}

/// A text that says something.
pub fn given() -> Check {
    Check::text(|text| match text.trim() {
        "" => Err("It is blank: give it a text, or leave it out.".to_owned()),
        _ => Ok(()),
    })
}

/// A part of a service, or a member of such a part (rule of azurerm).
pub fn part() -> Check {
    Check::text(|text| {
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
        let end = |c: char| c.is_ascii_alphanumeric();
        let ends = text.starts_with(end) && text.ends_with(end);
        if (3..=63).contains(&text.len()) && ends && text.chars().all(inner) {
            return Ok(());
        }
        Err(format!(
            "{text:?} is no part of a service: 3 to 63 letters, digits, `-`, `_`, `.` and blanks, \
             beginning and ending with a letter or digit."
        ))
    })
}

/// Azure's tags: at most 50, names of 512 and values of 256 characters, none of `<>%&\?/`.
pub fn tags() -> Check {
    Check::new(|value| {
        let Some(tags) = value.as_map() else {
            return Ok(());
        };
        if tags.len() > 50 {
            return Err(format!("There are {} tags; Azure allows 50.", tags.len()));
        }
        let mut names = BTreeSet::new();
        for (name, value) in tags {
            if !names.insert(name.to_lowercase()) {
                return Err(format!(
                    "The tag name {name:?} is there twice: Azure ignores the case of tag names."
                ));
            }
            if name.is_empty() || name.chars().count() > 512 {
                return Err(format!("The tag name {name:?} must have 1 to 512 characters."));
            }
            if let Some(c) = name.chars().find(|c| "<>%&\\?/".contains(*c)) {
                return Err(format!("The tag name {name:?} must not hold {c:?}."));
            }
            if value.as_str().is_some_and(|value| value.chars().count() > 256) {
                return Err(format!("The value of tag {name:?} has more than 256 characters."));
            }
        }
        Ok(())
    })
}

/// How many types a message lists.
const MOST_TYPES: usize = 8;

/// The ID of a resource of one of these types.
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
                "{text:?} is the ID of a {ty}, which is none of the {} types that this attribute \
                 takes.{} Expected an ID such as {}.",
                types.len(),
                near.unwrap_or_default(),
                shape(types.first().copied().unwrap_or_default()),
            ));
        }
        Err(format!(
            "{text:?} is the ID of a {ty}, not of a {}. Expected {}.",
            types.join(", "),
            shape(types.first().copied().unwrap_or_default()),
        ))
    })
}

/// The ID of any resource.
pub fn any_id() -> Check {
    Check::text(|text| match ResourceId::parse(text) {
        Ok(_) => Ok(()),
        Err(fault) => Err(fault.to_string()),
    })
}

/// Parses the ID in that attribute, where it is needed.
///
/// # Errors
///
/// When it is no ID, with the attribute's path.
pub fn parse(text: &str, attribute: &str) -> Result<ResourceId, Diagnostic> {
    ResourceId::parse(text).map_err(|fault| {
        Diagnostic::error(format!("`{attribute}` is not valid"), fault.to_string())
            .at(Path::of(attribute))
    })
}

/// The ID of the resource that this one is a child of.
pub fn parent(id: &ResourceId) -> String {
    id.parent().map(|parent| parent.to_string()).unwrap_or_default()
}

/// What IDs of a type look like.
fn shape(ty: &str) -> String {
    let mut parts = ty.split('/');
    let mut text =
        format!("/subscriptions/…/resourceGroups/…/providers/{}", parts.next().unwrap_or_default());
    for part in parts {
        text.push_str(&format!("/{part}/…"));
    }
    text
}

/// How many letters a word may differ from one that was probably meant.
const MOST_SLIPS: usize = 3;

/// The word that was probably meant, where one is near.
pub fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    known
        .iter()
        .map(|known| (slips(word, known), *known))
        .min_by_key(|(slips, _)| *slips)
        .filter(|(slips, known)| *slips <= MOST_SLIPS && *slips * 2 < known.len())
        .map(|(_, known)| known)
}

/// How many letters must be put in, taken out or changed to come from one word to the other
/// (Levenshtein's distance), regardless of case.
pub fn slips(left: &str, right: &str) -> usize {
    strsim::levenshtein(&left.to_lowercase(), &right.to_lowercase())
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}

/// Two resource IDs that name the same resource: Azure ignores their case.
pub fn same_id(left: &Value, right: &Value) -> bool {
    same_text(left, right, |text| {
        ResourceId::parse(text).map_or(text.to_lowercase(), |id| id.as_str().to_lowercase())
    })
}

/// Two lists or sets of resource IDs that name the same resources, in any order.
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

/// Two names that Azure holds for the same: it ignores their case.
pub fn same_name(left: &Value, right: &Value) -> bool {
    same_text(left, right, str::to_lowercase)
}

/// Two spellings of one IP address.
pub fn same_address(left: &Value, right: &Value) -> bool {
    let address = |value: &Value| value.as_str()?.parse::<IpAddr>().ok();
    matches!((address(left), address(right)), (Some(left), Some(right)) if left == right)
}

/// Two maps of tags that are the same: Azure ignores the case of their names, and a tag that is
/// null is none.
pub fn same_tags(left: &Value, right: &Value) -> bool {
    let tags = |value: &Value| -> Option<BTreeMap<String, Value>> {
        let tags = value.as_map()?.iter().filter(|(_, value)| !value.is_null());
        Some(tags.map(|(name, value)| (name.to_lowercase(), value.clone())).collect())
    };
    matches!((tags(left), tags(right)), (Some(left), Some(right)) if left == right)
}

/// Two regions that are the same: `East US` is `eastus`.
pub fn same_region(left: &Value, right: &Value) -> bool {
    same_text(left, right, region)
}

/// A region as ARM writes it: lower case, no spaces.
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
    fn an_id_of_another_type_is_told_apart() {
        let zone = "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rg/\
                    PROVIDERS/microsoft.network/privatednszones/a.b";
        check(&id_of(&["Microsoft.Network/privateDnsZones"]), &[zone], &["", "/x", "pe-hub"]);
        let wrong = id_of(&["Microsoft.Network/virtualNetworks"]).run(&Value::from(zone));
        assert!(wrong.is_err_and(|text| text.contains("virtualNetworks/…")));
    }

    #[test]
    fn a_near_miss_is_named() {
        let wrong = one_of(&["Enabled", "Disabled"]).run(&Value::from("disabled"));
        assert!(wrong.is_err_and(|text| text.ends_with("Did you mean \"Disabled\"?")));
    }

    #[test]
    fn what_azure_holds_for_the_same_is_the_same() {
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
    fn slips_are_counted_regardless_of_case() {
        for (left, right, count) in [("", "abc", 3), ("Vault", "vault", 0), ("valt", "vault", 1)] {
            assert_eq!(slips(left, right), count, "{left} {right}");
        }
    }
}
