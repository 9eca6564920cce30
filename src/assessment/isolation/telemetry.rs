//! Telemetry: Application Insights components with their Log Analytics workspaces, and the private
//! link scopes of Azure Monitor that they are in.

use super::endpoint::private_link_scopes;
use super::remediation;
use super::wire::{AccessModes, MonitorScope, TelemetryResource};
use crate::assessment::finding::Finding;
use crate::assessment::reader::{Read, Reader};
use crate::codes::Code;
use crate::private_link::arm_types::APPLICATION_INSIGHTS;
use crate::private_link::envelope::Envelope;
use crate::private_link::network_rules::flag_of;
use crate::private_link::services::service_of;
use azure::id::ResourceId;

/// An Application Insights component or a Log Analytics workspace.
#[derive(Clone, Debug)]
pub struct Telemetry {
    /// ID of the resource.
    pub id: ResourceId,
    /// Public network access for ingestion: `Enabled` or `Disabled`.
    pub ingestion: String,
    /// Public network access for queries: `Enabled` or `Disabled`.
    pub query: String,
    /// Private link scopes that it is in.
    pub scopes: Vec<Scope>,
}

/// A private link scope of a telemetry resource.
#[derive(Clone, Debug)]
pub struct Scope {
    /// ID of the resource.
    pub id: ResourceId,
    /// Ingestion access mode of the scope's networks, `Open` or `PrivateOnly`; `None` if it cannot
    /// be read.
    pub ingestion: Option<String>,
    /// Query access mode of the scope's networks; `None` if it cannot be read.
    pub query: Option<String>,
}

impl Telemetry {
    /// Returns `true` if public ingestion or public queries are enabled.
    pub fn is_public(&self) -> bool {
        self.flags().any(|(_, value)| value.eq_ignore_ascii_case("Enabled"))
    }

    fn flags(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [("ingestion", self.ingestion.as_str()), ("query", &self.query)].into_iter()
    }
}

/// Reads the components with these IDs and the workspaces behind them, each once. Adds a finding
/// for each that cannot be read.
pub fn see(
    reader: &Reader,
    components: Vec<ResourceId>,
    findings: &mut Vec<Finding>,
) -> Vec<Telemetry> {
    let mut seen = Vec::new();
    let (mut left, mut known) = (components, Vec::new());
    left.reverse();
    while let Some(id) = left.pop() {
        let Some(access) = flag_of(&id).filter(|_| !known.contains(&id)) else { continue };
        known.push(id.clone());
        let id = id.canonical(access.arm_type.name);
        let body = reader.object(&id, access.arm_type.api_version);
        let scopes = body.value().map(private_link_scopes).unwrap_or_default();
        match body.decode::<Envelope<TelemetryResource>>(&id) {
            Read::Pending => {}
            Read::Absent => {
                findings.push(Finding::unverified(&id, &what(&id), &"it does not exist"));
            }
            Read::Hidden(why) => findings.push(Finding::unverified(&id, &what(&id), &why)),
            Read::Found(Envelope { properties, .. }) => {
                let flag = |value: Option<String>| value.unwrap_or_else(|| "Enabled".to_owned());
                left.extend(properties.workspace.and_then(|it| ResourceId::parse(&it).ok()));
                seen.push(Telemetry {
                    ingestion: flag(properties.public_network_access_for_ingestion),
                    query: flag(properties.public_network_access_for_query),
                    scopes: scopes.iter().map(|scope| Scope::see(reader, scope)).collect(),
                    id,
                });
            }
        }
    }
    seen
}

fn what(id: &ResourceId) -> String {
    format!("the telemetry resource {}", id.name())
}

/// Returns `true` for the ID of an Application Insights component.
pub fn is_component(id: &ResourceId) -> bool {
    id.is_type(APPLICATION_INSIGHTS.name)
}

impl Scope {
    fn see(reader: &Reader, id: &ResourceId) -> Self {
        let service = service_of(id);
        let id = service.map_or_else(|| id.clone(), |it| id.canonical(it.arm_type.name));
        let body = reader.object(&id, service.map_or("", |it| it.arm_type.api_version));
        let modes =
            body.decode::<Envelope<MonitorScope>>(&id).found().map(|it| modes(&it.properties));
        let (ingestion, query) = modes.unzip();
        Self { id, ingestion, query }
    }
}

