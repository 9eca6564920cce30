//! What the page shows of the world, section by section.

use maud::{Markup, html};
use serde_json::Value;

use super::markup::{badge, lines, remarked, section};
use crate::world::World;
use crate::world::store::Resource;

/// How many of the latest requests are shown.
const LATEST: usize = 12;

/// Everything that changes.
pub(super) fn world(world: &World) -> String {
    let view = View { world };
    let page = html! {
        (view.header())
        main {
            (view.operations())
            (view.targets())
            (view.agents())
            (view.endpoints())
            (view.zones())
            (view.networks())
            (view.requests())
        }
    };
    page.into_string()
}

const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts";

/// What makes an account of AI services one of Foundry.
const MANAGES: &str = "allowProjectManagement";

struct View<'a> {
    world: &'a World,
}

fn word<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// The last name in an ID.
fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
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
            ("answers at", settings.base.as_str()),
            ("cloud", settings.cloud.name),
            ("subscription", &settings.subscription),
            ("tenant", &settings.tenant),
            ("resources", &resources),
        ];
        html! {
            header {
                h1 { "azureai-emulator" }
                dl { @for (what, value) in facts { div { dt { (what) } dd { (value) } } } }
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
        let nothing = "Nothing is under way.";
        section(
            "Running operations",
            &["resource", "status", "since"],
            &rows.collect::<Vec<_>>(),
            nothing,
        )
    }

    /// Workspaces and what can be put behind private link beside them, with the flag of each.
    fn targets(&self) -> Markup {
        let is_target = |found: &&Resource| !self.world.link_groups(found).is_empty();
        let mut found: Vec<&Resource> = self.world.store.all().filter(is_target).collect();
        // What it is all about comes first.
        found.sort_by_key(|target| match target.id.resource_type() {
            it if it.contains("MachineLearning") => 0,
            _ if target.body["properties"]["allowProjectManagement"] == true => 1,
            _ => 2,
        });
        let rows = found.into_iter().map(|target| {
            let shown = self.world.render(target, None);
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
                lines(
                    &list(&shown, "/properties/privateEndpointConnections")
                        .map(connection)
                        .collect::<Vec<_>>(),
                ),
                lines(&self.belongings(&shown)),
            ]
        });
        let heads = ["resource", "public access", "default action", "connections", "works with"];
        section(
            "Workspaces, Foundry accounts and their resources",
            &heads,
            &rows.collect::<Vec<_>>(),
            "There is none.",
        )
    }

    /// What a workspace works with: its own resources, its hub, its connections.
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

    /// Foundry accounts and projects: their capability hosts, and where their agents keep what they
    /// know; and the accounts that are deleted.
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
        section("Foundry agents", &heads, &rows, "There is no Foundry account.")
    }

    fn endpoints(&self) -> Markup {
        let rows = self.all("Microsoft.Network/privateEndpoints").map(|endpoint| {
            let manual = "/properties/manualPrivateLinkServiceConnections";
            let made = list(&endpoint, "/properties/privateLinkServiceConnections");
            let links: Vec<&Value> = made.chain(list(&endpoint, manual)).collect();
            let target = |link: &&Value| {
                let groups = list(link, "/properties/groupIds").filter_map(Value::as_str);
                let groups = groups.collect::<Vec<_>>().join(", ");
                remarked(last(word(link, "/properties/privateLinkServiceId")), &groups)
            };
            let state = "/properties/privateLinkServiceConnectionState/status";
            vec![
                html! { (word(&endpoint, "/name")) },
                lines(&links.iter().map(target).collect::<Vec<_>>()),
                lines(&links.iter().map(|link| badge(word(link, state))).collect::<Vec<_>>()),
                name(&endpoint, "/properties/subnet/id"),
                lines(&self.addresses(&endpoint)),
                lines(&self.zone_groups(&endpoint)),
            ]
        });
        let heads = ["endpoint", "target", "state", "subnet", "addresses", "zone group"];
        section("Private endpoints", &heads, &rows.collect::<Vec<_>>(), "There is none yet.")
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
        let rows = self.all("Microsoft.Network/privateDnsZones").map(|zone| {
            let id = word(&zone, "/id");
            let links = self.world.store.children(id, "virtualNetworkLinks").map(|link| {
                remarked(link.id.name(), last(word(&link.body, "/properties/virtualNetwork/id")))
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
                lines(&links.collect::<Vec<_>>()),
                lines(&records.collect::<Vec<_>>()),
            ]
        });
        let heads = ["zone", "links", "A records"];
        section("Private DNS zones", &heads, &rows.collect::<Vec<_>>(), "There is none yet.")
    }

    fn networks(&self) -> Markup {
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
        section("Subnets", &heads, &rows.collect::<Vec<_>>(), "There is none.")
    }

    /// What a subnet is delegated to, and the links that hold it.
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
        section(
            "Latest requests",
            &heads,
            &rows.collect::<Vec<_>>(),
            "Nobody has asked for anything yet.",
        )
    }
}

fn first<'a>(value: &'a Value, pointers: &[&str]) -> &'a str {
    let mut found = pointers.iter().map(|pointer| word(value, pointer));
    found.find(|word| !word.is_empty()).unwrap_or_default()
}

fn connection(connection: &Value) -> Markup {
    let state = word(connection, "/properties/privateLinkServiceConnectionState/status");
    let endpoint = name(connection, "/properties/privateEndpoint/id");
    html! { span { (endpoint) " " (badge(state)) } }
}
