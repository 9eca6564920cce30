//! Microsoft.Network/privateDnsZones/{A, AAAA, CNAME, MX, PTR, SOA, SRV, TXT}.

use serde_json::{Map, Value, json};

use super::common::{NO_STATES, PRIVATE_DNS};
use super::dns_values::{self, RecordValues};
use super::properties;
use crate::arm_error::ArmError;
use crate::body;
use crate::merge_patch;
use crate::resource_id::ResourceId;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Etag, Location, Patch, Reply, TypeInfo};

/// Type of record sets with one record type.
pub(crate) struct Record {
    info: TypeInfo,
    values: RecordValues,
}

const fn record(
    name: &'static str,
    property: &'static str,
    check: fn(&TypeInfo, &str, &Value) -> Result<(), ArmError>,
) -> Record {
    let info = TypeInfo {
        name,
        writable: properties::DNS_RECORD_WRITABLE,
        read_only: properties::DNS_RECORD_READ_ONLY,
        location: Location::None,
        tags: false,
        put: Reply::Now,
        put_again: Reply::Now,
        patch: Patch::Merge(Reply::Now),
        delete: Delete::Now,
        etag: Etag::Record,
        states: NO_STATES,
        valid_name: record_name,
        ..PRIVATE_DNS
    };
    Record { info, values: RecordValues { property, check } }
}

/// IPv4 addresses.
pub(crate) static A: Record =
    record("Microsoft.Network/privateDnsZones/A", "aRecords", dns_values::ipv4);
/// IPv6 addresses.
pub(crate) static AAAA: Record =
    record("Microsoft.Network/privateDnsZones/AAAA", "aaaaRecords", dns_values::ipv6);
/// An alias, which has one record and shares its name with no other record set.
pub(crate) static CNAME: Record =
    record("Microsoft.Network/privateDnsZones/CNAME", "cnameRecord", dns_values::alias);
/// Mail exchanges.
pub(crate) static MX: Record =
    record("Microsoft.Network/privateDnsZones/MX", "mxRecords", dns_values::mail);
/// Reverse names.
pub(crate) static PTR: Record =
    record("Microsoft.Network/privateDnsZones/PTR", "ptrRecords", dns_values::pointer);
/// Start of authority: one record set named `@`, which is created with the zone.
pub(crate) static SOA: Record =
    record("Microsoft.Network/privateDnsZones/SOA", "soaRecord", dns_values::any);
/// Services.
pub(crate) static SRV: Record =
    record("Microsoft.Network/privateDnsZones/SRV", "srvRecords", dns_values::service);
/// Texts.
pub(crate) static TXT: Record =
    record("Microsoft.Network/privateDnsZones/TXT", "txtRecords", dns_values::text);

impl ResourceType for Record {
    fn info(&self) -> &TypeInfo {
        &self.info
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let soa = self.info.short() == "SOA";
        if soa && write.id.name() != "@" {
            let text = "A record set of type SOA must be named '@'.";
            return Err(ArmError::bad("BadRequest", text));
        }
        for name in properties::DNS_RECORD_WRITABLE {
            let foreign = name.contains("Record") && *name != self.values.property;
            let value = write.property(name);
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if foreign && !empty {
                let kind = self.info.short();
                let text = format!("The record set of type '{kind}' cannot have '{name}'.");
                return Err(ArmError::bad("BadRequest", text));
            }
        }
        check_ttl(&self.info, write)?;
        check_metadata(&self.info, write)?;
        let values = write.property(self.values.property);
        self.values.check_all(&self.info, values)?;
        if self.info.short() == "TXT" {
            dns_values::check_texts(world.settings.cloud, values)?;
        }
        check_alias(world, write)
    }

