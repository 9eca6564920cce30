//! Acceptance tests of the next steps in Azure's errors: the error says what to do, and the apply
//! succeeds once that is done.

use emulator::{Fault, Lock, Policy};
use serde_json::json;
use terraform_provider_azureai::explain;

use crate::cloud::Cloud;
use crate::pieces;
use crate::world::World;

/// Provider block without checks, so that Azure itself rejects the request.
const LAX: &str =
    "provider \"azureai\" {\n  checks = \"off\"\n  rbac_propagation_timeout = \"0s\"\n}\n";

const SUBNET: &str = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";

/// Record that refers to its zone as azurerm did before version 5.
const RECORD: &str = r#"
resource "azureai_private_dns_a_record" "www" {
  name                = "www"
  zone_name           = "privatelink.api.azureml.ms"
  resource_group_name = "rg-ai" # is where the zone should be
  ttl                 = 60
  records             = ["10.0.1.5"]
}
"#;

/// Rejected request, and the fix that its error suggests.
struct Refusal {
    code: &'static str,
    hcl: String,
    /// Prepares the cause in Azure.
    given: fn(&Cloud),
    says: &'static [&'static str],
    /// Applies the fix in Azure.
    fix: fn(&Cloud),
}

impl Refusal {
    fn is_reported(&self) {
        let world = World::new();
        (self.given)(&world.cloud);
        world.config_with_provider(LAX, &self.hcl);
        let refused = world.apply().fails_with(self.code);
        self.says.iter().fold(refused, |refused, words| refused.says(words));
        (self.fix)(&world.cloud);
        let fixed = world.apply().succeeds().keeps_quiet_about(self.code);
        self.says.iter().fold(fixed, |fixed, words| fixed.keeps_quiet_about(words));
        world.plan().is_quiet();
    }
}

fn refusals() -> Vec<Refusal> {
    let mut all = by_right();
    all.extend(by_state());
    all
}

#[test]
fn errors_of_roles_policies_and_locks_say_what_to_do() {
    by_right().iter().for_each(Refusal::is_reported);
}

#[test]
fn errors_of_missing_and_existing_objects_say_what_to_do() {
    by_state().iter().for_each(Refusal::is_reported);
}

#[test]
fn every_code_with_a_next_step_has_a_test() {
    let tested: Vec<&str> = refusals().iter().map(|refusal| refusal.code).collect();
    let untested: Vec<&str> = explain::codes().filter(|code| !tested.contains(code)).collect();
    assert!(untested.is_empty(), "{untested:?}");
}

fn by_right() -> Vec<Refusal> {
    vec![
        Refusal {
            code: "RequestDisallowedByPolicy",
            hcl: pieces::ZONE.to_owned(),
            given: |cloud| {
                let policy = Policy::deny("Microsoft.Network/privateDnsZones");
                cloud.policy(policy.named("no-zones", "Zones are made centrally"));
            },
            says: &[
                "policy assignment \"no-zones\"",
                "policy definition \"Zones are made centrally\"",
                "az policy exemption create",
                "policyAssignments/no-zones",
            ],
            fix: Cloud::forget_policies,
        },
        Refusal {
            code: "LinkedAuthorizationFailed",
            hcl: pieces::ENDPOINT.to_owned(),
            given: |cloud| {
                cloud.deny(SUBNET, "Microsoft.Network/virtualNetworks/subnets/join/action");
            },
            says: &["az role assignment create", "--role \"Network Contributor\" --scope"],
            fix: Cloud::allow_all,
        },
        Refusal {
            code: "AuthorizationFailed",
            hcl: pieces::ZONE.to_owned(),
            given: |cloud| cloud.deny(&cloud.group(), "Microsoft.Network/privateDnsZones/write"),
            says: &["az role assignment create", "--role \"Private DNS Zone Contributor\" --scope"],
            fix: Cloud::allow_all,
        },
        Refusal {
            code: "ScopeLocked",
            hcl: pieces::ZONE.to_owned(),
            given: |cloud| cloud.lock(&cloud.group(), Lock::ReadOnly),
            says: &["A management lock on", "az lock delete --ids"],
            fix: |cloud| cloud.unlock(&cloud.group()),
        },
        Refusal {
            code: "InvalidAuthenticationTokenTenant",
            hcl: pieces::ZONE.to_owned(),
            given: |cloud| {
                let words = "The access token is from the wrong issuer.";
                let fault = Fault::status(401, "InvalidAuthenticationTokenTenant", words);
                cloud.fault(fault.path("/privateDnsZones").count(0));
            },
            says: &["The subscription belongs to a different tenant", "az login --tenant"],
            fix: Cloud::forget_faults,
        },
        unregistered(),
        // Azure throttles for longer than the timeout of the operation.
        Refusal {
            code: "SubscriptionRequestsThrottled",
            hcl: pieces::ZONE.to_owned(),
            given: |cloud| {
                let words = "Number of requests for the subscription exceeded the limit.";
                let fault = Fault::status(429, "SubscriptionRequestsThrottled", words);
                cloud.fault(fault.method("PUT").retry_after("86400").count(0));
            },
            says: &["Azure throttled the requests until the timeout", "-parallelism"],
            fix: Cloud::forget_faults,
        },
    ]
}

