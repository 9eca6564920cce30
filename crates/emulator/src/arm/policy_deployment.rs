//! Deployments of DeployIfNotExists policies: the zone group of an endpoint, or role assignments
//! for the identity of a Foundry project.

use serde_json::{Value, json};

use super::{authorization, write};
use crate::arm_error::ArmError;
use crate::guid::fixed_guid;
use crate::resource_id::ResourceId;
use crate::resource_types::{capability_host, identity};
use crate::rules::assignments::DEFINITIONS;
use crate::rules::policy::{Deployment, link_group};
use crate::world::World;

/// Name of the zone group that policies deploy.
const DEPLOYED: &str = "deployedByPolicy";

/// Runs the deployments that are due.
pub(super) fn deploy(world: &mut World) {
    let now = world.clock.now();
    for one in world.rules.policies.due(now) {
        let deployed = match &one.deployment {
            Deployment::ZoneGroup(zones) => zone_group(world, &one.target, zones),
            Deployment::Roles(roles, scope) => assign(world, &one.target, roles, scope),
            Deployment::DataRole => assign_data(world, &one.target),
        };
        if let Err(error) = deployed {
            let text = format!("{}: {}: {}", one.target, error.code, error.message);
            world.rules.policies.failures.push(text);
        }
    }
}

/// Assigns roles at a scope to the identities of a project.
pub(crate) fn assign(
    world: &mut World,
    project: &ResourceId,
    roles: &[&str],
    scope: &str,
) -> Result<(), ArmError> {
    let Some(found) = world.store.get(&project.to_string()) else { return Ok(()) };
    let principals = identity::principals(&found.body).into_iter().map(str::to_owned);
    for principal in principals.collect::<Vec<String>>() {
        for role in roles {
            let name = fixed_guid(&format!("{principal} {role} {scope}")).to_string();
            let body = json!({ "properties": {
                "roleDefinitionId": format!("/providers/{DEFINITIONS}/{role}"),
                "principalId": principal,
                "principalType": "ServicePrincipal",
            } });
            authorization::assign(world, scope, &name, &body)?;
        }
    }
    Ok(())
}

/// Built-in role of Cosmos DB that reads and writes data.
const CONTRIBUTOR: &str = "00000000-0000-0000-0000-000000000002";

/// Assigns the data role to the identities of a capability host's project.
fn assign_data(world: &mut World, host: &ResourceId) -> Result<(), ArmError> {
    let Some(project) = host.parent() else { return Ok(()) };
    let found = [host, &project].map(|id| world.store.get(&id.to_string()));
    let [Some(found), Some(own)] = found else { return Ok(()) };
    let name = found.body["properties"]["threadStorageConnections"][0].as_str();
    let connection = capability_host::connection(world, &project, name.unwrap_or_default());
    let target = connection.map(|it| &it.body["properties"]["metadata"]["ResourceId"]);
    let Some(cosmos) = target.and_then(Value::as_str).map(str::to_owned) else { return Ok(()) };
    let principals = identity::principals(&own.body).into_iter().map(str::to_owned);
    for principal in principals.collect::<Vec<String>>() {
        let name = fixed_guid(&format!("{principal} {CONTRIBUTOR} {cosmos}")).to_string();
        let body = json!({ "properties": {
            "roleDefinitionId": format!("{cosmos}/sqlRoleDefinitions/{CONTRIBUTOR}"),
            "principalId": principal,
            "scope": cosmos,
        } });
        write::seed(world, &format!("{cosmos}/sqlRoleAssignments/{name}"), &body)?;
    }
    Ok(())
}

fn zone_group(world: &mut World, id: &ResourceId, zones: &[String]) -> Result<(), ArmError> {
    let endpoint = id.to_string();
    let Some(found) = world.store.get(&endpoint) else { return Ok(()) };
    let group = link_group(&found.body).to_owned();
    if world.store.children(&endpoint, "privateDnsZoneGroups").next().is_some() {
        return Ok(());
    }
    const ORDINALS: [&str; 5] = ["p", "secondP", "thirdP", "fourthP", "fifthP"];
    let config = |(zone, ordinal): (&String, &&str)| {
        json!({
            "name": format!("{group}-{ordinal}rivateDnsZone"),
            "properties": { "privateDnsZoneId": zone },
        })
    };
    let configs: Vec<Value> = zones.iter().zip(&ORDINALS).map(config).collect();
    let body = json!({ "properties": { "privateDnsZoneConfigs": configs } });
    write::seed(world, &id.child("privateDnsZoneGroups", DEPLOYED).to_string(), &body)
}
