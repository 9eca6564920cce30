//! Rules for the configuration of an outbound rule.

use crate::private_link::arm_types::AI_SERVICES_ACCOUNT;
use crate::private_link::connection;
use azure::id::ResourceId;
use plugin::prelude::*;

/// The attributes of which exactly one defines the destination.
pub(super) const KINDS: [&str; 3] = ["service_resource_id", "destination_fqdn", "service_tag"];

/// The attributes of each type of destination: required ones and optional ones.
const PARTS: [(&[&str], &[&str]); 3] = [
    (&["sub_resource_target"], &["spark_enabled", "fqdns", "approve"]),
    (&[], &[]),
    (&["protocol", "port_ranges"], &["action", "address_prefixes"]),
];

/// Checks the name of a rule (pattern of the specification). Azure's own rules begin with `__SYS_`.
pub(super) fn name(text: &str) -> Result<(), String> {
    if text.starts_with("__") {
        return Err(format!(
            "{text:?} is the name of a rule that Azure creates, and deletes with its cause. The \
             data source azureai_managed_network shows such rules. Use another name."
        ));
    }
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let first = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if (1..=255).contains(&text.len()) && first && text.chars().all(inner) {
        return Ok(());
    }
    Err(format!(
        "{text:?} is not an outbound rule name. Use letters, digits, `-` and `_`, beginning with a \
         letter or digit."
    ))
}

/// Checks the length of the name of an account's rule (pattern of the specification).
fn length(config: &Value) -> Option<Diagnostic> {
    let name = config.get("name").as_str().filter(|name| !(3..=33).contains(&name.len()))?;
    let detail = format!("{name:?} has {} characters; Azure allows 3 to 33 here.", name.len());
    let summary = "The name of an account's outbound rule is too short or too long";
    Some(Diagnostic::error(summary, detail).at(Path::of("name")))
}

/// Checks that a text is a domain name, or a wildcard for the names below one.
pub(super) fn fqdn(text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(allowed);
    let name = text.strip_prefix("*.").unwrap_or(text);
    if name.len() <= 253 && name.contains('.') && name.split('.').all(label) {
        return Ok(());
    }
    let port = match text.contains([':', '/']) {
        true => " Remove the scheme, the port and the path: the rule opens ports 80 and 443.",
        false => "",
    };
    Err(format!("{text:?} is not a domain name such as \"pypi.org\" or \"*.pypi.org\".{port}"))
}

/// Returns the ports and ranges in a list.
fn each_port(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// Checks a list of ports and ranges, separated by commas.
pub(super) fn ports(text: &str) -> Result<(), String> {
    let number = |text: &str| text.trim().parse::<u16>().ok();
    let is_range = |text: &str| match text.split_once('-') {
        None => text == "*" || number(text).is_some(),
        Some((first, last)) => {
            number(first).zip(number(last)).is_some_and(|(first, last)| first <= last)
        }
    };
    match each_port(text).find(|it| !is_range(it)) {
        None => Ok(()),
        Some(odd) => Err(format!(
            "{odd:?} is not a port from 0 to 65535, a range such as `8080-8089`, or `*`. \
             Separate several with commas: `80, 8080-8089`."
        )),
    }
}

/// Returns `true` if two lists contain the same ports.
pub(super) fn same_ports(left: &Value, right: &Value) -> bool {
    let ports = |value: &Value| {
        value.as_str().map(|text| each_port(text).map(str::to_owned).collect::<Vec<_>>())
    };
    matches!((ports(left), ports(right)), (Some(left), Some(right)) if left == right)
}

/// Checks rules that concern several attributes.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if KINDS.iter().all(|name| *config.get(name) != Value::Unknown) {
        found.extend(one_kind(config));
    }
    let parent = config.get("parent_id").as_str().and_then(|id| ResourceId::parse(id).ok());
    if parent.is_some_and(|it| it.is_type(AI_SERVICES_ACCOUNT.name)) {
        found.extend(length(config));
        if config.get("spark_enabled").is_given() {
            let summary = "Only rules of hubs support `spark_enabled`";
            let detail = "A Microsoft Foundry account runs no Spark jobs. Remove `spark_enabled`.";
            found.push(Diagnostic::error(summary, detail).at(Path::of("spark_enabled")));
        }
    }
    found.extend(not_approvable(config));
    found
}

