//! What is told of a plan before anything is made: each check fires, and is silent when it should.

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

/// A story of one check: a plan of which it says nothing, what then goes wrong, and what it says.
pub struct Story {
    code: &'static str,
    /// What is so in Azure.
    given: fn(&Cloud),
    /// What is applied before.
    before: String,
    /// The configuration of which it says nothing.
    hcl: String,
    wrong: Wrong,
    says: &'static str,
    /// Whether it is no more than a warning, though others of the check are errors.
    only_warns: bool,
}

/// What goes wrong.
pub enum Wrong {
    /// A piece of the configuration is another.
    Piece(String, String),
    /// Something in Azure is.
    Azure(fn(&Cloud)),
}

impl Story {
    /// A story in which this piece of the configuration is wrong.
    fn of(code: &'static str, hcl: &str, good: &str, bad: &str, says: &'static str) -> Self {
        assert!(hcl.contains(good), "nowhere: {good}");
        Self::new(code, hcl, Wrong::Piece(good.to_owned(), bad.to_owned()), says)
    }

    fn new(code: &'static str, hcl: &str, wrong: Wrong, says: &'static str) -> Self {
        let (before, hcl) = (String::new(), hcl.to_owned());
        Self { code, given: |_| (), before, hcl, wrong, says, only_warns: false }
    }

    /// A story in which this is wrong in Azure.
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

    /// Silent as it is good; firing as it is wrong; silent again with the check off.
    fn is_told(&self) {
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
        let told = if self.is_error() { plan.fails_with(self.says) } else { plan.warns(self.says) };
        let told = told.says(code);
        // What is gone from the configuration has no line there.
        if self.before.is_empty() {
            told.says("on main.tf line");
        }
        let off =
            format!("provider \"azureai\" {{\n  check_overrides = {{ {code} = \"off\" }}\n}}\n");
        world.config_with_provider(&off, &hcl);
        let _ = world.plan().keeps_quiet_about(code);
    }

    /// Whether it is an error; a check that is not sure only warns.
    fn is_error(&self) -> bool {
        let rule = checks().find(|rule| rule.name == self.code).unwrap();
        rule.level == Level::Enforce && !self.only_warns
    }
}

fn each_is_told(stories: &[Story]) {
    stories.iter().for_each(Story::is_told);
}

/// A check without a story is none.
#[test]
fn every_check_has_a_story() {
    let all = [
        zones::stories(),
        foundry::stories(),
        managed_networks::stories(),
        outbound::stories(),
        place::stories(),
        presence::stories(),
        service::stories(),
        rights::stories(),
        rules::stories(),
    ];
    let told: BTreeSet<&str> = all.iter().flatten().map(|story| story.code).collect();
    let codes: BTreeSet<&str> = checks().map(|rule| rule.name).collect();
    assert_eq!(told, codes);
}

/// What is good raises nothing at all.
#[test]
fn what_is_good_raises_nothing() {
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

/// An endpoint with a zone group of these zones, whose IDs are known.
fn group_of(names: &[&str]) -> String {
    let ids = names.iter().map(|name| format!("\"${{local.network}}/privateDnsZones/{name}\""));
    let ids = ids.collect::<Vec<_>>().join(", ");
    let zones = format!("    private_dns_zone_ids = [{ids}]\n");
    let name = "    name = \"default\"\n";
    pieces::endpoint_with(&format!("  private_dns_zone_group {{\n{name}{zones}  }}\n"))
}

/// A resource of the group in which everything is, as Terraform writes its ID.
fn id(path: &str) -> String {
    format!("\"${{local.group}}/providers/{path}\"")
}

/// An endpoint to another service than the workspace.
fn endpoint_to(target: &str, group: &str) -> String {
    pieces::ENDPOINT.replace("local.workspace", target).replace("amlworkspace", group)
}

/// A flag that is off, whether or not anybody could come in.
fn flag_of(target: &str) -> String {
    pieces::FLAG.replace("local.workspace", target).replace(
        "  depends_on            = [azureai_private_endpoint.hub]\n",
        "  guard {\n    mode = \"off\"\n  }\n",
    )
}
