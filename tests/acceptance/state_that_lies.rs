//! Acceptance tests of the state: it has exactly the changes that Azure has accepted, and their
//! outcome.

use std::net::TcpListener;

use emulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::pieces;
use crate::theirs::{Creation, Kind};
use crate::world::World;

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const SUBNET: &str = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
const CONNECTIONS: &str = "/privateEndpointConnections/";

/// Property of an object that another configuration owns.
struct Property {
    address: &'static str,
    /// Path of the object, and method of its writes.
    path: &'static str,
    method: &'static str,
    hcl: String,
    /// Name of the property, and its former value.
    property: &'static str,
    before: &'static str,
}

/// Returns the flags of an account and of the hub, and the policy of a subnet.
fn properties() -> Vec<Property> {
    let flag = |path: &'static str| Property {
        address: "azureai_public_network_access.f",
        path,
        method: "PATCH",
        hcl: format!(
            "resource \"azureai_public_network_access\" \"f\" {{\n  resource_id = \
             \"${{local.group}}/providers/{path}\"\n  public_network_access = \"Disabled\"\n  \
             on_destroy = \"restore\"\n  guard {{\n    mode = \"off\"\n  }}\n  timeouts {{\n    \
             create = \"4s\"\n  }}\n}}\n"
        ),
        property: "publicNetworkAccess",
        before: "Enabled",
    };
    let policy = Property {
        address: "azureai_subnet_private_endpoint_policy.f",
        path: SUBNET,
        method: "PUT",
        hcl: "resource \"azureai_subnet_private_endpoint_policy\" \"f\" {\n  subnet_id = \
              local.subnet\n  private_endpoint_network_policies = \"Enabled\"\n  on_destroy = \
              \"restore\"\n  timeouts {\n    create = \"4s\"\n  }\n}\n"
            .to_owned(),
        property: "privateEndpointNetworkPolicies",
        before: "Disabled",
    };
    vec![flag(STORAGE), flag(pieces::WORKSPACE_PATH), policy]
}

impl Property {
    /// Returns a world in which the property has its former value, with the configuration that
    /// changes it.
    fn world(&self) -> World {
        let world = World::new();
        world.cloud.patch(self.path, &json!({"properties": {self.property: self.before}}));
        world.config(&self.hcl);
        world
    }

    fn value(&self, world: &World) -> Value {
        world.cloud.get(self.path).unwrap()["properties"][self.property].clone()
    }

    fn writes(&self, world: &World) -> usize {
        let is_write =
            |it: &&emulator::Request| it.method == self.method && it.path.ends_with(self.path);
        world.cloud.requests().iter().filter(is_write).count()
    }
}

/// Another client changes the object, so it differs although Azure rejected the provider's write.
#[test]
fn a_rejected_property_is_not_in_the_state() {
    for property in properties() {
        let world = property.world();
        let tag = json!({"tags": {"by": "others"}});
        let other = json!({"properties": {"serviceEndpoints": [{"service": "Microsoft.Storage"}]}});
        let change = if property.method == "PUT" { other } else { tag };
        let change = FaultKind::Change { id: world.cloud.id(property.path), change };
        let write = |fault: Fault| fault.method(property.method).path(property.path);
        world.cloud.fault(write(Fault::new(change)));
        world.cloud.fault(write(Fault::status(429, "TooManyRequests", "A moment, please.")));
        let refused = Fault::status(403, "RequestDisallowedByPolicy", "It stays as it is.");
        world.cloud.fault(write(refused.count(0)).nth(2));
        world.apply().fails_with("It stays as it is.");
        assert!(world.instances().is_empty(), "{} is on record", property.path);
        assert_eq!(property.value(&world), property.before);
        world.cloud.forget_faults();
        world.apply().creates(1).replaces(0);
        world.destroy().destroys(1);
        assert_eq!(property.value(&world), property.before, "{}", property.path);
    }
}

/// Azure accepts the write, and then refuses every read. A replacement would be wrong: `previous`
/// is the value before the first write.
#[test]
fn a_property_that_cannot_be_read_back_is_not_tainted() {
    let refused = || Fault::status(403, "AuthorizationFailed", "You may not look.");
    for blind in [refused(), Fault::new(FaultKind::Hang)] {
        for property in properties() {
            let world = property.world();
            let blind = blind.clone().method("GET").path(property.path).count(0);
            world.cloud.fault(blind.after(property.method, property.path));
            let outcome = world.apply();
            assert!(!world.is_tainted(property.address), "{}", property.path);
            outcome.creates(1).warns_somehow();
            world.cloud.forget_faults();
            world.apply().replaces(0);
            world.plan().is_quiet();
            assert_ne!(property.value(&world), property.before);
            assert_eq!(property.writes(&world), 1, "{}", property.path);
            world.destroy().destroys(1);
            assert_eq!(property.value(&world), property.before, "{}", property.path);
        }
    }
}

