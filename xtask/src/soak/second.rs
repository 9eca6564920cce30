//! A second writer that changes the emulator during the rounds. It creates zones and endpoints of
//! its own, and adds records, links, rules, groups and tags to the provider's objects.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::arm::{Arm, How, with_entry};
use super::ledger::{Ledger, Thing};
use super::{NETWORKS, SUBNET};
use crate::emulator::Emulator;
use crate::failure::{Failure, Result};

/// Prefix of the second writer's names.
pub(super) const THEIRS: &str = "theirs";

/// Prefix of the names that both writers use, and number of zones, links, records and endpoints
/// with such names.
pub(super) const TAKEN: &str = "taken";
pub(super) const MANY_TAKEN: usize = 5;

/// Number of the second writer's security groups, which the provider's endpoints join.
pub(super) const GROUPS: usize = 20;

/// Maximum number of writes in one round, and pause between two writes.
const MOST: usize = 20_000;
const PAUSE: Duration = Duration::from_millis(10);

/// Maximum number of zones, rules of one kind in an object, records in a zone, and tags on an
/// object. Once all exist, the second writer changes the tags repeatedly.
const MOST_ZONES: usize = 100;
const MOST_RULES: usize = 50;
const MOST_RECORDS: usize = 20;
const TAGS: usize = 10;

const NETWORK_API: &str = "2025-01-01";
const DNS_API: &str = "2024-06-01";
const STORAGE: (&str, &str) = ("Microsoft.Storage/storageAccounts/airefstorage", "2025-08-01");
const VAULT: (&str, &str) = ("Microsoft.KeyVault/vaults/airefkv", "2026-02-01");

/// Services that the second writer adds to the service endpoints of the provider's subnets.
const SERVICES: [&str; 8] = [
    "Microsoft.AzureCosmosDB",
    "Microsoft.CognitiveServices",
    "Microsoft.ContainerRegistry",
    "Microsoft.EventHub",
    "Microsoft.KeyVault",
    "Microsoft.ServiceBus",
    "Microsoft.Sql",
    "Microsoft.Storage",
];

/// Number of kinds of writes, and how many of them apply to the provider's objects. These run only
/// after the first round, because a new object could belong to either writer.
const KINDS: usize = 8;
const TO_OURS: usize = 3;

/// The second writer.
#[derive(Debug)]
pub(super) struct SecondWriter<'a> {
    emulator: &'a Emulator,
    /// ID of the resource group of all objects.
    group: String,
    /// Numbers of the provider's zones, and of endpoints whose group memberships the provider
    /// manages.
    zones: usize,
    members: usize,
    ledger: Ledger,
    /// Number of turns of each kind of write.
    turns: [usize; KINDS],
    writes: usize,
    requests: u64,
    collisions: u64,
    busy: u64,
}

impl<'a> SecondWriter<'a> {
    pub(super) fn new(emulator: &'a Emulator, zones: usize, members: usize) -> Result<Self> {
        let group = emulator.group()?;
        Ok(Self {
            emulator,
            group,
            zones,
            members,
            ledger: Ledger::default(),
            turns: [0; KINDS],
            writes: 0,
            requests: 0,
            collisions: 0,
            busy: 0,
        })
    }

    /// Creates objects with names that the provider's configuration also uses.
    pub(super) fn take_names(&mut self) -> Result<()> {
        let mut arm = Arm::new(self.emulator)?;
        for number in 0..MANY_TAKEN {
            let name = format!("{TAKEN}-{number}.example.net");
            // Every second object is as the provider's configuration describes it.
            let tags = if number % 2 == 0 { json!({ "owner": "them" }) } else { Value::Null };
            self.make_zone(&mut arm, &name, TAKEN, &tags)?;
            let vault = self.id(VAULT.0);
            let connection = json!({ "name": "vault", "properties": {
                "privateLinkServiceId": vault, "groupIds": ["vault"],
            } });
            let subnet = self.id("Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe");
            let body = json!({ "location": "eastus", "tags": tags, "properties": {
                "subnet": { "id": subnet }, "privateLinkServiceConnections": [connection],
            } });
            let id = self.id(&format!("Microsoft.Network/privateEndpoints/{TAKEN}-{number}"));
            self.make(&mut arm, &id, NETWORK_API, &body)?;
        }
        self.count(&arm);
        Ok(())
    }

    /// Writes until `stop` is set.
    pub(super) fn write_until(&mut self, stop: &AtomicBool, to_ours: bool) -> Result<()> {
        let mut arm = Arm::new(self.emulator)?;
        let kinds = if to_ours { KINDS } else { KINDS - TO_OURS };
        let mut written = Ok(());
        for number in 0..MOST {
            if stop.load(Ordering::Relaxed) || written.is_err() {
                break;
            }
            written = self.write(&mut arm, number % kinds);
            std::thread::park_timeout(PAUSE);
        }
        self.count(&arm);
        written
    }

