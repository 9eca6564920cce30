//! Checks of a plan: each check has its finding, and has none for correct configuration or when it
//! is off.

mod changes;
mod costs;
mod foundry;
mod managed_networks;
mod outbound;
mod place;
mod presence;
mod rights;
mod rules;
mod service;
mod zones;

use std::collections::BTreeSet;

use terraform_provider_azureai::codes::{Level, checks};

use crate::cloud::Cloud;
use crate::pieces;
use crate::world::World;

const ZONES: &str = "Microsoft.Network/privateDnsZones";

/// A case of a check: a plan without the finding, a fault, and the words of the finding.
pub struct CheckCase {
    code: &'static str,
    /// Sets up resources in Azure.
    given: fn(&Cloud),
    /// Configuration that is applied first.
    before: String,
    /// Configuration without the finding.
    hcl: String,
    wrong: Wrong,
    says: &'static str,
    /// `true` if the finding is only a warning although other findings of the check are errors.
    only_warns: bool,
}

/// Fault of a case.
pub enum Wrong {
    /// A part of the configuration, and its replacement.
    Piece(String, String),
    /// A change in Azure.
    Azure(fn(&Cloud)),
}

impl CheckCase {
    /// Returns a case with a fault in the configuration.
    fn of(code: &'static str, hcl: &str, good: &str, bad: &str, says: &'static str) -> Self {
        assert!(hcl.contains(good), "nowhere: {good}");
        Self::new(code, hcl, Wrong::Piece(good.to_owned(), bad.to_owned()), says)
    }

    fn new(code: &'static str, hcl: &str, wrong: Wrong, says: &'static str) -> Self {
        let (before, hcl) = (String::new(), hcl.to_owned());
        Self { code, given: |_| (), before, hcl, wrong, says, only_warns: false }
    }

    /// Returns a case with a fault in Azure.
    fn in_azure(code: &'static str, hcl: &str, wrong: fn(&Cloud), says: &'static str) -> Self {
        Self::new(code, hcl, Wrong::Azure(wrong), says)
    }

    fn given(self, given: fn(&Cloud)) -> Self {
        Self { given, ..self }
    }

    fn only_warns(self) -> Self {
        Self { only_warns: true, ..self }
    }

    fn after(self, before: &str) -> Self {
        Self { before: before.to_owned(), ..self }
    }

    /// Asserts that the plan has no finding, has the finding with the fault, and has none with the
    /// check off.
    fn is_reported(&self) {
        let code = self.code;
        let world = World::new();
        (self.given)(&world.cloud);
        if !self.before.is_empty() {
            world.config(&self.before);
            world.apply().succeeds();
        }
        world.config(&self.hcl);
        world.plan().succeeds().keeps_quiet_about(code);
        let hcl = match &self.wrong {
            Wrong::Piece(good, bad) => self.hcl.replacen(good, bad, 1),
            Wrong::Azure(wrong) => {
                wrong(&world.cloud);
                self.hcl.clone()
            }
        };
        world.config(&hcl);
        let plan = world.plan();
        let plan = if self.is_error() { plan.fails_with(self.says) } else { plan.warns(self.says) };
        let plan = plan.says(code);
        // A resource that was removed from the configuration has no line.
        if self.before.is_empty() {
            plan.says("on main.tf line");
        }
        let off =
            format!("provider \"azureai\" {{\n  check_overrides = {{ {code} = \"off\" }}\n}}\n");
        world.config_with_provider(&off, &hcl);
        let _ = world.plan().keeps_quiet_about(code);
    }

    /// Returns `true` if the finding is an error. An uncertain finding is only a warning.
    fn is_error(&self) -> bool {
        let rule = checks().find(|rule| rule.name == self.code).unwrap();
        rule.level == Level::Enforce && !self.only_warns
    }
}

fn each_is_reported(cases: &[CheckCase]) {
    cases.iter().for_each(CheckCase::is_reported);
}

#[test]
fn every_check_has_a_case() {
    let all = [
        zones::cases(),
        foundry::cases(),
        managed_networks::cases(),
        outbound::cases(),
        place::cases(),
        presence::cases(),
        service::cases(),
        rights::cases(),
        rules::cases(),
    ];
    let covered: BTreeSet<&str> = all.iter().flatten().map(|case| case.code).collect();
    let codes: BTreeSet<&str> = checks().map(|rule| rule.name).collect();
    assert_eq!(covered, codes);
}

#[test]
fn correct_configuration_has_no_findings() {
    let world = World::new();
    both_zones(&world.cloud);
    for hcl in [pieces::ENDPOINT, &group_of(&[API, NOTEBOOKS]), pieces::GROUND] {
        world.config(hcl);
        world.plan().succeeds().keeps_quiet_about("AAI");
    }
}

const API: &str = "privatelink.api.azureml.ms";
const NOTEBOOKS: &str = "privatelink.notebooks.azure.net";

fn both_zones(cloud: &Cloud) {
    for name in [API, NOTEBOOKS] {
        cloud.put_zone(&format!("{ZONES}/{name}"));
    }
}

/// Returns an endpoint with a zone group of these zones, whose IDs are known in the plan.
fn group_of(names: &[&str]) -> String {
    let ids = names.iter().map(|name| format!("\"${{local.network}}/privateDnsZones/{name}\""));
    let ids = ids.collect::<Vec<_>>().join(", ");
    let zones = format!("    private_dns_zone_ids = [{ids}]\n");
    let name = "    name = \"default\"\n";
    pieces::endpoint_with(&format!("  private_dns_zone_group {{\n{name}{zones}  }}\n"))
}

/// Returns the ID of a path below the resource group, as an HCL expression.
fn id(path: &str) -> String {
    format!("\"${{local.group}}/providers/{path}\"")
}

/// Returns an endpoint to a service other than the workspace.
fn endpoint_to(target: &str, group: &str) -> String {
    pieces::ENDPOINT.replace("local.workspace", target).replace("amlworkspace", group)
}

/// Returns a flag that disables public access without a guard.
fn flag_of(target: &str) -> String {
    pieces::FLAG.replace("local.workspace", target).replace(
        "  depends_on            = [azureai_private_endpoint.hub]\n",
        "  guard {\n    mode = \"off\"\n  }\n",
    )
}
