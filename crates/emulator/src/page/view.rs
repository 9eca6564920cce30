//! The sections of the page.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use super::markup::{SECTIONS, badge, lines, remarked, section, tag};
use super::picture::{LinkState, Scene, picture};
use super::read::{STATUS, connections, last, list, word};
use crate::world::World;
use crate::world::store::Resource;

/// The number of requests that the page shows.
const LATEST: usize = 12;

/// Returns everything that changes.
pub(super) fn world(world: &World) -> String {
    let view = View { world, scene: Scene::of(world) };
    let page = html! {
        (view.header())
        main id="content" {
            (picture(&view.scene))
            (view.operations())
            (view.targets())
            (view.agents())
            (view.endpoints())
            (view.zones())
            (view.managed())
            (view.subnets())
            (view.requests())
        }
    };
    page.into_string()
}

const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts";

/// The property of an account that makes it a Foundry account.
const MANAGES: &str = "allowProjectManagement";

struct View<'a> {
    world: &'a World,
    scene: Scene,
}

fn name(value: &Value, pointer: &str) -> Markup {
    html! { (last(word(value, pointer))) }
}

impl View<'_> {
    fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = Value> + 'a {
        self.world.store.of_type(kind).map(|found| self.world.render(found, None))
    }

    fn header(&self) -> Markup {
        let settings = &self.world.settings;
        let resources = self.world.store.all().count().to_string();
        let facts = [
            ("address", settings.base.as_str()),
            ("cloud", settings.cloud.name),
            ("subscription", &settings.subscription),
            ("tenant", &settings.tenant),
            ("resources", &resources),
        ];
        html! {
            header {
                h1 { "azureai-emulator" }
                dl { @for (what, value) in facts { div { dt { (what) } dd { (value) } } } }
                nav aria-label="Sections" {
                    @for (id, title) in SECTIONS {
                        a id={ "to-" (id) } href={ "#" (id) } { (title) }
                    }
                }
            }
        }
    }

    fn operations(&self) -> Markup {
        let running = self.world.operations.all().filter(|one| one.is_running());
        let rows = running.map(|one| {
            let document = one.document();
            vec![
                remarked(one.resource.name(), &one.resource.resource_type()),
                badge(word(&document, "/status")),
                html! { (word(&document, "/startTime").get(..19).unwrap_or_default()) },
            ]
        });
        let heads = ["resource", "status", "since"];
        section("operations", &heads, &rows.collect::<Vec<_>>(), "No operation is running.")
    }

    /// Returns the workspaces and the other resources that private endpoints can connect to, with
    /// who reaches each.
    fn targets(&self) -> Markup {
        let is_target = |found: &&Resource| !self.world.link_groups(found).is_empty();
        let mut found: Vec<&Resource> = self.world.store.all().filter(is_target).collect();
        // Workspaces and Foundry accounts come first.
        found.sort_by_key(|target| match target.id.resource_type() {
            it if it.contains("MachineLearning") => 0,
            _ if target.body["properties"]["allowProjectManagement"] == true => 1,
            _ => 2,
        });
        let exposures: BTreeMap<&str, _> = self.scene.exposures().collect();
        let rows = found.into_iter().map(|target| {
            let shown = self.world.render(target, None);
            let exposure = exposures.get(&*target.id.key()).copied();
            let kind = match word(&shown, "/kind") {
                "" => last(word(&shown, "/type")).to_owned(),
                kind => format!("{}, {kind}", last(word(&shown, "/type"))),
            };
            vec![
                remarked(word(&shown, "/name"), &kind),
                badge(word(&shown, "/properties/publicNetworkAccess")),
                badge(first(
                    &shown,
                    &[
                        "/properties/networkAcls/defaultAction",
                        "/properties/networkRuleSet/defaultAction",
                    ],
                )),
                exposure.map_or_else(|| tag("as its hub", ""), |it| tag(it.words(), it.class())),
                lines(
                    &list(&shown, "/properties/privateEndpointConnections")
                        .map(connection)
                        .collect::<Vec<_>>(),
                ),
                lines(&self.belongings(&shown)),
            ]
        });
        let heads = [
            "resource",
            "public access",
            "default action",
            "exposure",
            "connections",
            "works with",
        ];
        let nothing = "No resource can have private endpoints.";
        section("targets", &heads, &rows.collect::<Vec<_>>(), nothing)
    }

    /// Returns what a workspace works with: its resources, its hub, its connections.
    fn belongings(&self, workspace: &Value) -> Vec<Markup> {
        let names = ["storageAccount", "keyVault", "containerRegistry", "applicationInsights"];
        let of_hub = ["hubResourceId"];
        let project = word(workspace, "/kind").eq_ignore_ascii_case("Project");
        let names: &[&str] = if project { &of_hub } else { &names };
        let own = names.iter().map(|name| word(workspace, &format!("/properties/{name}")));
        let mut found: Vec<Markup> =
            own.filter(|id| !id.is_empty()).map(|id| html! { (last(id)) }).collect();
        let injection = "/properties/networkInjections/0/subnetArmId";
        let subnet = word(workspace, injection);
        found.extend((!subnet.is_empty()).then(|| remarked(last(subnet), "agents")));
        let projects = self.world.store.children(word(workspace, "/id"), "projects");
        found.extend(projects.map(|one| remarked(one.id.name(), "project")));
        if !project {
            let connections = self.world.store.children(word(workspace, "/id"), "connections");
            found.extend(connections.map(|one| remarked(one.id.name(), one.text("category"))));
        }
        found
    }

    /// Returns the Foundry accounts and projects with their capability hosts and connections, and
    /// the deleted accounts.
    fn agents(&self) -> Markup {
        let kinds = [ACCOUNT, "Microsoft.CognitiveServices/accounts/projects"];
        let found = kinds.into_iter().flat_map(|kind| self.world.store.of_type(kind));
        let mut found: Vec<&Resource> = found
            .filter(|one| one.id.names.len() > 1 || one.body["properties"][MANAGES] == true)
            .collect();
        found.sort_by_key(|one| one.id.key());
        let row = |one: &Resource| {
            let children = |kind| self.world.store.children(one.full_id(), kind);
            let hosts = children("capabilityHosts").map(|host| {
                html! { span { (host.id.name()) " " (badge(host.text("provisioningState"))) } }
            });
            let connections = children("connections").map(|it| {
                let target = last(word(&it.body, "/properties/metadata/ResourceId"));
                remarked(it.id.name(), if target.is_empty() { it.text("category") } else { target })
            });
            let parent = one.id.parent();
            let of = parent.as_ref().map_or("account".to_owned(), |it| format!("of {}", it.name()));
            vec![
                remarked(one.id.name(), &of),
                badge(one.text("provisioningState")),
                lines(&hosts.collect::<Vec<_>>()),
                lines(&connections.collect::<Vec<_>>()),
            ]
        };
        let gone = self.world.trash.all().map(|one| {
            let until = one.text("scheduledPurgeDate").get(..19).unwrap_or_default();
            let kept = html! { "kept until " (until) };
            vec![remarked(one.id.name(), "account"), badge("Deleted"), kept, html! {}]
        });
        let heads = ["account, project", "state", "capability hosts", "connections"];
        let rows: Vec<_> = found.into_iter().map(row).chain(gone).collect();
        section("agents", &heads, &rows, "No Foundry account exists.")
    }

    fn endpoints(&self) -> Markup {
        let rows = self.all("Microsoft.Network/privateEndpoints").map(|endpoint| {
            let links: Vec<&Value> = connections(&endpoint).collect();
            let target = |link: &&Value| {
                let groups = list(link, "/properties/groupIds").filter_map(Value::as_str);
                let groups = groups.collect::<Vec<_>>().join(", ");
                remarked(last(word(link, "/properties/privateLinkServiceId")), &groups)
            };
            vec![
                html! { (word(&endpoint, "/name")) },
                lines(&links.iter().map(target).collect::<Vec<_>>()),
                lines(&links.iter().map(|link| badge(word(link, STATUS))).collect::<Vec<_>>()),
                name(&endpoint, "/properties/subnet/id"),
                lines(&self.addresses(&endpoint)),
                lines(&self.zone_groups(&endpoint)),
            ]
        });
        let heads = ["endpoint", "target", "state", "subnet", "addresses", "zone group"];
        let nothing = "No private endpoint exists.";
        section("endpoints", &heads, &rows.collect::<Vec<_>>(), nothing)
    }

    fn addresses(&self, endpoint: &Value) -> Vec<Markup> {
        let mut found = Vec::new();
        for interface in list(endpoint, "/properties/networkInterfaces") {
            let shown = self.world.show(word(interface, "/id"), None).unwrap_or_default();
            for config in list(&shown, "/properties/ipConfigurations") {
                let names = list(config, "/properties/privateLinkConnectionProperties/fqdns");
                let names = names.filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
                found.push(remarked(word(config, "/properties/privateIPAddress"), &names));
            }
        }
        found
    }

    fn zone_groups(&self, endpoint: &Value) -> Vec<Markup> {
        let groups = self.world.store.children(word(endpoint, "/id"), "privateDnsZoneGroups");
        let mut found = Vec::new();
        for group in groups {
            let configs = list(&group.body, "/properties/privateDnsZoneConfigs");
            let zones = configs.map(|config| last(word(config, "/properties/privateDnsZoneId")));
            let zones = zones.collect::<Vec<_>>().join(", ");
            found.push(remarked(group.id.name(), &zones));
        }
        found
    }

    fn zones(&self) -> Markup {
        let joined: BTreeMap<&str, _> =
            self.scene.zones.iter().map(|zone| (&*zone.key, &zone.links)).collect();
        let rows = self.all("Microsoft.Network/privateDnsZones").map(|zone| {
            let id = word(&zone, "/id");
            let links = self.world.store.children(id, "virtualNetworkLinks").map(|link| {
                remarked(link.id.name(), last(word(&link.body, "/properties/virtualNetwork/id")))
            });
            let joined = joined.get(&*id.to_ascii_lowercase()).copied();
            let wrong = joined.into_iter().flatten().filter_map(|link| match link.state {
                LinkState::Linked => None,
                LinkState::Broken => Some(tag(&format!("{} does not exist", link.name), "bad")),
                LinkState::Absent => Some(tag(&format!("no link to {}", link.name), "warn")),
            });
            let records = self.world.store.children(id, "A").map(|record| {
                let addresses = list(&record.body, "/properties/aRecords");
                let addresses = addresses.map(|record| word(record, "/ipv4Address"));
                let addresses = addresses.collect::<Vec<_>>().join(", ");
                remarked(record.id.name(), &addresses)
            });
            let group = self.world.store.get(id).and_then(|zone| zone.id.group.clone());
            vec![
                remarked(word(&zone, "/name"), &group.unwrap_or_default()),
                lines(&links.chain(wrong).collect::<Vec<_>>()),
                lines(&records.collect::<Vec<_>>()),
            ]
        });
        let heads = ["zone", "links", "A records"];
        let nothing = "No private DNS zone exists.";
        section("zones", &heads, &rows.collect::<Vec<_>>(), nothing)
    }

    fn managed(&self) -> Markup {
        let rows = self.scene.managed.iter().map(|network| {
            let rules = network.rules.iter().map(|rule| {
                let to = rule.connections.first();
                let to = to.map(|to| format!("{} {}, {}", to.name, to.group, to.status));
                remarked(&rule.name, to.as_deref().unwrap_or(&rule.note))
            });
            vec![
                html! { (network.owner) },
                html! { (network.mode) },
                badge(&network.status),
                lines(&rules.collect::<Vec<_>>()),
            ]
        });
        let heads = ["account, workspace", "isolation mode", "status", "outbound rules"];
        section("managed", &heads, &rows.collect::<Vec<_>>(), "No managed network exists.")
    }

    fn subnets(&self) -> Markup {
        let rows = self.all("Microsoft.Network/virtualNetworks/subnets").map(|subnet| {
            let network = word(&subnet, "/id").rsplit('/').nth(2).unwrap_or_default();
            vec![
                remarked(word(&subnet, "/name"), network),
                html! { (word(&subnet, "/properties/addressPrefix")) },
                html! { (word(&subnet, "/properties/privateEndpointNetworkPolicies")) },
                html! { (list(&subnet, "/properties/privateEndpoints").count()) },
                lines(&Self::holds(&subnet)),
            ]
        });
        let heads = ["subnet", "prefix", "endpoint policies", "endpoints", "delegated to"];
        section("subnets", &heads, &rows.collect::<Vec<_>>(), "No subnet exists.")
    }

    /// Returns the services that a subnet is delegated to, and the association links that hold it.
    fn holds(subnet: &Value) -> Vec<Markup> {
        let delegated = list(subnet, "/properties/delegations")
            .map(|it| html! { (word(it, "/properties/serviceName")) });
        let links = list(subnet, "/properties/serviceAssociationLinks")
            .map(|it| remarked(word(it, "/name"), "holds it"));
        delegated.chain(links).collect()
    }

    fn requests(&self) -> Markup {
        let log = &self.world.log;
        let skip = log.all().count().saturating_sub(LATEST);
        let mut latest: Vec<_> = log.all().skip(skip).collect();
        latest.reverse();
        let rows = latest.into_iter().map(|request| {
            let code = request.code.as_deref().unwrap_or_default();
            vec![
                html! { (request.number) },
                html! { (request.status) },
                html! { (request.method) },
                remarked(&request.path, code),
                html! { (request.api_version.as_deref().unwrap_or_default()) },
            ]
        });
        let heads = ["no.", "status", "method", "path", "version"];
        let nothing = "The emulator has received no request.";
        section("requests", &heads, &rows.collect::<Vec<_>>(), nothing)
    }
}

fn first<'a>(value: &'a Value, pointers: &[&str]) -> &'a str {
    let mut found = pointers.iter().map(|pointer| word(value, pointer));
    found.find(|word| !word.is_empty()).unwrap_or_default()
}

fn connection(connection: &Value) -> Markup {
    let endpoint = name(connection, "/properties/privateEndpoint/id");
    html! { span { (endpoint) " " (badge(word(connection, STATUS))) } }
}