    /// Returns an error if an object of the second writer was changed or deleted.
    pub(super) fn untouched(&self) -> Result<()> {
        let harmed = self.ledger.harmed(&self.emulator.dump()?);
        if harmed.is_empty() {
            return Ok(());
        }
        let count = format!("{} of {}", harmed.len(), self.ledger.len());
        let failure =
            Failure::new(format!("{count} objects of the second writer were changed or deleted"));
        Err(failure.with("Changed or deleted", &harmed.join("\n")))
    }

    /// Returns the counters as a sentence.
    pub(super) fn figures(&self) -> String {
        let Self { writes, requests, collisions, busy, .. } = self;
        let things = self.ledger.len();
        format!(
            "{writes} writes in {requests} requests, {things} objects; it waited {busy} times for \
             the provider's operations and got 412 {collisions} times"
        )
    }

    fn write(&mut self, arm: &mut Arm, kind: usize) -> Result<()> {
        let turn = self.turns[kind];
        let written = match kind {
            0 => self.zone(arm, turn),
            1 => self.record(arm, turn),
            2 => self.link(arm, turn),
            3 => self.rule(arm, turn),
            4 => self.service(arm, turn),
            5 => self.membership(arm, turn),
            6 => self.endpoint_tag(arm, turn),
            _ => self.zone_tag(arm, turn),
        };
        // All objects of this kind may exist, or none to write to.
        if written? {
            self.turns[kind] += 1;
            self.writes += 1;
        }
        Ok(())
    }

    fn count(&mut self, arm: &Arm) {
        self.requests += arm.requests;
        self.collisions += arm.collisions;
        self.busy += arm.busy;
    }

    fn id(&self, tail: &str) -> String {
        format!("{}/providers/{tail}", self.group)
    }

    fn our_zone(&self, turn: usize) -> String {
        let number = turn % self.zones;
        self.id(&format!("Microsoft.Network/privateDnsZones/z{number}.example.org"))
    }

    fn our_endpoint(&self, turn: usize) -> String {
        let number = turn % self.members;
        self.id(&format!("Microsoft.Network/privateEndpoints/soak-{number}"))
    }

    fn make(&mut self, arm: &mut Arm, id: &str, api: &str, body: &Value) -> Result<()> {
        let made = arm.make(id, api, body)?;
        self.ledger.add(id, Thing::Object(made));
        Ok(())
    }

    fn make_record(&mut self, arm: &mut Arm, zone: &str, name: &str) -> Result<()> {
        let mut body = json!({ "properties": {
            "ttl": 10, "aRecords": [{ "ipv4Address": "10.0.1.9" }],
        } });
        if name != TAKEN {
            body["properties"]["metadata"] = json!({ "by": "them" });
        }
        self.make(arm, &format!("{zone}/A/{name}"), DNS_API, &body)
    }

    fn make_link(&mut self, arm: &mut Arm, zone: &str, name: &str) -> Result<()> {
        let network = self.id(&format!("Microsoft.Network/virtualNetworks/{THEIRS}"));
        let body = json!({ "location": "global", "properties": {
            "virtualNetwork": { "id": network }, "registrationEnabled": false,
        } });
        self.make(arm, &format!("{zone}/virtualNetworkLinks/{name}"), DNS_API, &body)
    }

    /// Creates a zone with a link and a record.
    fn make_zone(&mut self, arm: &mut Arm, name: &str, child: &str, tags: &Value) -> Result<()> {
        let zone = self.id(&format!("Microsoft.Network/privateDnsZones/{name}"));
        self.make(arm, &zone, DNS_API, &json!({ "location": "global", "tags": tags }))?;
        self.make_link(arm, &zone, child)?;
        self.make_record(arm, &zone, child)
    }

    // Writes to the provider's objects.

    fn zone(&mut self, arm: &mut Arm, turn: usize) -> Result<bool> {
        if turn >= MOST_ZONES {
            return Ok(false);
        }
        let tags = json!({ "owner": "them" });
        self.make_zone(arm, &format!("{THEIRS}-{turn}.example.net"), THEIRS, &tags)?;
        Ok(true)
    }

    /// Adds a record to a zone of the provider.
    fn record(&mut self, arm: &mut Arm, turn: usize) -> Result<bool> {
        let zone = self.our_zone(turn);
        if turn >= MOST_RECORDS * self.zones || arm.find(&zone, DNS_API)?.is_none() {
            return Ok(false);
        }
        self.make_record(arm, &zone, &format!("{THEIRS}-{turn}"))?;
        Ok(true)
    }

    /// Links a zone of the provider to the second writer's network.
    fn link(&mut self, arm: &mut Arm, turn: usize) -> Result<bool> {
        let zone = self.our_zone(turn);
        if turn >= self.zones || arm.find(&zone, DNS_API)?.is_none() {
            return Ok(false);
        }
        self.make_link(arm, &zone, THEIRS)?;
        Ok(true)
    }

