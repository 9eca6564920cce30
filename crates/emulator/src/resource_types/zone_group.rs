//! Microsoft.Network/privateEndpoints/privateDnsZoneGroups.

use serde_json::{Value, json};

use super::common::{NETWORK, network_name};
use super::dns_record::{self, fqdn};
use super::endpoint_check::unprovisioned;
use super::private_endpoint::{NameAddress, refresh_names, served};
use super::properties;
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Location, Patch, TypeInfo};

/// Type of private DNS zone groups.
pub(crate) struct ZoneGroup;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    since: "2020-03-01",
    writable: properties::ZONE_GROUP_WRITABLE,
    read_only: properties::ZONE_GROUP_READ_ONLY,
    location: Location::None,
    tags: false,
    patch: Patch::None,
    ..NETWORK
};

const CONFIGS: &str = "privateDnsZoneConfigs";
const MOST: usize = 5;
const TTL: u32 = 10;

impl ResourceType for ZoneGroup {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let Some(endpoint) = write.id.parent() else {
            return Ok(());
        };
        let (own, id) = (write.id.to_string(), endpoint.to_string());
        if let Some(found) = world.store.get(&id) {
            let state = found.text("provisioningState");
            if state == "Updating" || state == "Deleting" {
                return Err(unprovisioned(&endpoint, &own, state));
            }
        }
        let mut others = world.store.children(&id, "privateDnsZoneGroups");
        if others.any(|other| other.id.key() != write.id.key()) {
            let text = "Cannot create more than one private dns zone groups in the private \
                        endpoint.";
            return Err(ArmError::bad("MoreThanOnePrivateDnsZoneGroupsNotAllowed", text));
        }
        let configs =
            body::items(&INFO, "properties.privateDnsZoneConfigs", write.property(CONFIGS))?;
        if configs.len() > MOST {
            let text = format!("A private dns zone group can have at most {MOST} zone configs.");
            return Err(ArmError::bad("PrivateDnsZoneConfigLimitExceeded", text));
        }
        let mut zones: Vec<(String, String)> = Vec::new();
        for (index, config) in configs.iter().enumerate() {
            let (name, zone) = check_config(world, write, index, config)?;
            check_pair(&own, &zones, &name, &zone)?;
            zones.push((name, zone));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let id = next["id"].as_str().unwrap_or_default().to_owned();
        let endpoint =
            write.id.parent().and_then(|endpoint| world.store.get(&endpoint.to_string()));
        let served = endpoint.map_or_else(Vec::new, |endpoint| served(world, endpoint));
        if next["properties"][CONFIGS].is_null() {
            next["properties"][CONFIGS] = json!([]);
        }
        let configs = next["properties"][CONFIGS].as_array_mut();
        for config in configs.into_iter().flatten() {
            let name = config["name"].as_str().unwrap_or_default().to_owned();
            let zone = config["properties"]["privateDnsZoneId"].clone();
            // The group lists its future records at once (recorded). Late records are listed once
            // they exist.
            let sets = if world.options.record_seconds > 0.0 {
                let old = named(write.stored(CONFIGS), &name);
                old.map_or(json!([]), |old| old["properties"]["recordSets"].clone())
            } else {
                let sets = planned(world, zone.as_str().unwrap_or_default(), &served, "Updating");
                sets.into_iter().map(|(_, set)| set).collect()
            };
            *config = json!({
                "name": name,
                "id": format!("{id}/{CONFIGS}/{name}"),
                "etag": format!("W/\"{}\"", world.guid()),
                "type": format!("{}/{CONFIGS}", INFO.name),
                "properties": {
                    "provisioningState": "Updating",
                    "privateDnsZoneId": zone,
                    "recordSets": sets,
                },
            });
        }
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        if let Some(group) = world.store.get_mut(&id.to_string()) {
            let configs = group.body["properties"][CONFIGS].as_array_mut();
            for config in configs.into_iter().flatten() {
                config["properties"]["provisioningState"] = json!("Succeeded");
            }
        }
        match world.options.record_seconds {
            seconds if seconds > 0.0 => {
                let due = world.clock.now() + seconds;
                world.late_records.push((due, id.clone()));
            }
            _ => sync_records(world, id),
        }
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        let Some(endpoint) = resource.id.parent().map(|id| id.to_string()) else {
            return;
        };
        if let Some(owner) = world.store.get(&endpoint) {
            let creator = creator(owner);
            remove_records(world, &creator, &[]);
            refresh_names(world, &endpoint);
            world.touch(&endpoint);
        }
    }
}

/// Writes the records that are due.
pub(crate) fn write_late_records(world: &mut World) {
    let now = world.clock.now();
    let due = world.late_records.extract_if(.., |(due, _)| *due <= now);
    for (_, id) in due.collect::<Vec<_>>() {
        sync_records(world, &id);
    }
}

/// Updates the records of a group.
fn sync_records(world: &mut World, id: &ResourceId) {
    let Some(endpoint) = id.parent().map(|endpoint| endpoint.to_string()) else {
        return;
    };
    let Some(owner) = world.store.get(&endpoint).cloned() else {
        return;
    };
    let Some(group) = world.store.get(&id.to_string()).cloned() else {
        return;
    };
    let mut configs = group.body["properties"][CONFIGS].clone();
    let served = served(world, &owner);
    let creator = creator(&owner);
    let mut kept: Vec<String> = Vec::new();
    for config in configs.as_array_mut().into_iter().flatten() {
        let zone = config["properties"]["privateDnsZoneId"].as_str().unwrap_or_default();
        let sets = write_records(world, zone, &served, &creator, &mut kept);
        config["properties"]["recordSets"] = json!(sets);
    }
    if let Some(group) = world.store.get_mut(&id.to_string()) {
        group.body["properties"][CONFIGS] = configs;
    }
    remove_records(world, &creator, &kept);
    refresh_names(world, &endpoint);
    world.touch(&endpoint);
}

