//! The state has what Azure has accepted from us, no more and no less, and knows how it ended.

use std::net::TcpListener;

use emulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::pieces;
use crate::theirs::{Kind, Story};
use crate::world::World;

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const SUBNET: &str = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
const CONNECTIONS: &str = "/privateEndpointConnections/";

/// A switch of something that somebody else owns.
struct Switch {
    address: &'static str,
    /// Where it is, and by which method it is written.
    path: &'static str,
    method: &'static str,
    hcl: String,
    /// Its place in the owner's properties, and the value there before.
    property: &'static str,
    before: &'static str,
}

/// The flags of an account and of the hub, and the policy of a subnet.
fn switches() -> Vec<Switch> {
    let flag = |path: &'static str| Switch {
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
    let policy = Switch {
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

impl Switch {
    /// A world in which it is to be switched, and is as it was.
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

/// Somebody else touches the object, so that it is not as it was although nothing of ours came.
#[test]
fn a_switch_that_is_refused() {
    for switch in switches() {
        let world = switch.world();
        let tag = json!({"tags": {"by": "others"}});
        let other = json!({"properties": {"serviceEndpoints": [{"service": "Microsoft.Storage"}]}});
        let change = if switch.method == "PUT" { other } else { tag };
        let change = FaultKind::Change { id: world.cloud.id(switch.path), change };
        let write = |fault: Fault| fault.method(switch.method).path(switch.path);
        world.cloud.fault(write(Fault::new(change)));
        world.cloud.fault(write(Fault::status(429, "TooManyRequests", "A moment, please.")));
        let refused = Fault::status(403, "RequestDisallowedByPolicy", "It stays as it is.");
        world.cloud.fault(write(refused.count(0)).nth(2));
        world.apply().fails_with("It stays as it is.");
        assert!(world.instances().is_empty(), "{} is on record", switch.path);
        assert_eq!(switch.value(&world), switch.before);
        world.cloud.forget_faults();
        world.apply().creates(1).replaces(0);
        world.destroy().destroys(1);
        assert_eq!(switch.value(&world), switch.before, "{}", switch.path);
    }
}

/// The write is accepted, and then nobody can look. There is nothing to make anew: `previous` is
/// what was there before the first write.
#[test]
fn a_switch_that_nobody_can_look_at() {
    let refused = || Fault::status(403, "AuthorizationFailed", "You may not look.");
    for blind in [refused(), Fault::new(FaultKind::Hang)] {
        for switch in switches() {
            let world = switch.world();
            let blind = blind.clone().method("GET").path(switch.path).count(0);
            world.cloud.fault(blind.after(switch.method, switch.path));
            let outcome = world.apply();
            assert!(!world.is_tainted(switch.address), "{}", switch.path);
            outcome.creates(1).warns_somehow();
            world.cloud.forget_faults();
            world.apply().replaces(0);
            world.plan().is_quiet();
            assert_ne!(switch.value(&world), switch.before);
            assert_eq!(switch.writes(&world), 1, "{}", switch.path);
            world.destroy().destroys(1);
            assert_eq!(switch.value(&world), switch.before, "{}", switch.path);
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

/// A world with an endpoint that waits for its approval, and the ID of the connection.
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
fn an_approval_that_is_refused() {
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

/// What is approved stays so: to replace it would be to delete the connection for good.
#[test]
fn an_approval_that_nobody_can_look_at() {
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

/// The address of the interface of an endpoint to the storage account.
const INTERFACE: &str = "/networkInterfaces/";

fn interface(story: &Story) -> Value {
    story.world.attribute(&story.kind.address("it"), "network_interface.0.id")
}

/// A role that is some seconds old.
#[test]
fn one_refused_look_after_a_create_is_tried_again() {
    let story = Story::of_nothing(Kind::Endpoint, &["it"]);
    let hcl = story.hcl("");
    story.world.config_with_provider("provider \"azureai\" {}\n", &hcl);
    let refused = Fault::status(403, "AuthorizationFailed", "Not yet.");
    story.world.cloud.fault(refused.method("GET").path(INTERFACE));
    story.world.apply().creates(1).keeps_quiet_about("Not yet.");
    assert!(!story.world.is_tainted(&story.kind.address("it")));
    assert!(interface(&story).is_string());
    story.world.plan().is_quiet();
}

/// Looks that are refused for good are a warning; what is made stays.
#[test]
fn looks_that_are_refused_after_a_create() {
    for kind in [Kind::Zone, Kind::Link, Kind::Record, Kind::Endpoint] {
        for part in [kind.path("it"), INTERFACE.to_owned()] {
            if part == INTERFACE && kind != Kind::Endpoint {
                continue;
            }
            let story = Story::of_nothing(kind, &["it"]);
            let world = &story.world;
            let refused = Fault::status(403, "AuthorizationFailed", "You may not look.");
            let refused = refused.method("GET").path(&part).count(0);
            world.cloud.fault(refused.after("PUT", &kind.path("it")));
            let outcome = world.apply();
            assert!(!world.is_tainted(&kind.address("it")), "{kind:?}, {part}");
            let outcome = outcome.creates(1);
            // An answer that says it all needs no look.
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

/// The next PUT of the endpoint loses its answer, and if it comes again it is not what was read.
/// It changes more than tags: a change of tags is done with its answer (recorded).
fn loses_its_answer(world: &World) {
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
fn an_update_whose_answer_is_lost_is_followed_to_its_end() {
    let world = World::new();
    loses_its_answer(&world);
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
fn an_update_whose_answer_is_lost_and_which_fails() {
    let world = World::new();
    loses_its_answer(&world);
    let failed = json!({"properties": {"provisioningState": "Failed"}});
    let failed = FaultKind::Change { id: world.cloud.id(pieces::ENDPOINT_PATH), change: failed };
    let failed = Fault::new(failed).method("GET").path(pieces::ENDPOINT_PATH);
    world.cloud.fault(failed.after("PUT", "/privateEndpoints/pe-hub"));
    world.apply().fails_with("Failed").says("\"pe-hub\"");
    world.cloud.forget_faults();
    world.apply().updates(1).replaces(0);
    world.plan().is_quiet();
}

/// Beside 200 and 201 it names the resource, and nothing else; nobody is asked there.
#[test]
fn a_location_beside_the_end_is_no_operation() {
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
    let flag = &switches()[0].hcl;
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
        assert!(elsewhere.accept().is_err(), "somebody was asked at {value}");
    }
}
