//! AAI032: whether the service supports the network rules and keeps the tags.

use super::WHOLE;
use super::input::{ConfigValue, PlannedRules, PlannedSetting};
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::codes::Code;
use crate::private_link::network_rules::{PublicAccess, public_access_of};
use crate::private_link::services::service_of;
use azure::id::ResourceId;
use plugin::path::Path;

/// Returns findings that need only the configuration.
pub(super) fn refused(setting: &PlannedSetting) -> Vec<Finding> {
    let PlannedSetting { target, rules: PlannedRules { addresses, subnets, .. }, .. } = setting;
    let Some(access) = public_access_of(&target.value) else { return Vec::new() };
    let label = service_of(&target.value).map_or(access.arm_type.name, |it| it.label);
    let small = addresses.as_ref().and_then(|listed| small_range(listed, access, label));
    let many = |listed: &Option<ConfigValue<Vec<String>>>, most, what| {
        too_many(listed.as_ref()?, most, what, label)
    };
    let more = many(addresses, access.most_addresses, "addresses and ranges");
    let subnets = many(subnets, access.most_subnets, "subnets");
    [small, more, subnets].into_iter().flatten().collect()
}

/// Returns a finding about a range that is too small for the service, such as one of two addresses
/// for a storage account. The provider writes a range of one address as that address.
fn small_range(
    listed: &ConfigValue<Vec<String>>,
    access: &PublicAccess,
    label: &str,
) -> Option<Finding> {
    let longest = access.longest_prefix();
    let small = |text: &&String| {
        let length = text.split_once('/').and_then(|(_, length)| length.parse::<u8>().ok());
        length.is_some_and(|length| length > longest && length < 32)
    };
    let range = listed.value.iter().find(small)?;
    let summary = format!("The range {range:?} is too small for {label}");
    let detail = format!(
        "Azure supports ranges of /{longest} or larger, and single addresses. List the addresses \
         of the range one by one."
    );
    Some(Finding::at(Code::RefusedRules, &listed.path, summary, detail))
}

/// Returns a warning about more entries than the service supports. Microsoft has raised such limits
/// before, so this is never an error.
fn too_many(
    listed: &ConfigValue<Vec<String>>,
    most: Option<usize>,
    what: &str,
    label: &str,
) -> Option<Finding> {
    let (most, count) = (most?, listed.value.len());
    if count <= most {
        return None;
    }
    let summary = format!("{count} {what} exceed the limit of {most} for {label}");
    let detail = "Microsoft publishes this limit. Merge adjacent ranges, or connect clients by a \
                  private endpoint.";
    Some(Finding::at(Code::RefusedRules, &listed.path, summary, detail).perhaps())
}

/// Reports a bypass for a resource whose kind does not support it.
pub(super) fn bypass(setting: &PlannedSetting, plan: Plan<'_>, report: &mut Report) {
    let PlannedSetting { target, rules: PlannedRules { bypass: Some(path), .. }, .. } = setting
    else {
        return;
    };
    let Some(access) = public_access_of(&target.value) else { return };
    let kinds = &access.bypass_kinds;
    if kinds.is_empty() || !plan.makes(&[Code::RefusedRules]) {
        return;
    }
    let body = plan.reader.object(&target.value, access.arm_type.api_version);
    let at = ConfigValue::new(target.value.clone(), path.clone());
    let body = report.found(body, &at, WHOLE, &[Code::RefusedRules]);
    let kind = body.and_then(|body| body["kind"].as_str());
    report.extend(kind.and_then(|kind| without_bypass(&target.value, kind, kinds, path)));
}

fn without_bypass(id: &ResourceId, kind: &str, kinds: &[&str], path: &Path) -> Option<Finding> {
    if kinds.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return None;
    }
    let summary = format!("{:?} has the kind {kind}, which does not support `bypass`", id.name());
    let detail = format!(
        "Azure rejects `bypass`, even an empty one, unless the kind is one of {}. Remove `bypass`.",
        kinds.join(", ")
    );
    Some(Finding::at(Code::RefusedRules, path, summary, detail))
}

/// Returns a warning about tags that private DNS accepts and drops.
pub(super) fn forgotten_tags(keys: &[String]) -> Option<Finding> {
    if keys.is_empty() {
        return None;
    }
    let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
    let summary = format!("Private DNS drops the tags {}", keys.join(", "));
    let detail = "Private DNS accepts a tag whose key has a colon or a blank, but does not store \
                  it. The provider leaves these tags out, and `tags_all` shows the stored tags. \
                  Rename or remove the tags.";
    Some(Finding::at(Code::RefusedRules, &Path::of("tags"), summary, detail).perhaps())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Level;
    use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, KEY_VAULT, STORAGE_ACCOUNT};

    fn texts(count: usize, text: &str) -> Option<ConfigValue<Vec<String>>> {
        Some(ConfigValue::new(vec![text.to_owned(); count], Path::of("it")))
    }

    #[test]
    fn limits_of_network_rules_depend_on_the_service() {
        let range = "The range \"192.0.2.0/31\" is too small for";
        let (storage, vault, account) =
            (STORAGE_ACCOUNT.name, KEY_VAULT.name, AI_SERVICES_ACCOUNT.name);
        for (ty, count, address, subnets, told, level) in [
            (storage, 1, "192.0.2.0/31", 0, range, Level::Enforce),
            (account, 1, "192.0.2.0/31", 0, range, Level::Enforce),
            (account, 1, "192.0.2.0/32", 0, "", Level::Off),
            (account, 1, "192.0.2.0/30", 0, "", Level::Off),
            (vault, 1, "192.0.2.0/31", 0, "", Level::Off),
            (storage, 400, "192.0.2.0", 400, "", Level::Off),
            (
                storage,
                401,
                "192.0.2.0",
                0,
                "401 addresses and ranges exceed the limit of 400",
                Level::Warn,
            ),
            (account, 101, "192.0.2.0", 0, "limit of 100 for an AI services account", Level::Warn),
            (vault, 1000, "192.0.2.0", 201, "201 subnets exceed the limit of 200", Level::Warn),
            ("Microsoft.Search/searchServices", 5000, "192.0.2.0/31", 0, "", Level::Off),
        ] {
            let setting = PlannedSetting {
                target: ConfigValue::new(
                    ResourceId::in_group("s", "g", ty, "it"),
                    Path::of("resource_id"),
                ),
                closes: None,
                opens: false,
                guarded: false,
                rules: PlannedRules {
                    addresses: texts(count, address),
                    subnets: texts(subnets, "/s"),
                    bypass: None,
                },
            };
            let found = refused(&setting);
            let said: Vec<_> = found.iter().map(|it| (it.at_most, it.message.as_str())).collect();
            match said[..] {
                [] => assert_eq!(told, "", "{ty} {count} {address} {subnets}"),
                [(at_most, message)] => {
                    assert!(message.contains(told) && at_most == level, "{ty}: {message}");
                }
                _ => panic!("{ty}: {said:?}"),
            }
        }
    }
}
