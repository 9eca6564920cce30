//! What a managed network's configuration must say, and what a change of it comes to.

use super::{INACTIVE, ManagedNetwork};
use crate::assessment::checks::input::{CheckInput, PlannedSetting};
use crate::assessment::managed_network::{APPROVED, INTERNET, is_property};
use azure::id::ResourceId;
use plugin::prelude::*;
use plugin::schema::Recomputed;

/// A mode of a network that there is.
pub(super) fn mode(text: &str) -> Result<(), String> {
    match text {
        INTERNET | APPROVED => Ok(()),
        "Disabled" => Err("`Disabled` is what there is without this resource: remove it. Azure \
                           takes the network of a hub away with the hub alone."
            .to_owned()),
        _ => Err(format!("{text:?} is no isolation mode: it is {INTERNET:?} or {APPROVED:?}.")),
    }
}

/// Whether the parent that is named has the network as a property; `None` while it is not known.
fn is_of_hub(value: &Value) -> Option<bool> {
    let parent = ResourceId::parse(value.get("parent_id").as_str()?).ok()?;
    Some(is_property(&parent))
}

/// Rules that concern several attributes.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let is = |name: &str| config.get(name).as_bool() == Some(true);
    if is_of_hub(config) == Some(true) && config.get("adopt_existing").is_given() {
        let detail = "The network of a hub is a property of the hub, which is set whatever it is \
                      now. Remove `adopt_existing`.";
        let summary = "Of a hub there is no network to adopt";
        found.push(Diagnostic::error(summary, detail).at(Path::of("adopt_existing")));
    }
    if is_of_hub(config) == Some(false) && is("include_spark") {
        let detail = "Only a hub has serverless Spark. Remove `include_spark`.";
        let summary = "A Foundry account has no Spark";
        found.push(Diagnostic::error(summary, detail).at(Path::of("include_spark")));
    }
    if is("include_spark") && config.get("provision").is_null() {
        let detail = "`include_spark` says what `provision` makes: set `provision = true` too, or \
                      remove it.";
        let summary = "Nothing is provisioned";
        found.push(Diagnostic::error(summary, detail).at(Path::of("include_spark")));
    }
    found
}

/// The property that a new network of a hub sets, which the guard judges in the plan already.
pub(super) fn setting(config: &Value) -> Option<PlannedSetting> {
    let setting = CheckInput::of_setting(config.get("parent_id"), "parent_id", None).setting;
    setting.map(|setting| PlannedSetting { guarded: true, ..setting })
}

/// Plans what a change comes to, and tells what Azure cannot do.
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
        // It is provisioned: what Azure then says of it is not known yet.
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

/// Whether a network is to be made that is not made yet.
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

/// What a destroy leaves of a hub's.
fn stays(prior: &Value) -> Diagnostic {
    let summary = format!("The managed network of {:?} stays", name(prior));
    let detail = "Azure takes the managed network of a hub away with the hub alone, and its \
                  isolation mode does not become laxer. The resource only leaves the state. Where \
                  the hub is destroyed too, its network goes with it.";
    Diagnostic::warning(summary, detail)
}

fn settled(prior: &Value) -> Diagnostic {
    let kind = prior.get(KIND).as_str().unwrap_or_default();
    let summary =
        format!("The managed network of {:?} is of kind {kind}, and stays so", name(prior));
    let detail = format!(
        "Azure settles the kind when the network of a hub is made, and takes that network away \
         with the hub alone. Set `{KIND} = {kind:?}`, or remove it."
    );
    Diagnostic::error(summary, detail).at(Path::of(KIND))
}

/// What goes with an account's network that another takes the place of.
fn costs(change: &Change<'_>) -> Option<Diagnostic> {
    let path = change.replace.first()?.clone();
    let summary =
        format!("A new managed network takes the place of that of {:?}", name(change.prior));
    let detail = "All its outbound rules go with the old one, and the private endpoints that they \
                  have made: until they are made anew, agents reach none of what they lead to.";
    Some(Diagnostic::warning(summary, detail).at(path))
}