/// Checks that exactly one type of destination is set, with its required attributes.
fn one_kind(config: &Value) -> Diagnostics {
    let given = |name: &str| !config.get(name).is_null();
    let kinds: Vec<usize> = (0..KINDS.len()).filter(|index| given(KINDS[*index])).collect();
    let fault = |summary: String, detail: &str, at: &str| {
        Diagnostics::from(Diagnostic::error(summary, detail).at(Path::of(at)))
    };
    let [kind] = kinds[..] else {
        let (many, at) = match kinds.last() {
            None => ("None is set.", KINDS[0]),
            Some(last) => ("More than one is set.", KINDS[*last]),
        };
        let detail = format!(
            "{many} Set exactly one of `service_resource_id` for a private endpoint, \
             `destination_fqdn` and `service_tag`."
        );
        return fault("An outbound rule needs exactly one destination".to_owned(), &detail, at);
    };
    let mut found = Diagnostics::new();
    for name in PARTS[kind].0.iter().filter(|name| !given(name)) {
        let summary = format!("A rule with `{}` needs `{name}`", KINDS[kind]);
        found.extend(fault(summary, &format!("Set `{name}`."), name));
    }
    for (other, (needed, more)) in PARTS.iter().enumerate().filter(|(other, _)| *other != kind) {
        let says_so =
            |name: &str| config.get(name).is_given() && config.get(name).as_bool() != Some(false);
        for name in needed.iter().chain(*more).filter(|name| says_so(name)) {
            let summary = format!("A rule with `{}` cannot have `{name}`", KINDS[kind]);
            let detail = format!("Remove the attribute, which only applies to `{}`.", KINDS[other]);
            found.extend(fault(summary, &detail, name));
        }
    }
    found
}

/// Checks that the provider can approve connections to the target's type.
fn not_approvable(config: &Value) -> Option<Diagnostic> {
    let target = ResourceId::parse(config.get("service_resource_id").as_str()?).ok()?;
    let approves = config.get("approve").as_bool() == Some(true);
    if !approves || connection::api_version(&target).is_some() {
        return None;
    }
    let summary = format!("A connection to a {} cannot be approved here", target.resource_type());
    let detail = "The provider does not know the private endpoint connections of this type. Remove \
                  `approve`, and ask the target's owner to approve the connection.";
    Some(Diagnostic::error(summary, detail).at(Path::of("approve")))
}

/// Plans a replacement if the type of the destination changes, and null for attributes of other
/// types.
pub(super) fn plan(change: &mut Change<'_>) {
    let is = |name: &str| change.config.get(name).is_given();
    let others =
        [("spark_enabled", is(KINDS[1]) || is(KINDS[2])), ("action", is(KINDS[0]) || is(KINDS[1]))];
    for (name, _) in others.into_iter().filter(|(_, of_another)| *of_another) {
        if *change.planned.get(name) == Value::Unknown && change.config.get(name).is_null() {
            change.planned.set_entry(name, Value::Null);
        }
    }
    let updates = !change.prior.is_null() && !change.planned.is_null();
    for name in KINDS.into_iter().filter(|_| updates) {
        let (before, after) = (change.prior.get(name), change.planned.get(name));
        let path = Path::of(name);
        if before.is_null() != after.is_null() && !change.replace.contains(&path) {
            change.replace.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ports_and_domains_are_validated() {
        for (rule, good, bad) in [
            (
                name as fn(&str) -> Result<(), String>,
                &["ab", "storage-blob", "A_1", "9bc"][..],
                &["", "-ab", "a.b", "a b", "__SYS_ST_AzureMonitor_TCP"][..],
            ),
            (
                fqdn,
                &["pypi.org", "*.pypi.org", "a-b.example"],
                &[
                    "",
                    "localhost",
                    "https://pypi.org",
                    "pypi.org:443",
                    "*.*.org",
                    "*pypi.org",
                    "a..b",
                ],
            ),
            (
                ports,
                &["443", "80, 8080-8089", "*", "80,443"],
                &["", "http", "80;443", "90-80", "70000", "80,"],
            ),
        ] {
            good.iter().for_each(|text| assert_eq!(rule(text), Ok(()), "{text:?}"));
            bad.iter().for_each(|text| assert!(rule(text).is_err(), "{text:?}"));
        }
        assert!(same_ports(&"80, 443".into(), &"80,443".into()));
        assert!(!same_ports(&"80".into(), &"443".into()));
    }

    /// Returns the paths of the errors for a configuration with these attributes.
    fn faults(given: &[(&str, Value)]) -> Vec<String> {
        let mut config = super::super::OutboundRule::block().empty();
        given.iter().for_each(|(name, value)| config.set_entry(name, value.clone()));
        let found = validate(&config);
        found
            .iter()
            .map(|it| it.path.as_ref().map(ToString::to_string).unwrap_or_default())
            .collect()
    }

    #[test]
    fn a_rule_needs_exactly_one_complete_destination() {
        let storage = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/\
                       providers/Microsoft.Storage/storageAccounts/st";
        let target = || ("service_resource_id", Value::from(storage));
        let part = || ("sub_resource_target", Value::from("blob"));
        let fqdn = || ("destination_fqdn", Value::from("a.b"));
        let tag = || ("service_tag", Value::from("AzureMonitor"));
        let yes = Value::Bool(true);
        for (given, expected) in [
            (vec![], &["service_resource_id"][..]),
            (vec![target(), part()], &[]),
            (vec![target()], &["sub_resource_target"]),
            (vec![target(), part(), fqdn()], &["destination_fqdn"]),
            (vec![fqdn(), part()], &["sub_resource_target"]),
            (vec![fqdn(), ("approve", yes)], &["approve"]),
            (vec![fqdn(), ("approve", Value::Bool(false))], &[]),
            (vec![tag()], &["protocol", "port_ranges"]),
            (vec![("service_resource_id", Value::Unknown)], &[]),
        ] {
            assert_eq!(faults(&given), expected, "{given:?}");
        }
    }
}