fn unregistered() -> Refusal {
    Refusal {
        code: "MissingSubscriptionRegistration",
        hcl: pieces::ZONE.to_owned(),
        given: |cloud| {
            let words = "The subscription is not registered to use namespace 'Microsoft.Network'.";
            let fault = Fault::status(409, "MissingSubscriptionRegistration", words);
            cloud.fault(fault.method("PUT").path("/privateDnsZones").count(0));
        },
        says: &["az provider register --wait --namespace Microsoft.Network"],
        fix: Cloud::forget_faults,
    }
}

fn by_state() -> Vec<Refusal> {
    let zone =
        format!("private_dns_zone_id = \"${{local.group}}/providers/{}\"", pieces::ZONE_PATH);
    let link = pieces::LINK.replace("private_dns_zone_id = azureai_private_dns_zone.api.id", &zone);
    vec![
        Refusal {
            code: "ParentResourceNotFound",
            hcl: RECORD.to_owned(),
            given: |_| (),
            says: &[
                "resource_group_name = \"rg-ai\" # is where the zone should be",
                "Check its name, its resource group and its subscription",
            ],
            fix: |cloud| cloud.put_zone(pieces::ZONE_PATH),
        },
        // A zone of the same name in another group is linked to the network.
        Refusal {
            code: "overlapping namespaces",
            hcl: link,
            given: |cloud| {
                cloud.put_zone(pieces::ZONE_PATH);
                cloud.put_group("rg-dns");
                cloud.put_zone(&other_zone(cloud));
                let network = cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
                let body = json!({"location": "global", "properties": {
                    "virtualNetwork": {"id": network},
                    "registrationEnabled": false,
                    "virtualNetworkLinkState": "Completed",
                }});
                cloud.put(&format!("{}/virtualNetworkLinks/theirs", other_zone(cloud)), &body);
            },
            says: &["rg-dns", "virtualNetworkLinks/theirs", "Use the zone of the existing link"],
            fix: |cloud| {
                cloud.delete(&format!("{}/virtualNetworkLinks/theirs", other_zone(cloud)));
            },
        },
        Refusal {
            code: "already exists",
            hcl: pieces::ZONE.to_owned(),
            given: |cloud| cloud.put_zone(pieces::ZONE_PATH),
            says: &["import {", "to = azureai_private_dns_zone.NAME", "Terraform leaves it"],
            fix: |cloud| cloud.delete(pieces::ZONE_PATH),
        },
        Refusal {
            code: "already exists",
            hcl: pieces::ENDPOINT.to_owned(),
            given: |cloud| cloud.put(pieces::ENDPOINT_PATH, &json!({"location": "eastus"})),
            says: &["import {", "to = azureai_private_endpoint.NAME"],
            fix: |cloud| cloud.delete(pieces::ENDPOINT_PATH),
        },
        Refusal {
            code: "MoreThanOnePrivateDnsZoneGroupsNotAllowed",
            hcl: [pieces::ZONE, &pieces::endpoint_with(pieces::INLINE_GROUP)].concat(),
            given: |cloud| {
                let zone = format!("{}x", pieces::ZONE_PATH);
                cloud.put_zone(&zone);
                cloud.policy(Policy::zone_group("amlworkspace", &[&cloud.id(&zone)]));
            },
            says: &["already has another one", "dns_zone_group_mode = \"policy\""],
            fix: Cloud::forget_policies,
        },
    ]
}

fn other_zone(cloud: &Cloud) -> String {
    cloud.id(pieces::ZONE_PATH).replace("rg-ai", "rg-dns")
}

/// ARM rejects an endpoint to a hub with a single fixed address. The blocks in the error are ready
/// to paste.
#[test]
fn missing_fixed_addresses_are_reported_as_blocks() {
    let block = |member: &str, address: &str| {
        format!(
            "  ip_configuration {{\n    name               = {member:?}\n    private_ip_address = \
             {address:?}\n    subresource_name   = \"amlworkspace\"\n    member_name        = \
             {member:?}\n  }}\n"
        )
    };
    let world = World::new();
    world.config_with_provider(LAX, &pieces::endpoint_with(&block("default", "10.0.1.9")));
    let refused = world
        .apply()
        .fails_with("PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps")
        .says("Add these blocks")
        .says("on main.tf line");
    for member in ["default", "notebook", "inference"] {
        assert!(refused.output().contains(&format!("member_name        = {member:?}")), "{member}");
    }
    let members = [("default", 9), ("notebook", 10), ("inference", 11)];
    let all = members.map(|(member, last)| block(member, &format!("10.0.1.{last}"))).concat();
    world.config_with_provider(LAX, &pieces::endpoint_with(&all));
    world.apply().creates(1).keeps_quiet_about("Add these blocks");
    world.plan().is_quiet();
}