    /// Adds a rule or a tag to an object whose flag the provider manages.
    fn rule(&mut self, arm: &mut Arm, turn: usize) -> Result<bool> {
        let (is_vault, number) = (turn % 2 == 1, turn / 6);
        let (tail, api) = if is_vault { VAULT } else { STORAGE };
        let id = self.id(tail);
        let place = (&*id, api, How::Part);
        if turn % 6 > 3 {
            return self.tag(arm, place, number);
        }
        if number >= MOST_RULES {
            return Ok(true);
        }
        let (list, entry) = match (turn % 6 > 1, is_vault) {
            (false, true) => (IP_RULES, json!({ "value": format!("198.51.100.{number}") })),
            (false, false) => {
                let value = format!("203.0.113.{number}");
                (IP_RULES, json!({ "value": value, "action": "Allow" }))
            }
            (true, is_vault) => {
                let network = self.id(&format!("Microsoft.Network/virtualNetworks/{THEIRS}"));
                let mut rule = json!({ "id": format!("{network}/subnets/{THEIRS}-{number}") });
                match is_vault {
                    true => rule["ignoreMissingVnetServiceEndpoint"] = json!(true),
                    false => rule["action"] = json!("Allow"),
                }
                (NETWORK_RULES, rule)
            }
        };
        self.entry(arm, place, list, &entry)
    }

    /// Adds a service endpoint to a subnet whose network policies the provider manages.
    fn service(&mut self, arm: &mut Arm, turn: usize) -> Result<bool> {
        let Some(service) = SERVICES.get(turn / NETWORKS) else { return Ok(false) };
        let network = format!("soak-{}", turn % NETWORKS);
        let id = format!("Microsoft.Network/virtualNetworks/{network}/subnets/{SUBNET}");
        let entry = json!({ "service": service, "locations": ["eastus"] });
        let place = (&*self.id(&id), NETWORK_API, How::Whole);
        self.entry(arm, place, "/properties/serviceEndpoints", &entry)
    }

    /// Adds a security group of the second writer to an endpoint of the provider.
    fn membership(&mut self, arm: &mut Arm, turn: usize) -> Result<bool> {
        if turn >= GROUPS * self.members {
            return Ok(false);
        }
        let group = turn / self.members;
        let group = format!("Microsoft.Network/applicationSecurityGroups/{THEIRS}-{group}");
        let entry = json!({ "id": self.id(&group) });
        let place = (&*self.our_endpoint(turn), NETWORK_API, How::Whole);
        self.entry(arm, place, "/properties/applicationSecurityGroups", &entry)
    }

    fn endpoint_tag(&mut self, arm: &mut Arm, turn: usize) -> Result<bool> {
        let place = (&*self.our_endpoint(turn), NETWORK_API, How::Whole);
        self.tag(arm, place, turn / self.members)
    }

    fn zone_tag(&mut self, arm: &mut Arm, turn: usize) -> Result<bool> {
        let place = (&*self.our_zone(turn), DNS_API, How::Whole);
        self.tag(arm, place, turn / self.zones)
    }

    fn tag(&mut self, arm: &mut Arm, place: (&str, &str, How), number: usize) -> Result<bool> {
        let (name, value) = (format!("{THEIRS}-{}", number % TAGS), number.to_string());
        let shows = |found: &Value| found["tags"][&name].as_str() == Some(&value);
        let changed = arm.change(place, shows, |found| {
            let mut next = match place.2 {
                How::Whole => found.clone(),
                How::Part => json!({}),
            };
            next["tags"][&name] = json!(value);
            next
        })?;
        if changed {
            self.ledger.add(place.0, Thing::Tag(name, value));
        }
        Ok(changed)
    }

    fn entry(
        &mut self,
        arm: &mut Arm,
        place: (&str, &str, How),
        list: &'static str,
        entry: &Value,
    ) -> Result<bool> {
        let name = if entry["id"].is_string() { "id" } else { "value" };
        let name = if entry["service"].is_string() { "service" } else { name };
        let is_there = |found: &Value| {
            let entries = found.pointer(list).and_then(Value::as_array).into_iter().flatten();
            entries.into_iter().any(|other| other[name] == entry[name])
        };
        let changed = arm.change(place, is_there, |found| {
            // The entry exists, and needs another write after a failed operation.
            let whole = match is_there(found) {
                true => found.clone(),
                false => with_entry(found, list, entry).unwrap_or_else(|_| found.clone()),
            };
            match place.2 {
                How::Whole => whole,
                How::Part => {
                    json!({ "properties": { "networkAcls": whole["properties"]["networkAcls"] } })
                }
            }
        })?;
        if changed {
            self.ledger.add(place.0, Thing::Entry(list, entry.clone()));
        }
        Ok(changed)
    }
}

const IP_RULES: &str = "/properties/networkAcls/ipRules";
const NETWORK_RULES: &str = "/properties/networkAcls/virtualNetworkRules";
