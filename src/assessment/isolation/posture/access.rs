//! Judges the public network access of a resource: its flag, and the network rules behind it.

use super::{Access, Member, Wish};
use crate::assessment::finding::Finding;
use crate::assessment::isolation::{policy, remediation};
use crate::assessment::reader::Reader;
use crate::codes::Code;
use serde_json::Value as Json;

/// The roles whose resources the workspace or account itself reaches as a trusted Azure service.
const REACHED: [&str; 3] = ["storage", "key_vault", "container_registry"];

pub(super) fn judge(reader: &Reader, wish: &Wish, member: &Member) -> Vec<Finding> {
    let Some(access) = &member.access else { return Vec::new() };
    let gate = match access.exposure {
        "public" | "selected_networks" => open(reader, wish, member, access),
        "private_only" => behind(member, access),
        // A perimeter that only reports leaves the rules in force when the flag is enabled again.
        "perimeter" if access.flag == "Disabled" && !access.is_enforced() => behind(member, access),
        _ => None,
    };
    gate.into_iter().chain(bypass(wish, member, access)).collect()
}

/// Judges a resource whose flag is enabled.
fn open(reader: &Reader, wish: &Wish, member: &Member, access: &Access) -> Option<Finding> {
    let public = access.exposure == "public";
    // A hybrid workspace or account may be public, and its resources may allow selected networks.
    let meant = wish.hybrid && (!public || member.id == wish.subject);
    if meant {
        return None;
    }
    let policy = policy::likely(reader, &member.id).found().flatten();
    let name = member.id.name();
    let fix = match wish.hybrid {
        true => remediation::flag(&member.id, "Enabled", &[("default_action", "\"Deny\"")]),
        false => remediation::flag(&member.id, "Disabled", &[]),
    };
    if let Some(policy) = policy {
        let message = format!(
            "public network access of {name} is enabled, and the policy assignment {:?} ({}) is \
             likely to keep it enabled",
            policy.name, policy.id
        );
        let fix = format!("# exempt {} from {}", member.id, policy.id);
        return Some(Finding::of(Code::RewrittenByPolicy, &member.id, message).fixed_by([fix]));
    }
    let (code, message) = match public {
        true => {
            let message = format!("public network access of {name} is enabled for all networks");
            (Code::PublicAccess, message)
        }
        false => (
            Code::OnlyRules,
            format!(
                "public network access of {name} is enabled; only its network rules protect it"
            ),
        ),
    };
    Some(Finding::of(code, &member.id, message).fixed_by([fix]))
}

/// Judges a resource whose flag is disabled: the rules behind it may allow all traffic.
fn behind(member: &Member, access: &Access) -> Option<Finding> {
    let open = access.default_action.as_deref() == Some("Allow");
    let message = format!(
        "the network rules of {} allow all traffic if its public network access is enabled again",
        member.id.name()
    );
    let fix = remediation::flag(&member.id, "Disabled", &[("default_action", "\"Deny\"")]);
    open.then(|| Finding::of(Code::OpenRules, &member.id, message).fixed_by([fix]))
}

/// Judges whether Azure services bypass the network rules.
fn bypass(wish: &Wish, member: &Member, access: &Access) -> Option<Finding> {
    // An enforced perimeter ignores this rule.
    let by_rules = !["public", "perimeter"].contains(&access.exposure);
    let closed = by_rules && REACHED.contains(&member.role.word);
    let none = access.bypass.as_ref().is_some_and(|it| !it.contains("AzureServices"));
    let message = format!(
        "the network rules of {} have no bypass for Azure services, so {} may be unable to reach \
         it",
        member.id.name(),
        wish.subject.name()
    );
    let fix = remediation::flag(&member.id, &access.flag, &[("bypass", "[\"AzureServices\"]")]);
    (closed && none).then(|| Finding::of(Code::NoBypass, &member.id, message).fixed_by([fix]))
}

/// Judges whether images can be built: by tasks of the registry, or by a compute of the hub.
pub(super) fn tasks(members: &[Member], hub: &Json) -> Option<Finding> {
    let build_compute = hub["properties"]["imageBuildCompute"].as_str().unwrap_or_default();
    let registry = members.iter().find(|it| it.role.word == "container_registry")?;
    let access = registry.access.as_ref()?;
    let blocked = access.exposure == "private_only" && access.tasks != Some(true);
    let message = format!(
        "the network rules of {} block its tasks, and the workspace has no compute that builds \
         images",
        registry.id.name()
    );
    let fix = remediation::flag(&registry.id, &access.flag, &[("bypass_for_tasks", "true")]);
    (blocked && build_compute.is_empty())
        .then(|| Finding::of(Code::BlockedTasks, &registry.id, message).fixed_by([fix]))
}
