//! `azureai_private_dns_check` follows the DNS servers of the clients' networks, and the DNS
//! forwarding rulesets that are linked to these networks, as far as they are in Azure.

use serde_json::{Value, json};

use crate::pieces::GROUND;
use crate::world::World;

const IT: &str = "data.azureai_private_dns_check.hub";
const CLIENT: &str = "Microsoft.Network/virtualNetworks/vnet-app";
const OTHER: &str = "Microsoft.Network/virtualNetworks/vnet-other";
const RESOLVER: &str = "Microsoft.Network/dnsResolvers/resolver";
const RULES: &str = "Microsoft.Network/dnsForwardingRulesets/rules";

/// Address of the resolver's inbound endpoint. `FOREIGN` is the address of a server outside Azure.
const INBOUND: &str = "10.7.0.4";
const FOREIGN: &str = "10.9.0.4";

fn check(world: &World) -> String {
    format!(
        r#"
data "azureai_private_dns_check" "hub" {{
  private_endpoint_id        = azureai_private_endpoint.hub.id
  client_virtual_network_ids = ["{}"]
  depends_on                 = [azureai_private_dns_zone_virtual_network_link.hub]
}}
"#,
        world.cloud.id(CLIENT)
    )
}

/// Writes a network whose clients use these DNS servers.
fn network(world: &World, path: &str, servers: &[&str]) {
    world.cloud.put(
        path,
        &json!({ "location": "eastus", "properties": {
            "addressSpace": { "addressPrefixes": ["10.8.0.0/16"] },
            "dhcpOptions": { "dnsServers": servers },
        } }),
    );
}

/// Writes the DNS resolver, in this network.
fn resolver(world: &World, network: &str) {
    if world.cloud.has(RESOLVER) {
        world.cloud.delete(RESOLVER);
    }
    let properties = json!({ "virtualNetwork": { "id": world.cloud.id(network) } });
    world.cloud.put(RESOLVER, &json!({ "location": "eastus", "properties": properties }));
    let configuration = json!([{ "privateIpAddress": INBOUND }]);
    let properties = json!({ "ipConfigurations": configuration });
    let path = format!("{RESOLVER}/inboundEndpoints/in");
    world.cloud.put(&path, &json!({ "location": "eastus", "properties": properties }));
}

/// Writes a ruleset with one rule and links it to the clients' network, or deletes the ruleset if
/// `rule` is `None`.
fn rule(world: &World, rule: Option<(&str, &str)>) {
    if world.cloud.has(RULES) {
        world.cloud.delete(RULES);
    }
    let Some((domain, server)) = rule else { return };
    world.cloud.put(RULES, &json!({ "location": "eastus", "properties": {} }));
    let link = json!({ "properties": { "virtualNetwork": { "id": world.cloud.id(CLIENT) } } });
    world.cloud.put(&format!("{RULES}/virtualNetworkLinks/app"), &link);
    let servers = json!([{ "ipAddress": server, "port": 53 }]);
    let rule = json!({ "properties": { "domainName": domain, "targetDnsServers": servers } });
    world.cloud.put(&format!("{RULES}/forwardingRules/one"), &rule);
}

/// Returns the distinct statuses of the names, and the result for the name of the API.
fn look(world: &World) -> (Vec<String>, Value) {
    world.run(&["apply", "-refresh=false", "-input=false", "-auto-approve"]).succeeds();
    let names = world.attribute(IT, "names");
    let names = names.as_array().expect("names");
    let mut statuses: Vec<String> =
        names.iter().map(|name| name["status"].as_str().expect("a status").to_owned()).collect();
    statuses.sort();
    statuses.dedup();
    let api = names.iter().find(|name| {
        name["fqdn"].as_str().is_some_and(|it| it.ends_with("workspace.eastus.api.azureml.ms"))
    });
    (statuses, api.expect("the name of the API").clone())
}