fn named<'a>(configs: &'a Value, name: &str) -> Option<&'a Value> {
    configs
        .as_array()?
        .iter()
        .find(|config| config["name"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name)))
}

fn check_config(
    world: &World,
    write: &WriteRequest<'_>,
    index: usize,
    config: &Value,
) -> Result<(String, String), ArmError> {
    let path = format!("properties.{CONFIGS}[{index}]");
    body::only_members(&INFO, &path, config, &["id", "name", "type", "etag", "properties"])?;
    let inner = &config["properties"];
    let known = ["privateDnsZoneId", "recordSets", "provisioningState"];
    body::only_members(&INFO, &format!("{path}.properties"), inner, &known)?;
    let name = config["name"].as_str().unwrap_or_default().to_owned();
    if !network_name(&name) {
        let text = format!("Resource name {name} of a private dns zone config is invalid.");
        return Err(ArmError::bad("InvalidResourceName", text));
    }
    let zone = json!({ "id": inner["privateDnsZoneId"] });
    let at = format!("{path}.properties.privateDnsZoneId");
    let zone = body::reference(&INFO, &at, &zone, "Microsoft.Network/privateDnsZones")?.to_string();
    if world.store.get(&zone).is_none() {
        return Err(ArmError::reference(&zone, &write.id.to_string()));
    }
    let stored = named(write.stored(CONFIGS), &name);
    let stored = stored.and_then(|old| old["properties"]["privateDnsZoneId"].as_str());
    if stored.is_some_and(|old| !same(old, &zone)) {
        let text = format!(
            "The private dns zone id of private dns zone config {name} cannot be changed in \
             private dns zone group {}.",
            write.id
        );
        return Err(ArmError::bad("CannotChangePrivateDnsZoneIdOnExistingConfig", text));
    }
    Ok((name, zone))
}

/// Refuses two configurations of one name, and two zones of one name.
fn check_pair(
    own: &str,
    earlier: &[(String, String)],
    name: &str,
    zone: &str,
) -> Result<(), ArmError> {
    let last = |id: &str| id.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    for (other_name, other_zone) in earlier {
        if other_name.eq_ignore_ascii_case(name) {
            let text =
                format!("Resource {own} has two child resources with the same name ({name}).");
            return Err(ArmError::format("DuplicateResourceName", text));
        }
        if last(other_zone) == last(zone) {
            let text = format!("Resource {own} has two private dns zones named {}.", last(zone));
            return Err(ArmError::bad("DuplicatePrivateDnsZoneName", text));
        }
    }
    Ok(())
}

/// Returns the mark that an endpoint leaves in the metadata of its records.
fn creator(endpoint: &Resource) -> String {
    format!(
        "created by private endpoint {} with resource guid {}",
        endpoint.id.name(),
        endpoint.text("resourceGuid")
    )
}

/// Writes the records of one zone, or none if the zone does not have the recommended name.
fn write_records(
    world: &mut World,
    zone: &str,
    served: &[NameAddress],
    creator: &str,
    kept: &mut Vec<String>,
) -> Vec<Value> {
    let planned = planned(world, zone, served, "Succeeded");
    for (id, set) in &planned {
        let body = json!({
            "id": id.to_string(),
            "name": id.name(),
            "type": dns_record::A.info().name,
            "properties": {
                "fqdn": fqdn(id),
                "ttl": TTL,
                "isAutoRegistered": false,
                "aRecords": [{ "ipv4Address": set["ipAddresses"][0] }],
                "metadata": { "creator": creator },
            },
        });
        let text = id.to_string();
        let unchanged =
            world.store.get(&text).is_some_and(|old| old.body["properties"] == body["properties"]);
        if !unchanged {
            world.put(id, body);
        }
        kept.push(id.key());
    }
    planned.into_iter().map(|(_, set)| set).collect()
}

/// Returns the records of one zone with their IDs, as the group lists them.
fn planned(
    world: &World,
    zone: &str,
    served: &[NameAddress],
    state: &str,
) -> Vec<(ResourceId, Value)> {
    let found = world.store.get(zone).and_then(|zone| ResourceId::parse(zone.full_id()));
    let Some(zone) = found else {
        return Vec::new();
    };
    let own = served.iter().filter(|one| one.name.zone.eq_ignore_ascii_case(zone.name()));
    let show = |one: &NameAddress| {
        let id = zone.child("A", &one.name.record.to_ascii_lowercase());
        let set = json!({
            "recordType": "A",
            "recordSetName": id.name(),
            "fqdn": format!("{}.{}", id.name(), zone.name()),
            "ttl": TTL,
            "ipAddresses": [one.address],
            "provisioningState": state,
        });
        (id, set)
    };
    own.map(show).collect()
}

/// Removes the records with this mark, except those to keep.
fn remove_records(world: &mut World, creator: &str, kept: &[String]) {
    let marked = |record: &&Resource| {
        record.body["properties"]["metadata"]["creator"].as_str() == Some(creator)
            && !kept.contains(&record.id.key())
    };
    let records = world.store.of_type(dns_record::A.info().name).filter(marked);
    let ids: Vec<String> = records.map(|record| record.full_id().to_owned()).collect();
    for id in ids {
        world.remove(&id);
    }
}
