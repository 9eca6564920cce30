//! Checks of an endpoint's region, subnet, and addresses.

use serde_json::json;

use super::{CheckCase, each_is_reported};
use crate::cloud::Cloud;
use crate::pieces;

#[test]
fn unsuitable_subnets_and_addresses_are_reported() {
    each_is_reported(&cases());
}

/// Returns blocks with fixed addresses for the three members of a hub.
fn fixed_at(addresses: [&str; 3]) -> String {
    let blocks = ["default", "notebook", "inference"].into_iter().zip(addresses);
    let block = |(member, address): (&str, &str)| {
        format!(
            "  ip_configuration {{\n    name               = {member:?}\n    private_ip_address = \
             {address:?}\n    subresource_name   = \"amlworkspace\"\n    member_name        = \
             {member:?}\n  }}\n"
        )
    };
    blocks.map(block).collect()
}

pub fn cases() -> Vec<CheckCase> {
    let subnet = "local.subnet";
    let line = "  subnet_id           = local.subnet\n";
    let other = "\"${local.network}/virtualNetworks/vnet-x/subnets/snet\"";
    let fixed = pieces::endpoint_with(&fixed_at(["10.0.1.9", "10.0.1.10", "10.0.1.11"]));
    let all = fixed_at(["10.0.1.9", "10.0.1.10", "10.0.1.11"]);
    let one: String = all.split_inclusive("  }\n").take(1).collect();
    let west = format!("{line}  location            = \"westus\"\n");
    let place = |code, bad, says| CheckCase::of(code, pieces::ENDPOINT, subnet, bad, says);
    vec![
        CheckCase::of("AAI004", &fixed, &all, &one, "member_name = \"notebook\""),
        CheckCase::of("AAI005", &fixed, "10.0.1.9", "10.0.9.9", "is not in the subnet"),
        CheckCase::of("AAI005", &fixed, "10.0.1.9", "10.0.1.3", "Azure reserves the IP address"),
        CheckCase::of("AAI005", &fixed, "10.0.1.9", "10.0.1.11", "occurs twice"),
        place("AAI006", other, "overlaps Docker").given(|cloud| network(cloud, "172.17.0.0/24")),
        CheckCase::of("AAI007", pieces::ENDPOINT, line, &west, "eastus"),
        place("AAI014", other, "free addresses").given(|cloud| network(cloud, "10.9.0.0/30")),
        CheckCase::in_azure("AAI014", pieces::ENDPOINT, delegate, "Microsoft.Web/x"),
    ]
}

fn network(cloud: &Cloud, prefix: &str) {
    cloud.put_network_with_subnet("vnet-x", prefix);
}

fn delegate(cloud: &Cloud) {
    let delegations = json!([{"name": "d", "properties": {"serviceName": "Microsoft.Web/x"}}]);
    let subnet = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
    cloud.patch(subnet, &json!({"properties": {"delegations": delegations}}));
}
