//! What is told of a plan before anything is made: each check fires, and is silent when it should.

use serde_json::json;

use crate::cloud::Cloud;
use crate::pieces;
use crate::world::World;

const ZONES: &str = "Microsoft.Network/privateDnsZones";

/// A story of one check.
struct Story<'s> {
    code: &'static str,
    /// What is so in Azure.
    given: fn(&Cloud),
    /// The piece of the configuration that is replaced, and by what.
    good: &'s str,
    bad: &'s str,
    says: &'s str,
    error: bool,
}

/// With the bad piece the check fires; with it and the check off, and with the good one, it does
/// not.
fn each_fires(hcl: &str, stories: &[Story<'_>]) {
    for Story { code, given, good, bad, says, error } in stories {
        let world = World::new();
        given(&world.cloud);
        assert!(hcl.contains(good), "nowhere: {good}");
        let wrong = hcl.replacen(good, bad, 1);
        world.config(&wrong);
        let outcome = world.plan();
        let outcome = if *error { outcome.fails_with(says) } else { outcome.warns(says) };
        outcome.says(code).says("on main.tf line");
        let off =
            format!("provider \"azureai\" {{\n  check_overrides = {{ {code} = \"off\" }}\n}}\n");
        world.config_with_provider(&off, &wrong);
        let _ = world.plan().keeps_quiet_about(code);
    }
}

/// The configuration as it is good raises nothing.
fn is_silent(hcl: &str) {
    let world = World::new();
    both_zones(&world.cloud);
    world.config(hcl);
    world.plan().succeeds().keeps_quiet_about("AAI");
}

fn nothing(_: &Cloud) {}

fn both_zones(cloud: &Cloud) {
    cloud.put_zone(pieces::ZONE_PATH);
    cloud.put_zone(&format!("{ZONES}/privatelink.notebooks.azure.net"));
}

fn group_of(names: &[&str]) -> String {
    let ids = names.iter().map(|name| format!("\"${{local.network}}/privateDnsZones/{name}\""));
    let ids = ids.collect::<Vec<_>>().join(", ");
    let zones = format!("    private_dns_zone_ids = [{ids}]\n");
    let name = "    name = \"default\"\n";
    pieces::endpoint_with(&format!("  private_dns_zone_group {{\n{name}{zones}  }}\n"))
}

#[test]
fn of_the_zones_of_an_endpoint() {
    let good = group_of(&["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"]);
    is_silent(&good);
    let notebooks = ", \"${local.network}/privateDnsZones/privatelink.notebooks.azure.net\"";
    let story =
        |code, good, bad, says, error| Story { code, given: both_zones, good, bad, says, error };
    each_fires(
        &good,
        &[
            story("AAI001", "[\"amlworkspace\"]", "[\"amlworkspce\"]", "Did you mean", true),
            story("AAI002", notebooks, "", "lacks privatelink.notebooks.azure.net", false),
            story(
                "AAI003",
                "privatelink.api.azureml.ms",
                "privatelink.api.azurml.ms",
                "is no zone",
                true,
            ),
            story(
                "AAI003",
                "privatelink.api.azureml.ms",
                "corp.example.org",
                "not known to use",
                false,
            ),
            story(
                "AAI011",
                "privatelink.api.azureml.ms",
                "privatelink.notebooks.azure.net",
                "occurs twice",
                true,
            ),
        ],
    );
}

/// The subnet, and one fixed address of the three that a hub needs.
fn fixed_at(address: &str) -> String {
    format!(
        "  subnet_id           = local.subnet
  ip_configuration {{
    name               = \"a\"
    private_ip_address = {address:?}
    subresource_name   = \"amlworkspace\"
    member_name        = \"default\"
  }}
"
    )
}

#[test]
fn of_the_place_of_an_endpoint() {
    is_silent(pieces::ENDPOINT);
    let subnet = "local.subnet";
    let other = "\"${local.network}/virtualNetworks/vnet-x/subnets/snet\"";
    let fixed = fixed_at("10.0.1.9");
    let outside = fixed_at("10.0.9.9");
    let line = "  subnet_id           = local.subnet\n";
    let story = |code, given, good, bad, says, error| Story { code, given, good, bad, says, error };
    let docker: fn(&Cloud) = |cloud| cloud.put_network_with_subnet("vnet-x", "172.17.0.0/24");
    let small: fn(&Cloud) = |cloud| cloud.put_network_with_subnet("vnet-x", "10.9.0.0/30");
    let taken: fn(&Cloud) = |cloud| {
        let delegation = json!([{"name": "d", "properties": {"serviceName": "Microsoft.Web/x"}}]);
        let subnet = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
        cloud.patch(subnet, &json!({"properties": {"delegations": delegation}}));
    };
    each_fires(
        pieces::ENDPOINT,
        &[
            story("AAI004", nothing, line, &fixed, "member_name = \"notebook\"", true),
            story("AAI005", nothing, line, &outside, "is not in the subnet", true),
            story("AAI006", docker, subnet, other, "overlaps Docker", false),
            story(
                "AAI007",
                nothing,
                line,
                "  subnet_id = local.subnet\n  location  = \"westus\"\n",
                "eastus",
                true,
            ),
            story("AAI014", small, subnet, other, "free addresses", true),
            story("AAI014", taken, subnet, "local.subnet # delegated", "Microsoft.Web/x", true),
        ],
    );
}
