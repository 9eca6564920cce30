//! Microsoft.Network/privateDnsZones/{A, AAAA, CNAME, MX, PTR, SOA, SRV, TXT}.

use serde_json::{Value, json};

use super::dns_zone::PRIVATE_DNS;
use super::facts::{Delete, Etag, Facts, Location, NO_STATES, Patch, Reply};
use super::{Kind, Write, properties};
use crate::body;
use crate::error::ArmError;
use crate::id::ResourceId;
use crate::store::Resource;
use crate::world::World;

/// A record type.
pub(crate) struct Record {
    facts: Facts,
    /// The property that holds its values.
    values: &'static str,
}

const fn record(name: &'static str, values: &'static str) -> Record {
    let facts = Facts {
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
    Record { facts, values }
}

/// IPv4 addresses.
pub(crate) static A: Record = record("Microsoft.Network/privateDnsZones/A", "aRecords");
/// IPv6 addresses.
pub(crate) static AAAA: Record = record("Microsoft.Network/privateDnsZones/AAAA", "aaaaRecords");
/// Aliases.
pub(crate) static CNAME: Record = record("Microsoft.Network/privateDnsZones/CNAME", "cnameRecord");
/// Mail exchanges.
pub(crate) static MX: Record = record("Microsoft.Network/privateDnsZones/MX", "mxRecords");
/// Reverse names.
pub(crate) static PTR: Record = record("Microsoft.Network/privateDnsZones/PTR", "ptrRecords");
/// Start of authority: one, `@`, made with the zone.
pub(crate) static SOA: Record = record("Microsoft.Network/privateDnsZones/SOA", "soaRecord");
/// Services.
pub(crate) static SRV: Record = record("Microsoft.Network/privateDnsZones/SRV", "srvRecords");
/// Texts.
pub(crate) static TXT: Record = record("Microsoft.Network/privateDnsZones/TXT", "txtRecords");

impl Kind for Record {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn check(&self, world: &World, write: &Write<'_>) -> Result<(), ArmError> {
        let soa = self.facts.short() == "SOA";
        if soa && write.id.name() != "@" {
            let text = "A record set of type SOA must be named '@'.";
            return Err(ArmError::bad("BadRequest", text));
        }
        for name in properties::DNS_RECORD_WRITABLE {
            let foreign = name.contains("Record") && *name != self.values;
            let value = write.property(name);
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if foreign && !empty {
                let kind = self.facts.short();
                let text = format!("The record set of type '{kind}' cannot have '{name}'.");
                return Err(ArmError::bad("BadRequest", text));
            }
        }
        check_ttl(&self.facts, write)?;
        self.check_values(write)?;
        check_alias(world, write)
    }

    fn accept(&self, _world: &mut World, write: &Write<'_>, next: &mut Value) {
        let name = write.id.name().to_ascii_lowercase();
        let id = next["id"].as_str().unwrap_or_default();
        let parent = id.rsplit_once('/').map_or("", |(parent, _)| parent);
        next["id"] = json!(format!("{parent}/{name}"));
        next["name"] = json!(name);
        next["properties"]["fqdn"] = json!(fqdn(write.id));
        next["properties"]["isAutoRegistered"] = json!(false);
        if self.facts.short() == "SOA" && !write.patch {
            let mut soa = write.stored("soaRecord").clone();
            body::merge(&mut soa, &next["properties"]["soaRecord"]);
            next["properties"]["soaRecord"] = soa;
        }
    }

    fn check_delete(&self, _world: &World, _resource: &Resource) -> Result<(), ArmError> {
        if self.facts.short() == "SOA" {
            let text = "The SOA record set of a zone cannot be deleted.";
            return Err(ArmError::bad("BadRequest", text));
        }
        Ok(())
    }
}

impl Record {
    fn check_values(&self, write: &Write<'_>) -> Result<(), ArmError> {
        let path = format!("properties.{}", self.values);
        let value = write.property(self.values);
        if self.values.ends_with("Record") {
            return match value {
                Value::Null | Value::Object(_) => Ok(()),
                _ => Err(body::mistyped(&self.facts, &path, "an object")),
            };
        }
        let list = body::items(&self.facts, &path, value)?;
        if list.len() > 20 {
            let text = "A record set may hold at most 20 records.";
            return Err(ArmError::bad("BadRequest", text));
        }
        for entry in list {
            match self.facts.short() {
                "A" => {
                    address::<std::net::Ipv4Addr>(&entry["ipv4Address"])?;
                }
                "AAAA" => {
                    address::<std::net::Ipv6Addr>(&entry["ipv6Address"])?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn address<T: std::str::FromStr>(value: &Value) -> Result<(), ArmError> {
    let text = value.as_str().unwrap_or_default();
    text.parse::<T>()
        .map(|_| ())
        .map_err(|_| ArmError::bad("BadRequest", format!("The IP address '{text}' is not valid.")))
}

fn check_ttl(facts: &Facts, write: &Write<'_>) -> Result<(), ArmError> {
    let ttl = write.property("ttl");
    let valid = ttl.as_u64().is_some_and(|ttl| ttl <= 2_147_483_647);
    if valid || ttl.is_null() && (write.patch || facts.short() == "SOA") {
        return Ok(());
    }
    let text = "The TTL of a record set must be a number from 0 to 2147483647.";
    Err(ArmError::bad("BadRequest", text))
}

/// A CNAME cannot share its name with other records.
fn check_alias(world: &World, write: &Write<'_>) -> Result<(), ArmError> {
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
    let text = format!(
        "The record set '{}' cannot be created because a record of another type with the same \
         name exists, and one of the two is a CNAME.",
        write.id.name()
    );
    Err(ArmError::new(409, "Conflict", text))
}

/// Relative names: labels with dots between, `@` for the zone itself, `*` in front.
fn record_name(name: &str) -> bool {
    let label = |label: &str| {
        label == "*"
            || (1..=63).contains(&label.len())
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    name == "@" || name.len() <= 253 && name.split('.').all(label)
}

/// The absolute name, with the dot at the end that Azure writes.
pub(super) fn fqdn(id: &ResourceId) -> String {
    let zone = id.names.first().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
    match id.name() {
        "@" => format!("{zone}."),
        name => format!("{}.{zone}.", name.to_ascii_lowercase()),
    }
}

/// The SOA record that every zone begins with.
pub(super) fn put_start_of_authority(world: &mut World, zone: &ResourceId) {
    let mut zone = zone.clone();
    if let Some(name) = zone.names.last_mut() {
        *name = name.to_ascii_lowercase();
    }
    let id = zone.child("SOA", "@");
    let body = json!({
        "id": id.to_string(),
        "name": "@",
        "type": SOA.facts.name,
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
