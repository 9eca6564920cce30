//! What an account's configuration must say, and what a change of it costs.

use super::SOFT_DELETE;
use plugin::prelude::*;

/// The name of an account or a project.
pub(super) fn name(text: &str) -> Result<(), String> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let first = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if (2..=64).contains(&text.len()) && first && text.chars().all(inner) {
        return Ok(());
    }
    Err(format!(
        "{text:?} is no name of an account: 2 to 64 letters, digits, `-`, `_` and `.`, beginning \
         with a letter or digit."
    ))
}

/// A sub-domain: a label of a name in the DNS.
pub(super) fn sub_domain(text: &str) -> Result<(), String> {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let ends = |c: char| c.is_ascii_alphanumeric();
    let whole = text.starts_with(ends) && text.ends_with(ends) && text.chars().all(inner);
    if (2..=63).contains(&text.len()) && whole {
        return Ok(());
    }
    Err(format!(
        "{text:?} is no sub-domain: 2 to 63 letters, digits and `-`, with a letter or digit at \
         both ends."
    ))
}

/// A range that is not too small: of one or two addresses Azure takes none (reported,
/// Azure/azure-powershell#25455).
pub(super) fn range(text: &str) -> Result<(), String> {
    match text.split_once('/').map(|(_, length)| length.parse::<u8>()) {
        Some(Ok(31 | 32)) => Err(format!(
            "{text:?} is too small a range for Azure AI services: list its addresses one by one."
        )),
        _ => Ok(()),
    }
}

const SUBNET: &str = "agent_subnet_id";
const MANAGED: &str = "managed_network";
const DOMAIN: &str = "custom_subdomain_name";

/// Rules that concern several attributes.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if config.get(DOMAIN).is_null() {
        let detail = "Set `custom_subdomain_name`: without it the account answers at its region's \
                      address, which neither private endpoints nor projects can do with.";
        let summary = "A Foundry account needs a sub-domain";
        found.push(Diagnostic::error(summary, detail).at(Path::of(DOMAIN)));
    }
    if config.get(SUBNET).is_given() && config.get(MANAGED).as_bool() == Some(true) {
        let detail = "The agents run in a subnet of yours, or in a network that Microsoft manages: \
                      remove one of the two.";
        let summary = "The agents have two networks";
        found.push(Diagnostic::error(summary, detail).at(Path::of(MANAGED)));
    }
    found
}

/// What a new account costs, and what keeps it from being made.
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
    let summary = format!("A new account takes the place of {name:?}");
    let detail = format!(
        "Where agents run is settled when an account is made, so a change of `{attribute}` makes \
         a new one. With the old account go its projects, connections, deployments, agents and \
         what they keep there; its private endpoints are cut off, and its identity is another one, \
         which needs its roles anew. The subnet of its agents is released some minutes after its \
         purge, at times hours. To keep the account, take the change back; to have both for a \
         while, add a second account under another name and sub-domain."
    );
    Diagnostic::warning(summary, detail).at(Path::of(attribute))
}

fn not_purged(kept: &str) -> Diagnostic {
    let detail = format!(
        "Azure keeps a deleted account for 48 hours, and its name and sub-domain with it, so the \
         account that is to take its place would be refused. Set `purge_on_destroy = true` and \
         apply that first, or change `{kept}` too."
    );
    let summary = "The account that is replaced would not be purged";
    Diagnostic::error(summary, detail).at(Path::of(kept))
}
