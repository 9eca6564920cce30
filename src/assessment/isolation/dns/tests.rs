//! Tests the DNS proof over every combination of two zones of one name, two networks and a second
//! endpoint. Guard, posture and DNS check all call [`prove`].

use super::name_proof::ZONES;
use super::*;
use crate::private_link::arm_types::{
    DNS_FORWARDING_RULESET, NETWORK_INTERFACE, PRIVATE_DNS_ZONE, PRIVATE_ENDPOINT, VIRTUAL_NETWORK,
    WORKSPACE,
};
use serde_json::{Value as Json, json};

const ZONE: &str = "privatelink.api.azureml.ms";

/// Record of the tested name, and of another member of the same endpoint.
const NAMES: [&str; 2] = ["g.workspace.eastus", "other"];

/// Addresses of the two names, at the first endpoint and at the second.
const ADDRESSES: [[&str; 2]; 2] = [["10.0.0.1", "10.0.0.2"], ["10.0.1.1", "10.0.1.2"]];

/// Possible records: missing, right and wrong ones.
const RECORDS: [&[&str]; 8] = [
    &[],
    &[ADDRESSES[0][0]],
    &[ADDRESSES[0][1]],
    &[ADDRESSES[1][0]],
    &[ADDRESSES[1][1]],
    &["10.9.9.9"],
    &[ADDRESSES[0][0], ADDRESSES[1][0]],
    &[ADDRESSES[0][0], "10.9.9.9"],
];

/// A combination of zones, links, records and endpoints.
#[derive(Clone, Copy, Debug)]
struct World {
    /// If `true`, the first zone is in the endpoint's zone group.
    grouped: bool,
    /// Zone that each network is linked to.
    links: [Option<usize>; 2],
    /// Record of the name in each zone.
    records: [&'static [&'static str]; 2],
    /// If `true`, the second endpoint is approved.
    second: bool,
}

fn id(ty: &str, group: &str, name: &str) -> ResourceId {
    ResourceId::in_group("s", group, ty, name)
}

fn zone(index: usize) -> ResourceId {
    id(PRIVATE_DNS_ZONE.name, ["first", "second"][index], ZONE)
}

fn network(index: usize) -> ResourceId {
    id(VIRTUAL_NETWORK.name, "net", ["a", "b"][index])
}

fn endpoint(index: usize) -> ResourceId {
    id(PRIVATE_ENDPOINT.name, "net", ["pe", "pe-second"][index])
}

fn target() -> ResourceId {
    id(WORKSPACE.name, "ai", "hub")
}

impl World {
    fn every() -> impl Iterator<Item = Self> {
        let places = [None, Some(0), Some(1)];
        let links = places.into_iter().flat_map(move |a| places.map(|b| [a, b]));
        // The second zone has no record, the right one, the other endpoint's, or a wrong one.
        let second = [0, 1, 3, 5].map(|index| RECORDS[index]);
        let records = RECORDS.into_iter().flat_map(move |first| second.map(|it| [first, it]));
        let worlds = links.flat_map(move |links| records.clone().map(move |it| (links, it)));
        worlds.flat_map(|(links, records)| {
            [(false, false), (false, true), (true, false), (true, true)]
                .map(|(grouped, second)| Self { grouped, links, records, second })
        })
    }

    fn reader(&self) -> Reader {
        let mut answers = vec![(format!("/subscriptions/s/{ZONES}/"), self.zones())];
        let rulesets = format!("/subscriptions/s/providers/{}/", DNS_FORWARDING_RULESET.name);
        answers.push((rulesets, json!([])));
        for index in [0, 1] {
            answers.push((network(index).to_string(), json!({})));
            answers.extend(self.of_zone(index));
            answers.extend(self.of_endpoint(index));
        }
        let connections = [0, 1].map(|index| {
            json!({"id": "c", "properties": {"privateEndpoint": {"id": endpoint(index).as_str()}}})
        });
        let body = json!({"properties": {"privateEndpointConnections": connections}});
        answers.push((target().to_string(), body));
        Reader::of(answers)
    }

    fn zones(&self) -> Json {
        json!([0, 1].map(|index| json!({"id": zone(index).as_str()})))
    }

