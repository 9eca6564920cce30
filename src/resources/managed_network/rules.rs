//! Rules for a managed network's configuration, and the cost of a change.

use super::{INACTIVE, ManagedNetwork};
use crate::assessment::checks::input::PlannedSetting;
use crate::assessment::managed_network::{APPROVED, INTERNET, is_property};
use crate::engine::prelude::*;
use plugin::schema::Recomputed;

/// Checks the isolation mode of a network.
pub(super) fn mode(text: &str) -> Result<(), String> {
    match text {
        INTERNET | APPROVED => Ok(()),
        "Disabled" => Err("`Disabled` means no managed network. Remove this resource. Azure \
                           deletes the network of a hub only with the hub."
            .to_owned()),
        _ => Err(format!("{text:?} is not one of {INTERNET:?} and {APPROVED:?}.")),
    }
}

/// Returns `true` if the network is a property of the parent, or `None` while the parent is
/// unknown.
fn is_of_hub(value: &Value) -> Option<bool> {
    let parent = ResourceId::parse(value.get("parent_id").as_str()?).ok()?;
    Some(is_property(&parent))
}

/// Checks rules that concern several attributes.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let is = |name: &str| config.get(name).as_bool() == Some(true);
    if is_of_hub(config) == Some(true) && config.get("adopt_existing").is_given() {
        let detail = "The network of a hub is a property of the hub, which this resource sets in \
                      any case. Remove `adopt_existing`.";
        let summary = "A hub has no network to adopt";
        found.push(Diagnostic::error(summary, detail).at(Path::of("adopt_existing")));
    }
    if is_of_hub(config) == Some(false) && is("include_spark") {
        let detail = "Only hubs support serverless Spark. Remove `include_spark`.";
        let summary = "A Foundry account does not support serverless Spark";
        found.push(Diagnostic::error(summary, detail).at(Path::of("include_spark")));
    }
    if is("include_spark") && config.get("provision").is_null() {
        let detail = "`include_spark` only applies to `provision`. Set `provision = true`, or \
                      remove `include_spark`.";
        let summary = "`include_spark` has no effect without `provision`";
        found.push(Diagnostic::error(summary, detail).at(Path::of("include_spark")));
    }
    found
}

/// Returns the property that a new network of a hub sets, which the guard already checks in the
/// plan.
pub(super) fn setting(config: &Value) -> Option<PlannedSetting> {
    let setting = CheckInput::of_setting(config.get("parent_id"), "parent_id", None).setting;
    setting.map(|setting| PlannedSetting { guarded: true, ..setting })
}

/// Plans the effects of a change, and reports what Azure does not support.
pub(super) fn plan(change: &mut Change<'_>) -> Diagnostics {
    let of = if change.prior.is_null() { change.config } else { change.prior };
    let of_hub = is_of_hub(of);
    if change.planned.is_null() {
        return if of_hub == Some(true) { stays(change.prior).into() } else { Diagnostics::new() };
    }
    if of_hub == Some(true) && change.config.get("adopt_existing").is_null() {
        change.planned.set_entry("adopt_existing", Value::Null);
    }
    if change.prior.is_null() {
        return Diagnostics::new();
    }
    let mut found = Diagnostics::new();
    let kind = Path::of(KIND);
    let moves = change.replace.contains(&Path::of("parent_id"));
    if of_hub == Some(true) && !moves && change.replace.contains(&kind) {
        change.replace.retain(|path| *path != kind);
        found.push(settled(change.prior));
    }
    let changes = |name: &str| change.prior.get(name) != change.planned.get(name);
    let has_firewall = !change.prior.get("firewall_public_ip_address").is_null();
    if of_hub == Some(false) && has_firewall && changes(SKU) {
        change.replace.push(Path::of(SKU));
    }
    if change.replace.is_empty() && lacks(change.prior, change.planned, of_hub) {
        // The apply provisions the network, so the values that Azure then returns are unknown.
        let block = ManagedNetwork::block();
        let all = block.attributes.iter();
        for attribute in all.filter(|it| it.facts.recomputed == Recomputed::Always) {
            change.planned.set_entry(attribute.name(), Value::Unknown);
        }
    }
    found.extend(costs(change).filter(|_| of_hub == Some(false) && !moves));
    found
}

const KIND: &str = "managed_network_kind";
const SKU: &str = "firewall_sku";

/// Returns `true` if the plan provisions a network that is not provisioned yet.
fn lacks(prior: &Value, planned: &Value, of_hub: Option<bool>) -> bool {
    let is = |name: &str| planned.get(name).as_bool() == Some(true);
    let inactive = prior.get("status").as_str().is_some_and(|it| it.eq_ignore_ascii_case(INACTIVE));
    let no_spark = of_hub == Some(true) && prior.get("spark_ready").as_bool() == Some(false);
    is("provision") && (inactive || is("include_spark") && no_spark)
}

fn name(state: &Value) -> String {
    let id = ResourceId::parse(state.get("parent_id").as_str().unwrap_or_default());
    id.map(|id| id.name().to_owned()).unwrap_or_default()
}

/// Reports that a destroy leaves the network of a hub.
fn stays(prior: &Value) -> Diagnostic {
    let summary = format!("The managed network of {:?} stays in Azure", name(prior));
    let detail = "Azure deletes the managed network of a hub only with the hub, and never makes \
                  its isolation mode less strict. A destroy of this resource only removes it from \
                  the state.";
    Diagnostic::warning(summary, detail)
}

fn settled(prior: &Value) -> Diagnostic {
    let kind = prior.get(KIND).as_str().unwrap_or_default();
    let summary = format!("The managed network of {:?} cannot change its kind {kind}", name(prior));
    let detail = format!(
        "Azure fixes the kind of a hub's network when it creates the network, and deletes the \
         network only with the hub. Set `{KIND} = {kind:?}`, or remove the attribute."
    );
    Diagnostic::error(summary, detail).at(Path::of(KIND))
}

/// Reports what a replacement of an account's network deletes.
fn costs(change: &Change<'_>) -> Option<Diagnostic> {
    let path = change.replace.first()?.clone();
    let summary = format!("The managed network of {:?} will be replaced", name(change.prior));
    let detail = "Azure deletes the old network with its outbound rules and their private \
                  endpoints. Until they are recreated, agents cannot reach their destinations.";
    Some(Diagnostic::warning(summary, detail).at(path))
}