/// Only `vnet-ai` is linked to the zones.
#[test]
fn dns_servers_and_forwarding_rules_are_followed() {
    let world = World::new();
    network(&world, CLIENT, &[]);
    network(&world, OTHER, &[]);
    world.config(&[GROUND, &check(&world)].concat());
    world.apply().creates(5);
    const HUB: &str = "Microsoft.Network/virtualNetworks/vnet-ai";
    let steps = |servers: &[&str], of: &str, to: Option<(&str, &str)>| {
        network(&world, CLIENT, servers);
        resolver(&world, of);
        rule(&world, to);
        look(&world)
    };
    let public = ("api.azureml.ms.", INBOUND);
    let zone = ("privatelink.api.azureml.ms.", INBOUND);
    let all = (".", FOREIGN);
    for (servers, of, to, statuses, says) in [
        (&[][..], HUB, None, &["unlinked"][..], "is not linked to vnet-app"),
        (&["168.63.129.16"], HUB, None, &["unlinked"], "is not linked to vnet-app"),
        (&[INBOUND], HUB, None, &["proven"], ""),
        (&[INBOUND], OTHER, None, &["unlinked"], "is not linked to vnet-other (vnet-app uses"),
        (&[FOREIGN], HUB, None, &["unverified"], "vnet-app uses the DNS server 10.9.0.4, which"),
        (&[INBOUND, FOREIGN], HUB, None, &["unverified"], "configure that server to forward "),
        (&[], HUB, Some(public), &["proven", "unlinked"], ""),
        (&[], HUB, Some(zone), &["proven", "unlinked"], ""),
        (&[], HUB, Some(all), &["unverified"], "a forwarding rule of vnet-app sends . to 10.9.0.4"),
        // A resolver resolves names as Azure's DNS does for the resolver's network.
        (&[INBOUND], HUB, Some(all), &["proven"], ""),
    ] {
        let (found, api) = steps(servers, of, to);
        assert_eq!(found, statuses, "{servers:?} {of} {to:?}: {api}");
        let message = api["message"].as_str().unwrap_or_default();
        assert!(message.contains(says), "{servers:?} {to:?}: {message}");
        assert_eq!(message.is_empty(), api["status"] == "proven", "{message}");
    }
    // Azure's DNS answers from a linked zone before it applies a rule for that zone.
    let link = "Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms/virtualNetworkLinks";
    let properties = json!({
        "virtualNetwork": { "id": world.cloud.id(CLIENT) }, "registrationEnabled": false,
        "virtualNetworkLinkState": "Completed",
    });
    world.cloud.put(&format!("{link}/app"), &json!({ "properties": properties }));
    let (_, api) = steps(&[], HUB, Some(("privatelink.api.azureml.ms.", FOREIGN)));
    assert_eq!(api["status"], "proven", "{api}");
    assert_eq!(api["resolution_path"], json!([]));
    // A rule for the public name takes precedence.
    let (_, api) = steps(&[], HUB, Some(("api.azureml.ms.", FOREIGN)));
    assert_eq!(api["status"], "unverified", "{api}");
    // A rule that forwards to the network that it came from is a loop, which Microsoft Learn warns
    // about.
    steps(&[], HUB, Some(public));
    let link = json!({ "properties": { "virtualNetwork": { "id": world.cloud.id(HUB) } } });
    world.cloud.put(&format!("{RULES}/virtualNetworkLinks/hub"), &link);
    let (_, api) = look(&world);
    let message = api["message"].as_str().unwrap_or_default();
    assert!(message.contains("api.azureml.ms in a loop"), "{message}");
}

#[test]
fn unreadable_network_counts_as_using_azure_dns() {
    let world = World::new();
    network(&world, CLIENT, &[INBOUND]);
    resolver(&world, CLIENT);
    world.config(&[GROUND, &check(&world)].concat());
    world.apply().creates(5);
    world.cloud.deny(CLIENT, "*/read");
    let (statuses, api) = look(&world);
    assert_eq!(statuses, ["unlinked"], "{api}");
}