const MANUAL: &str = r#"
resource "azureai_private_endpoint" "hub" {
  name                = "pe-hub"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "vault"
    is_manual_connection           = true
    request_message                = "Let us in."
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
  }
}
"#;

const APPROVAL: &str = r#"
resource "azureai_private_endpoint_connection_approval" "a" {
  target_resource_id  = local.vault
  private_endpoint_id = azureai_private_endpoint.hub.id
  description         = "ours"
  on_destroy          = "delete"
}
"#;

const IT: &str = "azureai_private_endpoint_connection_approval.a";

/// Returns a world with an endpoint that waits for its approval, and the ID of the connection.
fn waiting() -> (World, String) {
    let world = World::new();
    world.config(MANUAL);
    world.apply().creates(1);
    let kind = "Microsoft.KeyVault/vaults/privateEndpointConnections";
    let id = world.cloud.of_kind(kind)[0]["id"].as_str().unwrap().to_owned();
    world.config(&[MANUAL, APPROVAL].concat());
    (world, id)
}

fn status(world: &World, id: &str) -> Value {
    let connection = world.cloud.get(id).expect("the connection is there");
    connection["properties"]["privateLinkServiceConnectionState"]["status"].clone()
}

fn deletes(world: &World) -> usize {
    world.cloud.requests().iter().filter(|it| it.method == "DELETE").count()
}

#[test]
fn a_rejected_approval_is_not_in_the_state() {
    let (world, id) = waiting();
    let theirs = json!({"properties": {"privateLinkServiceConnectionState":
        {"description": "theirs"}}});
    let write = |fault: Fault| fault.method("PUT").path(CONNECTIONS);
    world.cloud.fault(write(Fault::new(FaultKind::Change { id: id.clone(), change: theirs })));
    world.cloud.fault(write(Fault::status(503, "ServerBusy", "A moment, please.")));
    let refused = Fault::status(403, "AuthorizationFailed", "You may not decide this.");
    world.cloud.fault(write(refused).nth(2));
    world.apply().fails_with("You may not decide this.");
    assert!(world.instance(IT).is_null(), "it is on record");
    assert_eq!(status(&world, &id), "Pending");
    world.apply().creates(1).replaces(0);
    assert_eq!((status(&world, &id), deletes(&world)), (json!("Approved"), 0));
    world.plan().is_quiet();
}

/// A replacement would delete the approved connection for good.
#[test]
fn an_approval_that_cannot_be_read_back_is_not_tainted() {
    let (world, id) = waiting();
    let blind = Fault::status(403, "AuthorizationFailed", "You may not look.");
    let blind = blind.method("GET").path(CONNECTIONS).count(0);
    world.cloud.fault(blind.after("PUT", CONNECTIONS));
    let outcome = world.apply();
    assert!(!world.is_tainted(IT), "it is tainted");
    outcome.creates(1).warns_somehow();
    world.cloud.forget_faults();
    world.apply().replaces(0);
    assert_eq!((status(&world, &id), deletes(&world)), (json!("Approved"), 0));
    world.plan().is_quiet();
}

/// Part of the paths of network interfaces.
const INTERFACE: &str = "/networkInterfaces/";

fn interface(creation: &Creation) -> Value {
    creation.world.attribute(&creation.kind.address("it"), "network_interface.0.id")
}

/// A new role takes some seconds to apply to every read.
#[test]
fn one_refused_read_after_a_create_is_repeated() {
    let creation = Creation::of_new(Kind::Endpoint, &["it"]);
    let hcl = creation.hcl("");
    creation.world.config_with_provider("provider \"azureai\" {}\n", &hcl);
    let refused = Fault::status(403, "AuthorizationFailed", "Not yet.");
    creation.world.cloud.fault(refused.method("GET").path(INTERFACE));
    creation.world.apply().creates(1).keeps_quiet_about("Not yet.");
    assert!(!creation.world.is_tainted(&creation.kind.address("it")));
    assert!(interface(&creation).is_string());
    creation.world.plan().is_quiet();
}