/// Returns the access modes of a scope's networks to resources outside the scope. With connections,
/// the exclusions of each connection count.
fn modes(scope: &MonitorScope) -> (String, String) {
    let settings = &scope.access_mode_settings;
    let own = |name: &str| {
        let is_it =
            |it: &&AccessModes| it.private_endpoint_connection_name.eq_ignore_ascii_case(name);
        settings.exclusions.iter().find(is_it).unwrap_or(settings)
    };
    let names = scope.private_endpoint_connections.iter().map(|it| it.id.rsplit('/').next());
    let mut each: Vec<&AccessModes> = names.flatten().map(own).collect();
    if each.is_empty() {
        each.push(settings);
    }
    let mode = |of: fn(&AccessModes) -> &String| {
        let open = each.iter().map(|it| of(it)).find(|it| is_open(it));
        open.or(each.first().map(|it| of(it))).cloned().unwrap_or_default()
    };
    (mode(|it| &it.ingestion_access_mode), mode(|it| &it.query_access_mode))
}

fn is_open(mode: &str) -> bool {
    mode.eq_ignore_ascii_case("Open")
}

fn is_off(flag: &str) -> bool {
    flag.eq_ignore_ascii_case("Disabled")
}

/// Returns findings about telemetry that no client can reach, or that is in a scope and still
/// public, unless `hybrid` allows it.
pub fn judge(telemetry: &Telemetry, hybrid: bool) -> Vec<Finding> {
    let Telemetry { id, scopes, .. } = telemetry;
    let name = id.name();
    if scopes.is_empty() {
        let closed: Vec<&str> =
            telemetry.flags().filter(|(_, value)| is_off(value)).map(|(flag, _)| flag).collect();
        if closed.is_empty() {
            return Vec::new();
        }
        let message = format!(
            "public {} access of {name} is disabled and it is in no private link scope, so no \
             client can reach it",
            closed.join(" and ")
        );
        let fix = remediation::monitor_scope(id);
        let found = Finding::of(Code::Telemetry, id, message).fixed_by(fix);
        // A component sends to its workspace without using a network.
        return vec![if is_component(id) { found } else { found.perhaps() }];
    }
    if hybrid {
        return Vec::new();
    }
    let public = telemetry.is_public().then(|| {
        let message = format!(
            "{name} is in a private link scope but still allows public access (ingestion {}, query \
             {})",
            telemetry.ingestion, telemetry.query
        );
        let fix = remediation::flag(id, "Disabled", &[]);
        Finding::of(Code::Telemetry, id, message).fixed_by([fix]).perhaps()
    });
    let open = scopes.iter().filter_map(|scope| {
        let modes = [("ingestion", &scope.ingestion), ("query", &scope.query)];
        let open = modes.iter().filter(|(_, mode)| mode.as_deref().is_some_and(is_open));
        let open: Vec<&str> = open.map(|(of, _)| *of).collect();
        let message = format!(
            "the networks of the private link scope {} can also reach resources outside the scope: \
             its {} access mode is Open",
            scope.id.name(),
            open.join(" and ")
        );
        let fix = remediation::private_only(&scope.id, &open);
        let found = || Finding::of(Code::Telemetry, &scope.id, message).fixed_by([fix]).perhaps();
        (!open.is_empty()).then(found)
    });
    public.into_iter().chain(open).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    #[test]
    fn access_mode_of_a_scope_is_the_most_open_of_its_connections() {
        let modes_of = |mode: &str, exclusions: Json, connections: &[&str]| {
            let id = |name: &&str| json!({"id": format!("/x/privateEndpointConnections/{name}")});
            let connections: Vec<Json> = connections.iter().map(id).collect();
            let scope = json!({
                "privateEndpointConnections": connections,
                "accessModeSettings": {
                    "ingestionAccessMode": mode, "queryAccessMode": mode, "exclusions": exclusions,
                },
            });
            modes(&crate::client::decode::from_json(&scope).unwrap())
        };
        let but = |name: &str, mode: &str| {
            json!([{
                "privateEndpointConnectionName": name,
                "ingestionAccessMode": mode, "queryAccessMode": "PrivateOnly",
            }])
        };
        let (open, only) = ("Open".to_owned(), "PrivateOnly".to_owned());
        let (open, only) = (&open, &only);
        for (mode, exclusions, connections, expected) in [
            ("Open", Json::Null, &[][..], (open, open)),
            ("PrivateOnly", Json::Null, &["a"], (only, only)),
            ("PrivateOnly", but("A", "Open"), &["a"], (open, only)),
            ("PrivateOnly", but("gone", "Open"), &["a"], (only, only)),
            ("Open", but("a", "PrivateOnly"), &["a"], (only, only)),
            ("Open", but("a", "PrivateOnly"), &["a", "b"], (open, open)),
        ] {
            let (ingestion, query) = modes_of(mode, exclusions.clone(), connections);
            assert_eq!((&ingestion, &query), expected, "{mode} {exclusions} {connections:?}");
        }
    }
}
