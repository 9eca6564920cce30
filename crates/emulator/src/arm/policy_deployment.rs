//! What DeployIfNotExists policies do once an endpoint stands: they make its zone group.

use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::{Value, json};

use super::write;
use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::rules::policy::{PendingDeployment, link_group};
use crate::world::World;

/// The name of the zone group that policies deploy.
const DEPLOYED: &str = "deployedByPolicy";

/// Carries out the deployments whose time has come.
pub(super) fn deploy(world: &mut World) {
    let now = world.clock.now();
    for one in world.rules.policies.due(now) {
        if let Err(error) = zone_group(world, &one) {
            let text = format!("{}: {}: {}", one.endpoint, error.code, error.message);
            world.rules.policies.failures.push(text);
        }
    }
}

fn zone_group(world: &mut World, one: &PendingDeployment) -> Result<(), ArmError> {
    let endpoint = one.endpoint.to_string();
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
    let configs: Vec<Value> = one.zones.iter().zip(&ORDINALS).map(config).collect();
    let body = json!({ "properties": { "privateDnsZoneConfigs": configs } });
    let id = one.endpoint.child("privateDnsZoneGroups", DEPLOYED);
    let Some(resource_type) = world.type_of(&id) else { return Ok(()) };
    let request = HttpRequest::new("PUT", &id.to_string(), "", HeaderMap::new(), Bytes::new());
    write::put(world, &request, resource_type, (&id, resource_type.info().newest()), &body)
        .map(|_| ())
}