/// Reads that stay refused cause a warning, and the created object stays.
#[test]
fn refused_reads_after_a_create_are_a_warning() {
    for kind in [Kind::Zone, Kind::Link, Kind::Record, Kind::Endpoint] {
        for part in [kind.path("it"), INTERFACE.to_owned()] {
            if part == INTERFACE && kind != Kind::Endpoint {
                continue;
            }
            let creation = Creation::of_new(kind, &["it"]);
            let world = &creation.world;
            let refused = Fault::status(403, "AuthorizationFailed", "You may not look.");
            let refused = refused.method("GET").path(&part).count(0);
            world.cloud.fault(refused.after("PUT", &kind.path("it")));
            let outcome = world.apply();
            assert!(!world.is_tainted(&kind.address("it")), "{kind:?}, {part}");
            let outcome = outcome.creates(1);
            // A complete response needs no read.
            if world.cloud.requests().iter().any(|it| it.status == 403) {
                outcome.warns_somehow();
            }
            world.cloud.forget_faults();
            world.apply().replaces(0);
            world.plan().is_quiet();
            assert_eq!(deletes(world), 0, "{kind:?}, {part}");
        }
    }
}

/// Makes the next PUT of the endpoint lose its response, and a repeated PUT fail with 412. It
/// changes more than tags, because a change of tags is complete with its response (recorded).
fn loses_its_response(world: &World) {
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    let member = "  application_security_group_ids = \
                  [\"${local.network}/applicationSecurityGroups/asg-ai\"]\n";
    world.config(&pieces::endpoint_with(member));
    let write = |fault: Fault| fault.method("PUT").path("/privateEndpoints/pe-hub");
    world.cloud.fault(write(Fault::new(FaultKind::ResetAfter)));
    let changed = Fault::status(412, "PreconditionFailed", "The etag does not match.");
    world.cloud.fault(write(changed).nth(2));
}

#[test]
fn an_update_with_a_lost_response_is_awaited() {
    let world = World::new();
    loses_its_response(&world);
    world.cloud.hold(true);
    let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
    let path = world.cloud.id(pieces::ENDPOINT_PATH);
    running.wait_until("it looks again and again", || {
        let requests = world.cloud.requests();
        let written = requests.iter().rposition(|it| it.method == "PUT" && it.status == 0);
        let since = written.map_or(&[][..], |at| &requests[at..]);
        since.iter().filter(|it| it.method == "GET" && it.path == path).count() > 4
    });
    world.cloud.hold(false);
    world.end(running).updates(1);
    let state = world.attribute("azureai_private_endpoint.hub", "provisioning_state");
    assert_eq!(state, "Succeeded");
    world.plan().is_quiet();
}

#[test]
fn a_failed_update_with_a_lost_response_is_reported() {
    let world = World::new();
    loses_its_response(&world);
    let failed = json!({"properties": {"provisioningState": "Failed"}});
    let failed = FaultKind::Change { id: world.cloud.id(pieces::ENDPOINT_PATH), change: failed };
    let failed = Fault::new(failed).method("GET").path(pieces::ENDPOINT_PATH);
    world.cloud.fault(failed.after("PUT", "/privateEndpoints/pe-hub"));
    world.apply().fails_with("Failed").says("\"pe-hub\"");
    world.cloud.forget_faults();
    world.apply().updates(1).replaces(0);
    world.plan().is_quiet();
}

/// Beside 200 and 201, `Location` only names the resource, so the provider does not request it.
#[test]
fn the_location_of_a_completed_write_is_no_operation() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let foreign = format!("https://localhost:{}/it", elsewhere.local_addr().unwrap().port());
    let record = |ttl: u32| {
        format!(
            "resource \"azureai_private_dns_a_record\" \"it\" {{\n  name = \"it\"\n  \
             private_dns_zone_id = azureai_private_dns_zone.api.id\n  ttl = {ttl}\n  records = \
             [\"10.0.1.9\"]\n}}\n"
        )
    };
    let flag = &properties()[0].hcl;
    let all = |tag: &str, ttl: u32, flag: &str| {
        let tags = format!("  tags = {{ v = {tag:?} }}\n");
        [pieces::ZONE, &*pieces::endpoint_with(&tags), &*record(ttl), flag].concat()
    };
    for value in [&*foreign, "/relative/it", "it"] {
        let world = World::new();
        let location = || FaultKind::Header { name: "Location".into(), value: value.into() };
        for (method, path) in [("PUT", "/A/"), ("PUT", "/privateEndpoints/"), ("PATCH", STORAGE)] {
            world.cloud.fault(Fault::new(location()).method(method).path(path).count(0));
        }
        world.config(&all("1", 60, flag));
        world.apply().creates(4);
        world.plan().is_quiet();
        let enabled = flag.replace("\"Disabled\"", "\"Enabled\"");
        world.config(&all("2", 90, &enabled));
        world.apply().updates(3).replaces(0);
        world.plan().is_quiet();
        world.destroy().destroys(4);
        assert!(elsewhere.accept().is_err(), "a request was sent to {value}");
    }
}