    fn of_zone(&self, index: usize) -> [(String, Json); 2] {
        let linked = (0..2).filter(|network| self.links[*network] == Some(index));
        let links = linked
            .map(|it| json!({"properties": {"virtualNetwork": {"id": network(it).as_str()}}}));
        let a = |name: &str, addresses: &[&str]| {
            let addresses: Vec<_> =
                addresses.iter().map(|it| json!({ "ipv4Address": it })).collect();
            json!({"name": name, "type": "x/A", "properties": {"aRecords": addresses}})
        };
        let soa = json!({"name": "@", "type": "x/SOA"});
        let mut records = vec![soa, a(NAMES[1], &[ADDRESSES[0][1]])];
        if !self.records[index].is_empty() {
            records.push(a(NAMES[0], self.records[index]));
        }
        [
            (format!("{}/virtualNetworkLinks/", zone(index)), links.collect()),
            (format!("{}/ALL/", zone(index)), json!(records)),
        ]
    }

    fn of_endpoint(&self, index: usize) -> [(String, Json); 3] {
        let interface = id(NETWORK_INTERFACE.name, "net", ["nic", "nic-second"][index]);
        let state = if index == 0 || self.second { "Approved" } else { "Rejected" };
        let connection = json!({"properties": {
            "privateLinkServiceId": target().as_str(),
            "groupIds": ["amlworkspace"],
            "privateLinkServiceConnectionState": {"status": state},
        }});
        let body = json!({"properties": {
            "subnet": {"id": network(0).child("subnets", "s").as_str()},
            "networkInterfaces": [{"id": interface.as_str()}],
            "privateLinkServiceConnections": [connection],
        }});
        let member = |name: usize| {
            json!({"properties": {
                "privateIPAddress": ADDRESSES[index][name],
                "privateLinkConnectionProperties": {
                    "groupId": "amlworkspace",
                    "requiredMemberName": NAMES[name],
                    "fqdns": [format!("{}.api.azureml.ms", NAMES[name])],
                },
            }})
        };
        let config = json!({"name": "z", "properties": {
            "privateDnsZoneId": zone(0).as_str(),
            "recordSets": [{"recordSetName": NAMES[0]}],
        }});
        let configs = if self.grouped && index == 0 { vec![config] } else { Vec::new() };
        let group = json!({"name": "g", "properties": {"privateDnsZoneConfigs": configs}});
        [
            (endpoint(index).to_string(), body),
            (
                interface.to_string(),
                json!({"properties": {"ipConfigurations": [member(0), member(1)]}}),
            ),
            (format!("{}/privateDnsZoneGroups/", endpoint(index)), json!([group])),
        ]
    }

    /// Returns `true` if the record in the zone leads clients to the member of the target.
    fn leads(&self, zone: usize) -> bool {
        let second = self.second.then_some(ADDRESSES[1][0]);
        let right = |it: &&str| *it == ADDRESSES[0][0] || second == Some(*it);
        !self.records[zone].is_empty() && self.records[zone].iter().all(right)
    }

    /// Returns whether every client reaches the member, or `None` if that depends on the client.
    fn truth(&self, clients: &[usize]) -> Option<bool> {
        if !clients.is_empty() {
            let leads = |client: &usize| self.links[*client].is_some_and(|zone| self.leads(zone));
            return Some(clients.iter().all(leads));
        }
        let asked: Vec<bool> = self.links.iter().flatten().map(|zone| self.leads(*zone)).collect();
        match (asked.iter().any(|it| *it), asked.iter().all(|it| *it)) {
            (true, false) => None,
            (any, _) => Some(any),
        }
    }
}

#[test]
fn name_is_proven_if_every_client_reaches_its_member() {
    let mut seen = 0;
    for world in World::every() {
        let reader = world.reader();
        let live = LiveEndpoint::see(&reader, &endpoint(0)).found().unwrap();
        for clients in [&[][..], &[0], &[1], &[0, 1]] {
            let networks: Vec<ResourceId> = clients.iter().map(|it| network(*it)).collect();
            let proofs = prove(&reader, &live, &networks).found().unwrap();
            assert!(reader.is_complete(), "{world:?}");
            let proof = proofs.iter().find(|it| it.needed.record == NAMES[0]).unwrap();
            let proven = proof.status == Status::Proven;
            if let Some(truth) = world.truth(clients) {
                assert_eq!(proven, truth, "{world:?} {clients:?}: {proof:?}");
                seen += 1;
            }
            assert_eq!(proven, proof.finding(&live.id).is_none());
            // A suggested link never conflicts with an existing one.
            let asks = |network: usize| world.links[network].is_some();
            let refused = (0..2).filter(|it| asks(*it)).map(|it| network(it).to_string());
            let refused: Vec<String> = refused.collect();
            assert!(proof.unlinked.iter().all(|it| !refused.contains(it)), "{world:?}");
        }
    }
    assert!(seen > 4_000, "{seen}");
}
