//! What is wrong with the two gates of a resource.

use super::{Access, Member, Wish};
use crate::assessment::finding::Finding;
use crate::assessment::isolation::{policy, remediation};
use crate::assessment::reader::Reader;
use crate::codes::Code;

/// The roles whose resources the workspace or account itself reaches by passing the rules.
const REACHED: [&str; 3] = ["storage", "key_vault", "container_registry"];

pub(super) fn judge(reader: &Reader, wish: &Wish, member: &Member) -> Vec<Finding> {
    let Some(access) = &member.access else { return Vec::new() };
    let gate = match access.exposure {
        "public" | "selected_networks" => open(reader, wish, member, access),
        "private_only" => behind(member, access),
        // While its perimeter only reports, the rules come back with the flag.
        "perimeter" if access.flag == "Disabled" && !access.is_enforced() => behind(member, access),
        _ => None,
    };
    gate.into_iter().chain(bypass(wish, member, access)).collect()
}

/// The flag is on.
fn open(reader: &Reader, wish: &Wish, member: &Member, access: &Access) -> Option<Finding> {
    let public = access.exposure == "public";
    // Beside its private access, what is judged may have a public one; the rest may let some in.
    let meant = wish.hybrid && (!public || member.id == wish.subject);
    if meant {
        return None;
    }
    let policy = policy::likely(reader, &member.id).found().flatten();
    let name = member.id.name();
    let mend = match wish.hybrid {
        true => remediation::flag(&member.id, "Enabled", &[("default_action", "\"Deny\"")]),
        false => remediation::flag(&member.id, "Disabled", &[]),
    };
    if let Some(policy) = policy {
        let message = format!(
            "public network access of {name} is on, and the policy assignment {:?} ({}) is likely \
             to keep it so",
            policy.name, policy.id
        );
        let mend = format!("# exempt {} from {}", member.id, policy.id);
        return Some(Finding::of(Code::RewrittenByPolicy, &member.id, message).mended_by([mend]));
    }
    let (code, message) = match public {
        true => {
            (Code::PublicAccess, format!("public network access of {name} is on, for everybody"))
        }
        false => (
            Code::OnlyRules,
            format!("public network access of {name} is on; only its network rules protect it"),
        ),
    };
    Some(Finding::of(code, &member.id, message).mended_by([mend]))
}

/// The flag is off, and the rules behind it are open.
fn behind(member: &Member, access: &Access) -> Option<Finding> {
    let open = access.default_action.as_deref() == Some("Allow");
    let message = format!(
        "the network rules of {} let everybody in, should its flag ever be on again",
        member.id.name()
    );
    let mend = remediation::flag(&member.id, "Disabled", &[("default_action", "\"Deny\"")]);
    open.then(|| Finding::of(Code::OpenRules, &member.id, message).mended_by([mend]))
}

fn bypass(wish: &Wish, member: &Member, access: &Access) -> Option<Finding> {
    // Where a perimeter decides, nobody passes by this rule.
    let by_rules = !["public", "perimeter"].contains(&access.exposure);
    let closed = by_rules && REACHED.contains(&member.role.word);
    let none = access.bypass.as_ref().is_some_and(|it| !it.contains("AzureServices"));
    let message = format!(
        "no service of Azure may pass the network rules of {}, so {} may not reach it",
        member.id.name(),
        wish.subject.name()
    );
    let mend = remediation::flag(&member.id, &access.flag, &[("bypass", "[\"AzureServices\"]")]);
    (closed && none).then(|| Finding::of(Code::NoBypass, &member.id, message).mended_by([mend]))
}

/// Images are built by tasks of the registry, or by a compute of the workspace.
pub(super) fn tasks(registry: &Member, build_compute: &str) -> Option<Finding> {
    let access = registry.access.as_ref()?;
    let blocked = access.exposure == "private_only" && access.tasks != Some(true);
    let message = format!(
        "tasks of {} may not pass its rules, and the workspace has no compute to build images",
        registry.id.name()
    );
    let mend = remediation::flag(&registry.id, &access.flag, &[("bypass_for_tasks", "true")]);
    (blocked && build_compute.is_empty())
        .then(|| Finding::of(Code::BlockedTasks, &registry.id, message).mended_by([mend]))
}
