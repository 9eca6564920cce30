//! Rules for an account's configuration, and the cost of a replacement.

use super::SOFT_DELETE;
use crate::resources::common::names;
use plugin::prelude::*;

/// Checks the name of an account.
pub(super) fn name(text: &str) -> Result<(), String> {
    names::check(text, "an account name", 2..=64, &['-', '_', '.'])
}

/// Checks a subdomain: a DNS label.
pub(super) fn sub_domain(text: &str) -> Result<(), String> {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let ends = |c: char| c.is_ascii_alphanumeric();
    let whole = text.starts_with(ends) && text.ends_with(ends) && text.chars().all(inner);
    if (2..=63).contains(&text.len()) && whole {
        return Ok(());
    }
    Err(format!(
        "{text:?} is not a subdomain. Use 2 to 63 letters, digits and `-`, with a letter or digit \
         at both ends."
    ))
}

/// Checks that a range has more than two addresses. Azure rejects smaller ranges (reported,
/// Azure/azure-powershell#25455).
pub(super) fn range(text: &str) -> Result<(), String> {
    match text.split_once('/').map(|(_, length)| length.parse::<u8>()) {
        Some(Ok(31 | 32)) => Err(format!(
            "{text:?} is too small a range for Azure AI services. List its addresses one by one."
        )),
        _ => Ok(()),
    }
}

const SUBNET: &str = "agent_subnet_id";
const MANAGED: &str = "managed_network";
const DOMAIN: &str = "custom_subdomain_name";

/// Checks rules that concern several attributes.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if config.get(DOMAIN).is_null() {
        let detail = "Set `custom_subdomain_name`. Without a subdomain, the account uses its \
                      region's endpoint, which neither private endpoints nor projects support.";
        let summary = "A Foundry account needs a subdomain";
        found.push(Diagnostic::error(summary, detail).at(Path::of(DOMAIN)));
    }
    if config.get(SUBNET).is_given() && config.get(MANAGED).as_bool() == Some(true) {
        let detail = "Agents run either in your subnet or in a network that Microsoft manages. \
                      Remove `agent_subnet_id` or `managed_network`.";
        let summary = "The agents have two networks";
        found.push(Diagnostic::error(summary, detail).at(Path::of(MANAGED)));
    }
    found
}

/// Reports the cost of a replacement, and what prevents it.
pub(super) fn plan(change: &mut Change<'_>) -> Diagnostics {
    let mut found = Diagnostics::new();
    let text = |value: &Value, name: &str| value.get(name).as_str().unwrap_or_default().to_owned();
    if text(change.prior, DOMAIN).is_empty() {
        change.replace.retain(|path| *path != Path::of(DOMAIN));
    }
    if change.prior.is_null() || change.planned.is_null() || change.replace.is_empty() {
        return found;
    }
    let moved = [SUBNET, MANAGED].into_iter().find(|it| change.replace.contains(&Path::of(it)));
    found.extend(moved.map(|name| costs(name, &text(change.prior, "name"))));
    let same = |name: &str| {
        let (was, is) = (text(change.prior, name), text(change.planned, name));
        was.eq_ignore_ascii_case(&is)
    };
    let kept = match () {
        () if same("name") && same("resource_group_name") => Some("name"),
        () if same(DOMAIN) => Some(DOMAIN),
        () => None,
    };
    if let Some(kept) = kept.filter(|_| !SOFT_DELETE.purges(change.prior)) {
        found.push(not_purged(kept));
    }
    found
}

fn costs(attribute: &str, name: &str) -> Diagnostic {
    let summary = format!("The account {name:?} will be replaced");
    let detail = format!(
        "Azure decides where agents run when it creates an account, so a change of `{attribute}` \
         replaces the account. Azure deletes the old account with its projects, connections, \
         deployments, agents and their data. Its private endpoints become disconnected, and the \
         new identity needs its roles assigned again. Azure releases the agents' subnet some \
         minutes after the purge, at times hours. To keep the account, revert the change. To run \
         both for a while, add a second account with another name and subdomain."
    );
    Diagnostic::warning(summary, detail).at(Path::of(attribute))
}

fn not_purged(kept: &str) -> Diagnostic {
    let detail = format!(
        "Azure keeps a deleted account for 48 hours with its name and subdomain, so it would \
         reject the replacement. Set `purge_on_destroy = true` and apply that first, or change \
         `{kept}` too."
    );
    let summary = "The replaced account would not be purged";
    Diagnostic::error(summary, detail).at(Path::of(kept))
}