    fn on_accepted(&self, _world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let name = write.id.name().to_ascii_lowercase();
        let id = next["id"].as_str().unwrap_or_default();
        let parent = id.rsplit_once('/').map_or("", |(parent, _)| parent);
        next["id"] = json!(format!("{parent}/{name}"));
        next["name"] = json!(name);
        next["properties"]["fqdn"] = json!(fqdn(write.id));
        next["properties"]["isAutoRegistered"] = json!(false);
        // A `PATCH` replaces the map (recorded by the Azure CLI's tests).
        if write.property("metadata").is_object() {
            next["properties"]["metadata"] = write.property("metadata").clone();
        }
        if self.info.short() == "SOA" && !write.patch {
            let mut soa = write.stored("soaRecord").clone();
            merge_patch::merge(&mut soa, &next["properties"]["soaRecord"]);
            next["properties"]["soaRecord"] = soa;
        }
    }

    fn validate_delete(&self, _world: &World, _resource: &Resource) -> Result<(), ArmError> {
        if self.info.short() == "SOA" {
            let text = "The SOA record set of a zone cannot be deleted.";
            return Err(ArmError::bad("BadRequest", text));
        }
        Ok(())
    }
}

fn check_ttl(info: &TypeInfo, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let ttl = write.property("ttl");
    let valid = ttl.as_u64().is_some_and(|ttl| ttl <= 2_147_483_647);
    if valid || ttl.is_null() && (write.patch || info.short() == "SOA") {
        return Ok(());
    }
    let text = "The TTL of a record set must be a number from 0 to 2147483647.";
    Err(ArmError::bad("BadRequest", text))
}

fn check_metadata(info: &TypeInfo, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let metadata = write.property("metadata");
    let texts = |map: &Map<String, Value>| map.values().all(Value::is_string);
    if metadata.is_null() || metadata.as_object().is_some_and(texts) {
        return Ok(());
    }
    Err(body::wrong_type(info, "properties.metadata", "an object of strings"))
}

/// Refuses a CNAME whose name has other record sets, and other record sets whose name has a CNAME.
/// The zone's own name has the SOA record, so it cannot have a CNAME.
fn check_alias(world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let (Some(zone), Some(own)) = (write.id.parent(), write.id.types.last()) else {
        return Ok(());
    };
    let own_alias = own.eq_ignore_ascii_case("CNAME");
    let clash = world.store.below(&zone.to_string()).any(|(_, other)| {
        let kind = other.id.types.last().map_or("", String::as_str);
        let alias = kind.eq_ignore_ascii_case("CNAME");
        other.id.name().eq_ignore_ascii_case(write.id.name())
            && !kind.eq_ignore_ascii_case("virtualNetworkLinks")
            && alias != own_alias
    });
    if !clash {
        return Ok(());
    }
    let text = if own_alias {
        "The CNAME record could not be created because another record with the same name already \
         exists in this zone."
    } else {
        "The record could not be created because a CNAME record with the same name already exists \
         in this zone."
    };
    Err(ArmError::new(409, "Conflict", text))
}

/// Returns `true` for a relative name: labels separated by dots, `@` for the zone itself, `*` as
/// the first label.
fn record_name(name: &str) -> bool {
    let label = |label: &str| {
        label == "*"
            || (1..=63).contains(&label.len())
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    name == "@" || name.len() <= 253 && name.split('.').all(label)
}

/// Returns the absolute name with the final dot that Azure writes.
pub(super) fn fqdn(id: &ResourceId) -> String {
    let zone = id.names.first().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
    match id.name() {
        "@" => format!("{zone}."),
        name => format!("{}.{zone}.", name.to_ascii_lowercase()),
    }
}

/// Creates the SOA record that every new zone has.
pub(super) fn put_start_of_authority(world: &mut World, zone: &ResourceId) {
    let mut zone = zone.clone();
    if let Some(name) = zone.names.last_mut() {
        *name = name.to_ascii_lowercase();
    }
    let id = zone.child("SOA", "@");
    let body = json!({
        "id": id.to_string(),
        "name": "@",
        "type": SOA.info.name,
        "properties": {
            "fqdn": fqdn(&id),
            "ttl": 3600,
            "isAutoRegistered": false,
            "soaRecord": {
                "email": "azureprivatedns-host.microsoft.com",
                "expireTime": 2_419_200,
                "host": "azureprivatedns.net",
                "minimumTtl": 10,
                "refreshTime": 3600,
                "retryTime": 300,
                "serialNumber": 1,
            },
        },
    });
    world.put(&id, body);
}
