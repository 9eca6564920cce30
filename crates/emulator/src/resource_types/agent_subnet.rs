//! Subnet of an account's agents: its requirements, and the link that holds it until the account is
//! purged, and for a while after that.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::resource_type::WriteRequest;
use crate::world::store::Resource;

/// Type of the accounts.
pub(super) const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts";

/// Delegation that the subnet needs, in this case.
const DELEGATION: &str = "Microsoft.App/environments";

/// Name of the link.
const LINK: &str = "legionservicelink";

/// Returns the subnet that an account's body names. The text is empty if Microsoft manages the
/// network.
pub(super) fn of_account(body: &Value) -> Option<&str> {
    let id = body["properties"]["networkInjections"][0]["subnetArmId"].as_str();
    id.filter(|id| !id.is_empty())
}

/// Refuses invalid network injections, and a change of where an account's agents run.
pub(super) fn check_injections(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let (asked, stored) = (write.property("networkInjections"), write.stored("networkInjections"));
    if asked.is_null() {
        return Ok(());
    }
    let Some([asked]) = asked.as_array().map(Vec::as_slice) else {
        let text = "Invalid/Empty NetworkInjection object";
        return Err(ArmError::bad("InvalidResourceProperties", text));
    };
    let text = |it: &Value, name: &str| it[name].as_str().unwrap_or_default().to_owned();
    let managed = |it: &Value| it["useMicrosoftManagedNetwork"] == json!(true);
    let subnet = ResourceId::parse(&text(asked, "subnetArmId"));
    let is_subnet =
        subnet.is_some_and(|id| id.is_type("Microsoft.Network/virtualNetworks/subnets"));
    if !managed(asked) && !is_subnet {
        let text = "The subnetArmId of a NetworkInjection must be the ID of a subnet.";
        return Err(ArmError::bad("InvalidResourceProperties", text));
    }
    if write.before.is_none() {
        return Ok(());
    }
    let stays = |it: &Value| {
        ["scenario", "subnetArmId"].iter().all(|name| same(&text(it, name), &text(asked, name)))
            && managed(it) == managed(asked)
    };
    if !stays(&stored[0]) {
        let text = "Removing NetworkInjections is not allowed once it has been set.";
        return Err(ArmError::bad("NetworkInjectionUpdateNotAllowed", text));
    }
    Ok(())
}

/// Returns the error with which the creation of an account fails later because of its agent subnet.
pub(super) fn unusable(world: &World, write: &WriteRequest<'_>) -> Option<ArmError> {
    let subnet = of_account(write.body).filter(|_| write.before.is_none())?;
    let failed = |text: &str| Some(ArmError::bad("ResourceProviderError", text));
    let Some(found) = world.store.get(subnet) else {
        return failed(
            "Invalid vnet resource ID provided, or the virtual network could not be found.",
        );
    };
    let delegations = found.body["properties"]["delegations"].as_array();
    let is_ours = |it: &Value| it["properties"]["serviceName"] == json!(DELEGATION);
    if !delegations.into_iter().flatten().any(is_ours) {
        return failed(
            "The environment network configuration is invalid: Invalid vnet resource ID \
                       provided, or the virtual network could not be found.",
        );
    }
    let own = write.id.key();
    if holders(world, subnet).any(|key| key != own) {
        return failed(
            "Failed to create Aml RP virtual workspace due to System.Exception: Failed \
                       async operation",
        );
    }
    None
}

/// Returns the keys of all accounts that hold a subnet, including deleted and recently purged ones.
fn holders(world: &World, subnet: &str) -> impl Iterator<Item = String> {
    let has = |account: &&Resource| of_account(&account.body).is_some_and(|it| same(it, subnet));
    let there = world.store.of_type(ACCOUNT).filter(has);
    let there = there.chain(world.trash.all().filter(has)).map(|it| it.id.key());
    let left = world.releasing.iter().filter(|(_, id)| same(id, subnet)).map(|_| String::new());
    there.chain(left).collect::<Vec<_>>().into_iter()
}

/// Returns the service association link of an account in a subnet, if there is one.
pub(super) fn link(world: &World, subnet: &str) -> Option<Value> {
    holders(world, subnet).next()?;
    let link = subnet.replace("/providers/Microsoft.Network", "");
    Some(json!({
        "name": LINK,
        "id": format!("{subnet}/serviceAssociationLinks/{LINK}"),
        "type": "Microsoft.Network/virtualNetworks/subnets/serviceAssociationLinks",
        "properties": {
            "provisioningState": "Succeeded",
            "linkedResourceType": DELEGATION,
            "link": link,
            "enabledForArmDeployments": false,
            "allowDelete": false,
            "locations": [],
        },
    }))
}

/// Refuses a subnet's body without the delegation that the link needs.
pub(super) fn check_delegation(world: &World, subnet: &str, body: &Value) -> Result<(), ArmError> {
    let delegations = body["properties"]["delegations"].as_array();
    let is_ours = |it: &Value| it["properties"]["serviceName"] == json!(DELEGATION);
    if delegations.into_iter().flatten().any(is_ours) || link(world, subnet).is_none() {
        return Ok(());
    }
    let text = format!(
        "Subnet {subnet} requires the following delegation(s) [{DELEGATION}] to reference service \
         association link {subnet}/serviceAssociationLinks/{LINK}."
    );
    Err(ArmError::bad("SubnetMissingRequiredDelegation", text))
}

/// Releases the subnet of a purged account, now or later.
pub(super) fn release(world: &mut World, account: &Resource) {
    if let Some(subnet) = of_account(&account.body) {
        let due = world.clock.now() + world.options.link_release_seconds;
        world.releasing.push((due, subnet.to_owned()));
    }
}

/// Removes the links whose release is due.
pub(crate) fn release_due(world: &mut World) {
    let now = world.clock.now();
    world.releasing.retain(|(due, _)| *due > now);
}
